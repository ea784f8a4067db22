"""One document on its way out: what it is about, its body, and what delivery must know without reading the body."""


class Document:
    """A document of `kind` (contract section 4): body in the order of its keys, ready for `messages`.

    `sid` is None for the home's own, `quantity` an index or -1. `valid_s`: seconds from its instant until it should be
    forgotten by a broker, 0 for never. Measured ones also carry `seq`, `boot`, `up_ms` and the end of their window as
    `t_cell`, `t_s`, `t_ms` (`t_cell` is None when no clock could date them), so that nobody parses text for them.
    `address`: a topic that is no function of kind, sid and quantity.

    `make()` may build the body when it is first read: on a board, where the bodies of one half hour do not all fit.
    """

    # What most documents leave as it is costs them nothing here: on a board a dozen of them wait for each other.
    seq = -1
    boot: str | None = None
    up_ms = 0
    t_cell: int | None = None
    t_s = 0
    t_ms = 0
    address: str | None = None

    def __init__(self, kind: str, sid: str | None, quantity: int, body: object, valid_s: int = 0, make=None) -> None:
        self.kind = kind
        self.sid = sid
        self.quantity = quantity
        self.valid_s = valid_s
        self._body = body
        self._make = make

    @property
    def body(self):
        """The document's fields, an OrderedDict; None for an empty message."""
        if self._body is None and self._make is not None:
            self._body = self._make()
        return self._body

    def release(self) -> None:
        """Let go of a body that can be made again; only until the next step of the monitor is it the same."""
        if self._make is not None:
            self._body = None
