"""What each fault does to the bytes, the sensor and the port."""

import math
import re
from collections import Counter

import pytest
import serial

from simulators.bench import Wish, build
from simulators.faults import parse
from simulators.line import Line
from simulators.uart import misread
from tests.simulators.bench import served


def line(model: str, *specs: str, seed: int = 1, **values: float) -> Line:
    return build(Wish(model, values, faults=[parse(spec) for spec in specs], seed=seed)).line


def heard(wire: Line, until_s: float, step_s: float = 0.1) -> bytes:
    return b"".join(wire.to_host(i * step_s) for i in range(1, round(until_s / step_s) + 1))


def intact(data: bytes) -> int:
    """Whole frames by header and sum, as a reference parser finds them."""
    count = at = 0
    while (at := data.find(b"BM\x00\x1c", at)) >= 0:
        frame = data[at : at + 32]
        good = len(frame) == 32 and sum(frame[:30]) == int.from_bytes(frame[30:], "big")
        count += good
        at += 32 if good else 1
    return count


@pytest.mark.parametrize(
    ("spec", "name", "number", "start_s", "duration_s"),
    [
        ("ber=1e-4", "ber", 1e-4, 0.0, math.inf),
        ("drop", "drop", 0.01, 0.0, math.inf),
        ("stall@60+30", "stall", 0.0, 60.0, 30.0),
        ("baud=4800@2.5", "baud", 4800.0, 2.5, math.inf),
        ("drift=0.5%/d", "drift", 0.005, 0.0, math.inf),
        ("drift=-2/d@10", "drift", -2.0, 10.0, math.inf),
        ("brownout@9", "brownout", 0.0, 9.0, 0.5),
    ],
)
def test_a_spec_is_read_as_it_is_written(
    spec: str, name: str, number: float, start_s: float, duration_s: float
) -> None:
    fault = parse(spec)
    assert (fault.name, fault.number, fault.start_s, fault.duration_s) == (name, number, start_s, duration_s)


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("stal@60", "did you mean stall?"),
        ("ber=2", "up to 1"),
        ("drift=5", "drift=0.5%/d"),
        ("stall=3", "takes no value"),
        ("stall@soon", "@60+30"),
        ("other", "other=pms7003"),
        ("baud", "baud=4800"),
        ("?", "NAME[=VALUE]"),
    ],
)
def test_a_wrong_spec_says_what_to_write(spec: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        parse(spec)


@pytest.mark.parametrize("spec", ["ber=1e-3", "drop=0.002", "dup=0.002", "junk=0.2", "half=0.2"])
def test_byte_faults_harm_some_frames_and_the_line_knows_which_are_intact(spec: str) -> None:
    wire = line("pms5003", spec)
    data = heard(wire, 400.0)
    assert wire.counts[spec.partition("=")[0]] > 10
    assert 0 < wire.frames_intact
    assert spec.startswith("junk") or wire.frames_intact < wire.frames_out
    assert intact(data) == wire.frames_intact
    assert len(data) == wire.bytes_out


def test_the_bit_error_rate_is_the_one_that_was_asked_for() -> None:
    wire = line("pms5003", "ber=1e-2")
    heard(wire, 2000.0)
    flipped, bits = wire.counts["ber"], wire.bytes_out * 8
    assert flipped / bits == pytest.approx(1e-2, abs=4.0 * math.sqrt(1e-2 / bits))


def test_a_stall_silences_both_directions_for_its_time() -> None:
    wire = line("pms5003", "stall@10+20")
    heard(wire, 10.0)
    before = wire.bytes_out
    wire.from_host(bytes.fromhex("424de100000170"), 15.0)
    assert wire.to_host(29.9) == b""
    assert wire.bytes_out == before
    assert heard_from(wire, 30.0, 33.0) != b""
    assert [fault.spec for _, fault in wire.begun] == ["stall@10+20"]


def test_another_baud_rate_leaves_checksum_errors_only() -> None:
    data = heard(line("pms5003", "baud=4800"), 60.0)
    assert len(data) > 200
    assert intact(data) == 0


def test_a_byte_sent_at_half_the_rate_is_read_as_the_waveform_says() -> None:
    # 0x55 at half speed: start and bits are two receiver bits each, so 0 then 0,1,1,0,0,1,1,0 and a stop bit that is 0,
    # which is a framing error, read as zero; the receiver finds its next start later in the same byte.
    assert misread(b"\x55", 9600, 9600) == b"\x55"
    assert misread(b"\x55", 4800, 9600)[0] == 0


@pytest.mark.parametrize("read_baud", [1200, 4800, 19200, 115200])
def test_a_receiver_at_any_speed_comes_to_an_end(read_baud: int) -> None:
    heard_bytes = misread(bytes(range(256)), 9600, read_baud)
    assert 0 < len(heard_bytes) < 256 * 6
    assert heard_bytes != bytes(range(256))


def test_a_host_at_another_speed_reads_garbage_where_speed_matters() -> None:
    for strict, baud, good in ((True, 9600, True), (True, 115200, False), (False, 115200, True)):
        with served("pms5003", strict_baud=strict, speed=5.0) as server:
            assert server.port is not None
            with serial.Serial(server.port.name, baud, timeout=0.6) as port:
                port.read_until(b"BM\x00\x1c", 200)
                assert (b"BM\x00\x1c" in port.read(32) + port.read(32)) == good


def test_parity_is_part_of_the_waveform() -> None:
    assert misread(bytes(range(256)), 9600, 9600, parity=True) == bytes(range(256))


def test_a_brownout_makes_a_warm_sensor_cold_and_keeps_what_is_stored() -> None:
    wire = line("sds011", "brownout@20", pm2_5_ugm3=30, device_id=0xECE1)
    heard(wire, 20.0)
    after = heard_from(wire, 20.1, 22.0)
    assert after.endswith(bytes.fromhex("aac000000000ece1cdab"))


def heard_from(wire: Line, start_s: float, end_s: float) -> bytes:
    steps = round((end_s - start_s) / 0.1)
    return b"".join(wire.to_host(start_s + i * 0.1) for i in range(steps + 1))


def masses(data: bytes) -> list[int]:
    frames = [data[i : i + 32] for i in range(0, len(data) - 31, 32)]
    return [int.from_bytes(frame[12:14], "big") for frame in frames if frame[:2] == b"BM"]


def test_a_stuck_sensor_repeats_the_whole_frame() -> None:
    data = heard(line("pms5003", "stuck@10"), 60.0)
    frames = Counter(data[i : i + 32] for i in range(0, len(data) - 31, 32))
    assert frames.most_common(1)[0][1] >= 45
    assert len(frames) >= 8


def test_a_stuck_sensor_counts_on() -> None:
    wire = line("cm1106", "stuck")
    replies = []
    for second in (1.0, 3.0, 5.0):
        wire.from_host(bytes.fromhex("110101ed"), second)
        replies.append(heard_from(wire, second, second + 0.5))
    assert len({reply[3:6] for reply in replies}) == 1
    assert [reply[6] - replies[0][6] for reply in replies] == [0, 2, 4]


@pytest.mark.parametrize(("spec", "level"), [("zero@10", 0), ("saturate@10", 1000), ("drift=100/d@10", 101)])
def test_a_sensing_fault_moves_the_reading(spec: str, level: int) -> None:
    wire = line("pms5003", spec, pm2_5_ugm3=1)
    assert masses(heard(wire, 9.0))[-1] == 1
    late_s = 86410.0
    wire.to_host(late_s - 2.0)
    assert masses(heard_from(wire, late_s, late_s + 2.0))[-1] == level


def test_zero_acts_on_carbon_dioxide_as_well() -> None:
    wire = line("s8", "zero", co2_ppm=800)
    wire.from_host(bytes.fromhex("fe0400030001d5c5"), 1.0)
    assert heard_from(wire, 1.0, 1.5).hex() == "fe04020000ad24"


def test_a_noisy_start_brings_stray_bytes_and_an_unsteady_reading() -> None:
    wire = line("pms5003", "noisy_start", pm2_5_ugm3=50)
    data = heard(wire, 30.0)
    assert len(data) > wire.frames_intact * 32
    assert intact(data) == wire.frames_intact > 20


def test_another_model_answers_while_it_was_asked_to() -> None:
    wire = line("pms5003", "other=sds011@10+10")
    assert b"\xaa\xc0" not in heard(wire, 9.9)
    assert b"\xaa\xc0" in heard_from(wire, 10.0, 19.0)
    wire.to_host(20.5)
    assert b"BM\x00\x1c" in heard_from(wire, 21.0, 25.0)


def test_unplugged_bytes_go_nowhere_and_the_sensor_returns_cold() -> None:
    wire = line("mhz19b", "unplug@10+5", co2_ppm=700)
    read = bytes.fromhex("ff0186000000000079")
    wire.from_host(read, 1.0)
    assert heard_from(wire, 1.0, 1.5)[2:4].hex() == "02bc"
    wire.from_host(read, 11.0)
    assert not wire.plugged
    assert heard_from(wire, 11.0, 14.0) == b""
    wire.from_host(read, 16.0)
    assert wire.plugged
    assert heard_from(wire, 16.0, 16.5)[2:4].hex() == "0184"


def test_bytes_take_their_time_and_reads_may_split_a_frame() -> None:
    wire = line("pms5003")
    pieces = [piece for i in range(1, 5000) if (piece := wire.to_host(i * 0.001))]
    assert sum(len(piece) for piece in pieces) == 32 * wire.frames_out + sum(len(p) for p in pieces) % 32
    assert any(len(piece) < 32 for piece in pieces)


def test_the_same_seed_gives_the_same_faults() -> None:
    specs = ("ber=1e-3", "junk=0.1", "half=0.1")
    assert heard(line("pms5003", *specs, seed=5), 60.0) == heard(line("pms5003", *specs, seed=5), 60.0)
    assert heard(line("pms5003", *specs, seed=5), 60.0) != heard(line("pms5003", *specs, seed=6), 60.0)
