"""`aqsense detect` names simulated sensors on real pseudo-terminals, and says what else a port may be."""

import contextlib
import fcntl
import json
import os
import threading
import time
import tty

import pytest

from firmware_bridge import detect, finder
from firmware_bridge.commands.main import main
from tests.schemas import documents
from tests.wire.bench_of_sensors import plugged_in


def printed(capsys, *arguments):
    assert main(["detect", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_lines_that_are_printed_obey_their_schema_and_count_what_they_show(capsys):
    with plugged_in("pms5003") as path:
        lines = printed(capsys, path, "--json")
    for line in lines:
        documents.validate(line)
    port, summary = lines
    assert port["result"] == "ambiguous" and port["model"] == port["candidates"][0] == "pms5003"
    assert port["serial"] == {"baud": 9600, "bits": 8, "parity": "N", "stop": 1}
    assert port["heard"]["samples"] == 3 and port["heard"]["hex"].startswith("424d001c")
    assert (summary["ports"], summary["ambiguous"]) == (1, 1)


@contextlib.contextmanager
def terminal(said=b"", each_s=0.2):
    master, slave = os.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def talk():
        while not stop.wait(each_s):
            os.write(master, said)

    thread = threading.Thread(target=talk, daemon=True)
    if said:
        thread.start()
    try:
        yield os.ttyname(slave)
    finally:
        stop.set()
        if said:
            thread.join()
        os.close(master)
        os.close(slave)


def test_a_port_that_speaks_something_else_is_described(capsys):
    with terminal(b"$GPGGA,123519,4807.038,N\r\n") as path:
        assert main(["detect", path]) == 0
    told = capsys.readouterr().out
    assert "speaks something else" in told and "$GPGGA" in told


def test_a_port_that_says_nothing_is_silent_within_fifteen_seconds():
    with terminal() as path:
        began = time.monotonic()
        assert detect.on(finder.Found(path, None)).result == "silent"
        assert time.monotonic() - began <= 15


def test_a_port_that_another_program_reads_is_busy():
    with terminal() as path:
        taken = os.open(path, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            assert detect.on(finder.Found(path, None)).result == "busy"
        finally:
            os.close(taken)


def test_a_sleeping_plantower_is_woken_and_named():
    with plugged_in("pms5003", asleep=1) as path:
        found = detect.on(finder.Found(path, None))
    assert found.candidates[0] == "pms5003" and found.how == "asked"


def test_a_plantower_in_passive_mode_is_named_by_asking():
    with plugged_in("pms5003", passive=1) as path:
        found = detect.on(finder.Found(path, None))
    assert found.candidates[0] == "pms5003" and found.how == "asked"


def test_a_port_that_is_not_there_is_one_line(capsys):
    assert main(["detect", "/dev/ttyNONE7"]) == 1
    assert "is not there" in capsys.readouterr().err


@pytest.mark.parametrize("multiplier, named", [(1, ("cozir",)), (10, ("cozir", "sprintir", "minir"))])
def test_a_cozir_for_room_air_is_told_from_its_siblings_by_the_unit_that_it_counts_in(multiplier, named):
    with plugged_in("cozir", multiplier=multiplier) as path:
        found = detect.on(finder.Found(path, None))
    assert found.candidates == named and found.how == "listened" and found.heard.samples >= 3
