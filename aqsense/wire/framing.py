"""The loop that all decoders share: a bounded buffer, resynchronisation byte by byte, and an account of every byte.

A family gives `_look`, which judges the bytes at one position; everything else is here. Bytes are read where the
caller left them and copied only when a frame lies across two chunks, so nothing is allocated.
"""

from array import array

from aqsense.wire import events
from aqsense.wire.losses import Losses
from aqsense.wire.sums import copy

MISSING_VALUE = -0x40000000  # this frame does not carry that field; the least integer that costs a board nothing
MASK = 0x3FFFFFFF  # counters wrap here: the largest integer that costs no memory on a 32-bit board
LONGEST_RUN = 4096  # a line that never shows a header is reported at least this often, in bytes

# What `_look` may answer besides the length of a whole frame
MORE = 0
RESYNC = -1 - events.RESYNC
LENGTH = -1 - events.LENGTH
CHECKSUM = -1 - events.CHECKSUM
TAIL = -1 - events.TAIL

SAMPLE = events.SAMPLE
POWER_UP = 1  # evidence: this frame shows that the sensor was switched on a short while ago


class Decoder:
    """Bytes in, events out: the decoder of one sensor on one line.

    `receive_data` takes any chunking. Call `next_event` until it says NEED_DATA before the bytes of `buf`
    change; what is left then is kept inside, never more than `capacity` bytes; what exceeds that is an `overflow`.
    After SAMPLE: `values` (scaled integers in the order of FIELDS, MISSING_VALUE where the frame has no such field;
    value = values[i] / SCALES[i]), `flags` (bits of `aqsense.flags`), `evidence` (0 or POWER_UP).
    After REPLY: `reply` (its name; with "state" `flags` too) and `fields()`. After DISCARDED: `reason`. Always:
    `length`, `offset`, `event`.
    """

    FIELDS: tuple = ()
    SCALES: tuple = ()
    HEADS = b""  # bytes that can start a frame
    LONGEST = 32  # bytes of the longest frame
    STUCK = (0, 0)  # first and last byte (from the end) that `stuck_key` covers
    reply = ""  # an attribute of its own from the first on: CPython 3.11 reads objects of more than 29 slower

    def __init__(self) -> None:
        self._own = bytearray(max(256, 2 * self.LONGEST))
        self._src: bytes | bytearray | memoryview = self._own
        self._next: bytes | bytearray | memoryview | None = None
        self._at = self._end = self._base = self._next_at = self._next_end = self._seam = 0
        self._size = self._skipped = self._lost = 0  # bytes: of the last sample, and thrown away but not yet said
        self._losses = Losses()
        self._finished = False
        self._verdict = MORE
        self._kind = SAMPLE
        self.event = events.NEED_DATA
        self.length = self.reason = self.flags = self.evidence = 0
        self.values = array("i", bytes(4 * len(self.FIELDS)))
        self.bytes_in = self.discarded_bytes = 0
        self.samples = self.replies = self.rejected = 0
        self.discarded = array("i", bytes(4 * len(events.REASONS)))

    # What a family provides

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        # Judge the `have` bytes at src[at]: MORE, a failure, or the length of a whole frame. For a measurement it sets
        # values, flags and evidence; for any other whole frame `_kind`: REPLY (with reply), or DISCARDED (unexpected).
        raise NotImplementedError

    def expect(self, request: bytes) -> None:
        """Name the request that the next reply answers; ignored where a reply names its command itself."""

    def stand(self, request: bytes) -> None:
        """Name the request that every following reply answers, as when only the replies were recorded."""

    def fields(self) -> list:
        """Name and value pairs of the last REPLY."""
        return []

    def firmware(self) -> str:
        """What the last SAMPLE tells of the sensor's firmware; "" where its frame does not."""
        return ""

    def receive_data(self, buf: bytes | bytearray | memoryview, n: int) -> None:
        """Take the first `n` bytes of `buf`."""
        if n <= 0:
            return
        self.bytes_in = self.bytes_in + n & MASK
        self._finished = False
        self.event = -1  # not looked at
        if self._at == self._end and self._next is None:
            self._base = self._base + self._at & MASK
            self._src = buf
            self._at = 0
            self._end = n
            return
        self._settle()
        k = min(n, len(self._own) - self._end, self.LONGEST)
        copy(self._own, self._end, buf, 0, k)
        self._seam = self._end
        self._end += k
        self._next = buf
        self._next_at = k
        self._next_end = n

    def next_event(self) -> int:
        """SAMPLE, REPLY, DISCARDED, or NEED_DATA when the bytes at hand decide nothing more."""
        while True:
            at = self._at
            found = self._verdict
            if found:
                self._verdict = MORE
            else:
                have = self._end - at
                found = self._look(self._src, at, have) if have else MORE
            if found > 0:
                if self._skipped:
                    self._verdict = found
                    return self._close_run()
                self._at = at + found
                self.length = found
                if self._kind == SAMPLE:
                    self._size = found
                    self.samples += 1
                    self.event = SAMPLE
                    return SAMPLE
                return self._other(found)
            if found == RESYNC:
                if self._skip():
                    return self._close_run()
            elif found == MORE:
                if self._more():
                    continue
                if self._lost:
                    return self._overflow()
                if not self._finished or (self._at == self._end and not self._skipped):
                    self.event = events.NEED_DATA
                    return events.NEED_DATA
                if self._at == self._end or (self._skipped and self._losses.reason == events.RESYNC):
                    return self._close_run()
                self._losses.reason = events.TRUNCATED
                self._skipped += 1
                self._at += 1
            else:
                if self._skipped:
                    self._verdict = found
                    return self._close_run()
                self._at = at + 1
                return self._discard(-1 - found, 1)

    def abandon(self) -> None:
        """Give up what is pending: with a damaged length it would wait for the answers to later questions."""
        if self.event == events.NEED_DATA and self._at < self._end:
            self._skipped += self._end - self._at
            self._losses.reason = events.TRUNCATED
            self._at = self._end

    def finish(self) -> None:
        """Say that no byte will follow: what is pending becomes `truncated` in the events still to come."""
        self._finished = True

    @property
    def offset(self) -> int:
        """Place of the event's first byte in the stream, modulo 2**30."""
        return self._base + self._at - self.length & MASK

    @property
    def raw(self) -> bytes:
        """A copy of the last sample's or reply's frame as it was on the wire."""
        return bytes(self._src[self._at - self.length : self._at])

    def stuck_key(self) -> int:
        """A number of the last frame without its counters and checksum: equal for equal frames, below 2**22."""
        src = self._src
        i = self._at - self.length + self.STUCK[0]
        stop = self._at - self.STUCK[1]
        key = self.length
        while i < stop:
            key = (key * 31 + src[i]) & 0x3FFFFF
            i += 1
        return key

    @property
    def pending(self) -> int:
        """Bytes received that no event has accounted for yet."""
        waiting = self._end - self._at + self._skipped + self._lost
        if self._next is not None:
            waiting += self._next_end - self._next_at
        return waiting

    @property
    def frame_bytes(self) -> int:
        """Bytes of all samples and replies, modulo 2**30: where the decoder stands, less what it threw away."""
        return self._base + self._at - self.discarded_bytes - self._skipped & MASK

    @property
    def candidates(self) -> int:
        """Frames that were judged: samples, replies and rejected ones."""
        return self.samples + self.replies + self.rejected

    @property
    def capacity(self) -> int:
        """Bytes that the decoder can keep by itself."""
        return len(self._own)

    def _settle(self) -> None:
        # Everything unread moves to the front of the decoder's own buffer; the caller's bytes are free again.
        own = self._own
        count = self._end - self._at
        if count > len(own):
            self._lost += count - len(own)
            count = len(own)
        copy(own, 0, self._src, self._at, count)
        self._base = self._base + self._at & MASK
        self._src = own
        self._at = 0
        self._end = count
        rest = self._next
        if rest is not None:
            count = min(self._next_end - self._next_at, len(own) - self._end)
            copy(own, self._end, rest, self._next_at, count)
            self._end += count
            self._lost += self._next_end - self._next_at - count
            self._next = None

    def _more(self) -> bool:
        # True when bytes of the last chunk could be added to those that were too few.
        rest = self._next
        if rest is None:
            if self._at != self._end and self._src is not self._own:
                self._settle()
            return False
        own = self._own
        if self._at >= self._seam:
            self._base = self._base + self._seam & MASK
            self._src = rest
            self._at -= self._seam
            self._end = self._next_end
            self._next = None
            return self._end > self._at
        count = self._end - self._at
        copy(own, 0, own, self._at, count)
        self._base = self._base + self._at & MASK
        self._seam -= self._at
        self._at = 0
        self._end = count
        count = min(self._next_end - self._next_at, len(own) - count)
        if count <= 0:
            self._next = None
            return False
        copy(own, self._end, rest, self._next_at, count)
        self._end += count
        self._next_at += count
        return True

    def _other(self, found: int) -> int:
        kind = self._kind
        self._kind = SAMPLE
        if kind == events.REPLY:
            self.replies += 1
            self.event = kind
            return kind
        return self._discard(events.UNEXPECTED, found)

    def _skip(self) -> bool:
        # Step over bytes that cannot start a frame; True when the run is long enough to be reported.
        src = self._src
        at = self._at + 1
        end = self._end
        heads = self.HEADS
        while at < end and src[at] not in heads:
            at += 1
        if not self._skipped:
            self._losses.reason = events.RESYNC
        at = min(at, self._at + LONGEST_RUN - self._skipped)
        self._skipped += at - self._at
        self._at = at
        return self._skipped >= LONGEST_RUN

    def _close_run(self) -> int:
        n = self._skipped
        self._skipped = 0
        return self._discard(self._losses.reason, n)

    def _overflow(self) -> int:
        n = self._lost
        self._lost = 0
        self._base = self._base + n & MASK
        return self._discard(events.OVERFLOW, n)

    def _discard(self, reason: int, n: int) -> int:
        self.event = events.DISCARDED
        self.reason = reason
        self.length = n
        self.discarded_bytes = self.discarded_bytes + n & MASK
        self.discarded[reason] = self.discarded[reason] + n & MASK
        self.rejected += self._losses.add(self.samples + self.replies, reason, n, self._size)
        return events.DISCARDED
