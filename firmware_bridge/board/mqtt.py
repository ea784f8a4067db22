"""MQTT 3.1.1 over one socket, for a board: QoS 0 and 1, last will, subscriptions; nothing blocks but `connect`.

Every packet leaves in one `send` (several small ones cost 40 ms each: Nagle against delayed acknowledgement).

Source: OASIS MQTT Version 3.1.1, sections 2 and 3.
"""

import errno
import select
import socket
import struct
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TCP = 6
_TCP_NODELAY = 1
_READ = 256  # bytes that are taken from the socket at once
_PACKET = 1024  # bytes of most messages; a longer one is written twice and leaves in pieces
_MOST_HEAD = 9  # bytes before topic and payload: kind, length (1 to 4), length of the topic (2), packet id (2)
_AGAIN = (errno.EAGAIN, getattr(errno, "EWOULDBLOCK", errno.EAGAIN), errno.EINPROGRESS)


class Refused(ValueError):
    """The broker said no to CONNECT; `code` is the return code of section 3.2.2.3."""

    REASONS = ("", "protocol version", "client id", "broker unavailable", "user name or password", "not authorized")

    def __init__(self, code: int) -> None:
        super().__init__("broker refused: " + (self.REASONS[code] if code < len(self.REASONS) else str(code)))
        self.code = code


