"""`aqsense decode` and `aqsense sensors` print what the contract says, byte for byte."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.schemas import documents

CONTRACT = Path(__file__).parent.parent.parent / "aqsense" / "schemas" / "contract.md"
FRAME = "424d001c0026003a003f001d002d0038192307440149002a0006000297000366"
CORRUPT = FRAME[:18] + "3b" + FRAME[20:]


def aqsense(*args, stdin=b""):
    code = "import sys; from firmware_bridge.commands.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *args], input=stdin, capture_output=True, timeout=60, check=False
    )


def printed(event):
    """The contract's own example lines with this `event`."""
    start = '{"event":"' + event + '",'
    return [line for line in CONTRACT.read_text().splitlines() if line.startswith(start)]


def lines(done):
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


def test_a_frame_and_a_corrupt_one_print_as_the_contract_shows():
    done = lines(aqsense("decode", "pms5003", "-", "--hex", "--json", stdin=(FRAME + CORRUPT).encode()))
    assert done[0] == printed("sample")[0]
    assert done[1] == printed("discarded")[0]
    assert done[-1] == next(line for line in printed("summary") if '"samples":1' in line)


def test_a_reply_prints_as_the_contract_shows():
    assert lines(aqsense("decode", "sds011", "aac502010100a16005ab", "--hex", "--json"))[0] == printed("reply")[0]


def test_sensors_prints_the_mhz19b_as_the_contract_shows():
    assert lines(aqsense("sensors", "mhz19b", "--json")) == printed("sensor")


def test_every_line_that_is_printed_obeys_its_schema():
    for line in lines(aqsense("sensors", "--json")):
        documents.validate(json.loads(line))
    for line in lines(aqsense("decode", "pms5003", "-", "--hex", "--json", stdin=(CORRUPT + FRAME).encode())):
        documents.validate(json.loads(line))


def test_a_reply_that_names_no_register_is_read_by_the_request_given():
    done = lines(aqsense("decode", "s8", "fe0402062caf59", "--hex", "--json", "--request", "fe0400030001d5c5"))
    assert json.loads(done[0])["values"] == {"co2_ppm": 1580}
    done = lines(aqsense("decode", "s8", "fe030200b4ac27", "--hex", "--json", "--request", "fe03001f0001a1c3"))
    assert json.loads(done[0])["fields"] == {"abc_period_h": 180}
    done = lines(aqsense("decode", "s8", "fe030200b4ac27", "--hex", "--json"))
    assert json.loads(done[0])["reason"] == "unexpected"


def test_binary_from_a_pipe_and_from_a_file_decode_alike(tmp_path):
    (tmp_path / "dump").write_bytes(bytes.fromhex(FRAME))
    piped = aqsense("decode", "pms5003", stdin=bytes.fromhex(FRAME))
    assert lines(piped) == lines(aqsense("decode", "pms5003", str(tmp_path / "dump")))
    assert "pm25 45 µg/m³" in piped.stdout.decode()


def test_bytes_thrown_away_are_shown_in_full():
    done = [json.loads(line) for line in lines(aqsense("decode", "sds011", "00112233aac0", "--hex", "--json"))]
    assert done[0] == {"event": "discarded", "reason": "resync", "offset": 0, "bytes": 4, "hex": "00112233"}
    assert done[1] == {"event": "discarded", "reason": "truncated", "offset": 4, "bytes": 2, "hex": "aac0"}


@pytest.mark.parametrize(
    "args, code, words",
    [
        (["decode", "pms5030", "00", "--hex"], 2, "did you mean pms5003"),
        (["decode", "pms5003", "/no/such/file"], 1, "readable file"),
        (["decode", "pms5003", "-", "--hex"], 2, "two digits a byte"),
        (["decode", "s8", "00", "--hex", "--request", "xy"], 2, "two digits a byte"),
        (["sensors", "sds11"], 2, "did you mean sds011"),
        (["sensors", "thermometer"], 2, "aqsense sensors"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(args, code, words):
    done = aqsense(*args, stdin=b"zz")
    assert done.returncode == code
    error = done.stderr.decode()
    assert error.count("\n") == 1 and words in error


def test_sensors_in_words_names_line_settings_and_source():
    done = aqsense("sensors", "scd30").stdout.decode()
    assert "19200 8N1" in done and re.search(r"source: +Sensirion", done)
