"""When a thin node's bytes came: its uptime mapped to this machine's clock by the message that took least to get here.

A message says at which uptime it left (`sent_ms`); it arrived later by an unknown delay that is never negative. Of the
messages of a quarter of an hour the least difference of the two is nearest to the truth: a lower envelope.

A node whose own time server answered says the instant itself (`t`); it is believed where the envelope agrees with it.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any

from aqsense import timetext
from aqsense.trust import MOST_ERROR_DS

SPAN_MS = 60_000
SPANS = 15  # of which the least delay counts
STALLED_MS = 1000  # a node whose uptime stood still for longer is found out after two spans
LEAST_DELAY_MS = 200  # what even the fastest message may have taken: gathering, Wi-Fi, broker
FEW = 5  # messages, after which one without a delay is likely to be among them
FEW_MS = 2000
DRIFT_PPM = 100  # both quartzes
AGREE_MS = 3000  # beyond the errors of both: one of the two clocks is wrong


@dataclass(frozen=True)
class Stamp:
    """Instant of a message's first byte: epoch milliseconds, `source` (a `t_src`) and its error in tenths."""

    t_ms: int
    source: str
    error_ds: int


class NodeClock:
    """The clock of one start of one node. Times are milliseconds; `local` is a clock that nobody sets."""

    def __init__(self) -> None:
        self._spans: deque[tuple[int, int]] = deque(maxlen=SPANS)  # (span, least difference in it)
        self._count = 0
        self._last = 0
        self.disagrees_ms = 0  # the node's own clock against the envelope, 0 while they agree

    def hear(self, sent_ms: int, local_ms: int) -> None:
        """A message left at uptime `sent_ms` and is here at `local_ms`."""
        span = local_ms // SPAN_MS
        difference = local_ms - sent_ms
        self._count += 1
        if self._spans and self._spans[-1][0] == span:
            self._spans[-1] = (span, min(difference, self._spans[-1][1]))
            return
        while self._spans and span - self._spans[0][0] >= SPANS:
            self._spans.popleft()
        if len(self._spans) >= 3 and min(self._spans[-1][1], self._spans[-2][1]) - self._least() > STALLED_MS:
            for old in list(self._spans)[:-2]:
                self._spans.remove(old)
        self._spans.append((span, difference))

    def _least(self) -> int:
        return min(difference for _, difference in self._spans)

    def stamp(self, body: dict[str, Any], local_ms: int, epoch_ms: int, local_error_ds: int) -> Stamp:
        """When the first byte of a message came. `epoch_ms`: this machine's time at `local_ms`, and its error.

        What cannot be mapped, as an uptime after that of sending, is dated at its `arrival`. Bytes of one node never
        go back in time.
        """
        up_ms = int(body["up_ms"])
        sent_ms = int(body.get("sent_ms", up_ms))
        doubt_ms = max(0, int(body.get("up_err_ms", 0)))
        if not 0 <= up_ms <= sent_ms:
            return self._kept(Stamp(epoch_ms, "arrival", local_error_ds + (FEW_MS + doubt_ms) // 100))
        self.hear(sent_ms, local_ms)
        ago_ms = local_ms - up_ms - self._least()
        error_ms = doubt_ms + LEAST_DELAY_MS + ago_ms * DRIFT_PPM // 1_000_000
        if self._count < FEW:
            error_ms += FEW_MS
        estimated = Stamp(epoch_ms - ago_ms, "estimated", local_error_ds + -(-error_ms // 100))
        own = _own(body, doubt_ms)
        if own is None:
            return self._kept(estimated)
        apart_ms = abs(own.t_ms - estimated.t_ms)
        agree = apart_ms <= AGREE_MS + 100 * (own.error_ds + estimated.error_ds)
        self.disagrees_ms = 0 if agree else apart_ms
        return self._kept(own if agree else estimated)

    def _kept(self, stamp: Stamp) -> Stamp:
        if 0 < self._last - stamp.t_ms < AGREE_MS:
            return Stamp(self._last, stamp.source, stamp.error_ds)
        self._last = stamp.t_ms
        return stamp


def _own(body: dict[str, Any], doubt_ms: int) -> Stamp | None:
    moment = timetext.of_instant(str(body["t"])) if body.get("t") else None
    told_s = float(body.get("t_err_s", 1.0))
    if moment is None or not 10 * told_s <= MOST_ERROR_DS:
        return None
    cell, s = moment
    fraction = str(body["t"])[20:].rstrip("Z") if str(body["t"])[19] == "." else ""
    ms = int((fraction + "000")[:3])
    error_ds = int(10 * told_s) + -(-doubt_ms // 100)
    return Stamp((cell * 1800 + s) * 1000 + ms, "node", error_ds)
