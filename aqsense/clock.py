"""What the clock is worth, as the documents say it beside every instant (contract section 2)."""


class Clock:
    """What dates the documents: `source` is a `t_src` of the contract, `error_ds` its bound in tenths of a second."""

    def __init__(self) -> None:
        self.source = "none"
        self.error_ds: int | None = None
        self.trusted = False
