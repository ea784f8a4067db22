"""What a request is not given."""


class Refused(Exception):
    """A request that is not carried out: an error code of the contract and a sentence."""

    def __init__(self, code: str, text: str, retryable: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.retryable = retryable
