"""One serial port of a board: `readinto` gives a count, never None, and never blocks."""

from machine import UART

RXBUF = 1024  # bytes; the default of 256 is a quarter of a second at 9600 baud


class Port:
    """`machine.UART` number `ident` with the serial settings of a sensor. Pins are those of the board unless given."""

    def __init__(
        self,
        ident: int,
        baud: int,
        bits: int = 8,
        parity: str = "N",
        stop: int = 1,
        tx: int | None = None,
        rx: int | None = None,
    ) -> None:
        options: dict = {"baudrate": baud, "bits": bits, "parity": {"N": None, "E": 0, "O": 1}[parity], "stop": stop}
        options["timeout"] = 0
        options["rxbuf"] = RXBUF
        if tx is not None:
            options["tx"] = tx
        if rx is not None:
            options["rx"] = rx
        self._uart = UART(ident, **options)

    def readinto(self, buf: bytearray | memoryview) -> int:
        """Bytes put at the front of `buf`, 0 when there are none now."""
        if not self._uart.any():
            return 0
        return self._uart.readinto(buf) or 0

    def write(self, data: bytes) -> None:
        """Send a few bytes; a poll fits into the transmit buffer."""
        self._uart.write(data)

    def drain(self, buf: bytearray) -> None:
        """Throw away what has arrived, before a poll whose answer must be told from older bytes."""
        while self.readinto(buf):
            pass
