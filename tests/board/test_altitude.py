"""A board tells a sensor the altitude that is configured for it."""

from crccheck.crc import CrcModbus

from tests.board import home
from tests.board.lockstep import Board

T = home.FIRST_MS


def framed(body: str) -> bytes:
    data = bytes.fromhex(body)
    return data + CrcModbus.calc(data).to_bytes(2, "little")


def test_an_scd30_is_told_520_metres_when_it_holds_another_altitude(tmp_path, broker, library, clock, wires):
    sensor = {"id": "s1", "model": "scd30", "uart": 0, "room": "office", "room_kind": "office", "altitude_m": 520}
    config = home.config(broker, clock.port, sensor=[sensor])
    board = Board(tmp_path, config, wires[:1], clock, library, heap="600k", ledger=False)
    asked = []
    try:
        board.start(T)
        for step in range(60):
            board.until(T + 200 * step)
            request = board.wires[0].read(0.01)
            if request:
                asked.append(request)
            if request == framed("610300380001"):  # Sensirion SCD30 interface description, 1.4.7: register 0x0038
                board.wires[0].write(framed("6103020000"))
    finally:
        board.kill()
    assert framed("610300380001") in asked
    assert framed("610600380208") in asked