class Client:
    """One connection to a broker, made again by calling `connect` again.

    `window`: QoS 1 messages that may wait for their acknowledgement; they are kept, and sent again after a reconnect.
    `on_message(topic: str, payload: bytes, retained: bool)` is called from inside `step`; `payload` is None when there
    was no room for it.
    """

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        user: str | None = None,
        password: str | None = None,
        keepalive_s: int = 30,
        tls=None,
        window: int = 4,
        longest: int = 2304,
    ) -> None:
        self.host = host
        self.port = port
        self.client_id = client_id
        self.user = user
        self.password = password
        self.keepalive_s = keepalive_s
        self.tls = tls  # a function that wraps a connected socket, or None
        self.window = window
        self.longest = longest  # of an incoming packet no more is kept: what asks for more is refused by its length
        self.will: tuple | None = None
        self.on_message = None
        self.subscriptions: list = []
        self.next_id = 1
        self.waiting: list = []  # (packet id, packet, tag) of QoS 1 in order
        self.acknowledged = 0
        self.connected = False
        self.denied = 0  # subscriptions that the broker refused
        self.passed_over = 0  # messages that there was no room for
        self._out = bytearray(_PACKET)
        self._start = 0
        self._end = 0
        self._socket: Any = None
        self._poll: Any = None
        self._head = bytearray(5)
        self._in = bytearray(longest)  # of all packets that come in, as `_out` of those that leave
        self._have = 0
        self._body: Any = None
        self._body_have = 0
        self._skip = 0
        self._beyond = 0  # bytes of the packet behind its body
        self._sent_ms = 0
        self._heard_ms = 0
        self._progress_ms = 0
        self._pinged = False

    # connecting -------------------------------------------------------------------------------------------------

    def connect(self, timeout_s: int = 5) -> None:
        """Connect, subscribe again and send again what was not acknowledged; OSError or Refused when it fails."""
        self.drop()
        start = time.ticks_ms()
        found = socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM)
        if not found:
            raise OSError("the name does not resolve")  # ESP32 says so by an empty list
        address = found[0][-1]
        s = plain = socket.socket()
        try:
            s.settimeout(timeout_s)
            s.connect(address)
            s.settimeout(max(1, timeout_s - time.ticks_diff(time.ticks_ms(), start) // 1000))
            try:
                s.setsockopt(_TCP, _TCP_NODELAY, 1)
            except (OSError, AttributeError, ValueError):
                pass  # a port without the option: packets leave whole anyway
            if self.tls is not None:
                s = self.tls(s)
            _send_all(s, self._connect_packet())
            answer = _read_exactly(s, 4)
            if answer[0] != 0x20 or answer[1] != 2:
                raise OSError(errno.EIO)
            if answer[3]:
                raise Refused(answer[3])
            plain.settimeout(timeout_s)
            for topic in self.subscriptions:
                _send_all(s, self._subscribe_packet(topic))
            self.waiting = [entry for entry in self.waiting if entry[1] is not None]
            for entry in self.waiting:
                packet = bytearray(entry[1])
                packet[0] |= 8  # DUP
                _send_all(s, packet)
        except Exception:
            s.close()
            raise
        self._socket = s
        self._poll = select.poll()
        self._poll.register(s, select.POLLIN)
        self._have = 0
        self._body = None
        self._skip = 0
        self._pinged = False
        self._sent_ms = self._heard_ms = self._progress_ms = time.ticks_ms()
        self.connected = True

    def drop(self) -> None:
        """Close the socket without a word: the broker sends the last will."""
        self.connected = False
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._poll = None

    def disconnect(self) -> None:
        """Say goodbye and close: no last will."""
        if self.connected:
            try:
                _send_all(self._socket, b"\xe0\x00")
            except OSError:
                pass
        self.drop()

    def _connect_packet(self) -> bytearray:
        flags = 2  # clean session: nothing of the last one is remembered here
        body = bytearray(b"\x00\x04MQTT\x04\x00")
        body += struct.pack(">H", self.keepalive_s)
        _text(body, self.client_id)
        if self.will is not None:
            topic, payload, qos, retain = self.will
            flags |= 4 | qos << 3 | (32 if retain else 0)
            _text(body, topic)
            _text(body, payload)
        if self.user is not None:
            flags |= 128
            _text(body, self.user)
            if self.password is not None:
                flags |= 64
                _text(body, self.password)
        body[7] = flags
        return _framed(0x10, body)

    def _subscribe_packet(self, topic: str) -> bytearray:
        body = bytearray(struct.pack(">H", self._take_id()))
        _text(body, topic)
        body.append(1)
        return _framed(0x82, body)

    # sending ----------------------------------------------------------------------------------------------------

    def room(self) -> bool:
        """Whether a QoS 1 message would be taken now."""
        return len(self.waiting) < self.window

    def publish(self, topic: str, payload, qos: int = 0, retain: bool = False, tag=None, keep: bool = True) -> bool:
        """Send one message; False when it was not taken: not connected (QoS 0), or the window is full (QoS 1).

        `payload` is bytes, str, or a function that gives it to `payload(put)` in pieces of str. A QoS 1 message that is
        not acknowledged is sent again by the next `connect`, unless `reclaim` takes it back first, or it was not to be
        kept.
        """
        if qos and not self.room():
            return False
        if not qos and not self.connected:
            return False
        name = topic.encode()
        give = payload if callable(payload) else lambda put: put(payload)
        self._end = _MOST_HEAD + len(name)
        give(self._put)
        if (keep and qos and self._end > len(self._out)) or _MOST_HEAD + len(name) > len(self._out):
            self._out = bytearray(self._end)
            self._end = _MOST_HEAD + len(name)
            give(self._put)
        ident = self._take_id() if qos else 0
        self._start = self._head_before(0x30 | qos << 1 | (1 if retain else 0), name, ident)
        whole = self._end <= len(self._out)
        if qos:
            if not self.waiting:
                self._progress_ms = time.ticks_ms()
            self.waiting.append((ident, bytes(self._packet()) if keep else None, tag))
        if not whole:
            self._end = _MOST_HEAD + len(name)
            give(self._stream)
        self._send(self._packet())
        if len(self._out) > _PACKET:
            self._out = bytearray(_PACKET)
        return True

    # One buffer for the packets of all messages: a fresh one for each would need a hole of its size in the heap, and
    # what does not fit into it is written twice, first to learn its length, then to leave in pieces.

    def _packet(self):
        return memoryview(self._out)[self._start : self._end]

    def _put(self, piece: bytes | str) -> None:
        data = piece.encode() if isinstance(piece, str) else piece
        at = self._end
        self._end = at + len(data)
        if self._end <= len(self._out):
            self._out[at : self._end] = data

    def _stream(self, piece: bytes | str) -> None:
        data = piece.encode() if isinstance(piece, str) else piece
        if self._end + len(data) > len(self._out):
            self._send(self._packet())
            self._start = self._end = 0
        if len(data) > len(self._out):
            self._send(data)
        else:
            self._out[self._end : self._end + len(data)] = data
            self._end += len(data)

    def _head_before(self, first: int, name: bytes, ident: int) -> int:
        # Write everything that stands before the payload, whose end is known by now; where it begins.
        out = self._out
        at = _MOST_HEAD + len(name) - (2 if ident else 0)
        if ident:
            out[at] = ident >> 8
            out[at + 1] = ident & 255
        at -= len(name)
        out[at : at + len(name)] = name
        out[at - 2] = len(name) >> 8
        out[at - 1] = len(name) & 255
        at -= 2
        length = self._end - at
        at -= 1 + _length_size(length)
        out[at] = first
        _put_length(out, at + 1, length)
        return at

    def acknowledged_age_s(self) -> int | None:
        """Seconds since the last acknowledgement; None before the first."""
        if not self.acknowledged:
            return None
        return time.ticks_diff(time.ticks_ms(), self._progress_ms) // 1000

    def reclaim(self) -> list:
        """Tags of the unacknowledged messages that have one; those messages are not sent again from here."""
        tags = [entry[2] for entry in self.waiting if entry[2] is not None]
        self.waiting = [entry for entry in self.waiting if entry[2] is None]
        return tags

    def _take_id(self) -> int:
        # 1 to 65535 and round again, past those still waiting: 0 is no packet id (section 2.3.1).
        while True:
            ident = self.next_id
            self.next_id = ident + 1 if ident < 65535 else 1
            for entry in self.waiting:
                if entry[0] == ident:
                    break
            else:
                return ident

    def _send(self, packet) -> None:
        if not self.connected:
            return
        try:
            _send_all(self._socket, packet)
            self._sent_ms = time.ticks_ms()
        except OSError:
            self.drop()

    # receiving --------------------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Take in what has arrived, keep the connection alive; False when there is no connection (any more)."""
        if not self.connected:
            return False
        now = time.ticks_ms()
        try:
            while self.connected and self._poll.poll(0):
                if not self._read_some():
                    break
                self._heard_ms = now
        except OSError:
            self.drop()
            return False
        if not self.connected:
            return False
        keepalive = self.keepalive_s * 1000
        if self._pinged and time.ticks_diff(now, self._heard_ms) > keepalive + keepalive // 2:
            self.drop()
            return False
        if self.waiting and keepalive and time.ticks_diff(now, self._progress_ms) > keepalive:
            self.drop()  # an acknowledgement that never came: only a new connection may send again (section 4.4)
            return False
        if keepalive and not self._pinged and time.ticks_diff(now, self._sent_ms) > keepalive // 2:
            self._send(b"\xc0\x00")
            self._heard_ms = now
            self._pinged = True
        return self.connected

    def _read_some(self) -> bool:
        # One read of what is needed next: header byte, length bytes, body. False at the end of the stream.
        if self._skip:
            got = self._recv(min(self._skip, _READ))
            self._skip -= len(got)
            return bool(got)
        if self._body is None:
            got = self._recv(1)
            if not got:
                return False
            self._head[self._have] = got[0]
            self._have += 1
            if self._have > 1 and not got[0] & 0x80:
                self._start_body()
            elif self._have == 5:
                raise OSError(errno.EIO)
            return True
        got = self._recv(min(len(self._body) - self._body_have, _READ))
        if not got:
            return False
        self._body[self._body_have : self._body_have + len(got)] = got
        self._body_have += len(got)
        if self._body_have == len(self._body):
            self._skip = self._beyond
            self._take_packet()
        return True

    def _recv(self, n: int) -> bytes:
        try:
            got = self._socket.read(n) if self.tls is not None else self._socket.recv(n)
        except OSError as error:
            if error.args[0] in _AGAIN:
                return b""
            raise
        if got is None:
            return b""
        if not got:
            self.drop()
        return got

    def _start_body(self) -> None:
        length = 0
        i = self._have - 1
        while i > 0:
            length = length << 7 | self._head[i] & 127
            i -= 1
        self._have = 0
        self._beyond = max(0, length - self.longest)
        self._body = memoryview(self._in)[: length - self._beyond]
        self._body_have = 0
        if not length:
            self._take_packet()

    def _take_packet(self) -> None:
        body = self._body
        self._body = None
        kind = self._head[0] >> 4
        if kind in (3, 4, 9) and len(body) < (3 if kind == 9 else 2):
            self.drop()
        elif kind == 4:
            self._acknowledge(body[0] << 8 | body[1])
        elif kind == 3:
            self._take_publish(body)
        elif kind == 9 and body[2] == 0x80:
            self.denied += 1
        elif kind == 13:
            self._pinged = False

    def _acknowledge(self, ident: int) -> None:
        i = 0
        while i < len(self.waiting):
            if self.waiting[i][0] == ident:
                self.waiting.pop(i)
                self.acknowledged += 1
                self._progress_ms = time.ticks_ms()
                return
            i += 1

    def _take_publish(self, body: memoryview) -> None:
        flags = self._head[0]
        n = body[0] << 8 | body[1]
        at = end = 2 + n
        if at + (2 if flags & 6 else 0) > len(body):  # the topic is longer than what is kept: its id is out of reach
            return self.drop()
        if flags & 6:
            self._send(bytes((0x40, 2, body[at], body[at + 1])))
            at += 2
        topic = payload = None
        try:
            topic = str(body[2:end], "utf-8")
            payload = bytes(body[at:])
        except MemoryError:
            self.passed_over += 1
        except UnicodeError:
            pass  # nothing was subscribed to under such a name
        if topic is not None and self.on_message is not None:
            self.on_message(topic, payload, bool(flags & 1))


def _text(out: bytearray, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    out += struct.pack(">H", len(data))
    out += data


def _length_size(n: int) -> int:
    return 1 if n < 128 else 2 if n < 16384 else 3 if n < 2097152 else 4


def _put_length(out: bytearray, at: int, n: int) -> int:
    while True:
        digit = n & 127
        n >>= 7
        out[at] = digit | (128 if n else 0)
        at += 1
        if not n:
            return at


def _framed(kind: int, body: bytearray) -> bytearray:
    packet = bytearray(1 + _length_size(len(body)))
    packet[0] = kind
    _put_length(packet, 1, len(body))
    packet += body
    return packet


def _send_all(s, packet: bytes | bytearray) -> None:
    # One send nearly always; the rest only when the socket's own buffer was full.
    sent = s.write(packet)
    while sent is None or sent < len(packet):
        packet = packet[sent or 0 :]
        sent = s.write(packet)


def _read_exactly(s, n: int) -> bytes:
    got = s.read(n)
    if got is None or len(got) < n:
        raise OSError(errno.ECONNRESET)
    return got
