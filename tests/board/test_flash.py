"""The board's state on flash: whatever byte is lost, what loads is a whole state and the records that followed it."""

import os
import random
import signal
import subprocess
import time

import pytest

from firmware_bridge.board.files import Files
from firmware_bridge.board.flash import ANSWER, CELLS, Flash
from tests.board.lockstep import HERE
from tests.mpy import interpreters

OLD = [b"header-1", b"series " * 40, b"", b"guidance"]
NEW = [b"header-2", b"SERIES " * 40, b"x", b"GUIDANCE"]
BETWEEN = [(CELLS, b"cell %d" % i) for i in range(30)]
AFTER = [(CELLS, b"CELL %d" % i) for i in range(25)] + [(ANSWER, b'{"verb":"confirm"}')]


def filled(folder) -> Flash:
    """An older state, records, a newer state, and records after it."""
    flash = Flash(Files(str(folder)))
    assert flash.load() is None
    flash.save(OLD)
    for kind, payload in BETWEEN:
        flash.append(kind, payload)
    flash.save(NEW)
    for kind, payload in AFTER:
        flash.append(kind, payload)
    return flash


def loaded(folder) -> tuple:
    """(parts, records, what was lost) as a start finds them."""
    flash = Flash(Files(str(folder)))
    parts = flash.load()
    parts = None if parts is None else list(parts)
    return parts, list(flash.records()), flash.lost


def files(folder) -> list:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def is_ordered_subset(some: list, whole: list) -> bool:
    rest = iter(whole)
    return all(record in rest for record in some)


def test_a_start_finds_the_newest_state_and_what_followed_it(tmp_path):
    filled(tmp_path)
    assert loaded(tmp_path) == (NEW, AFTER, [])


def test_the_whole_log_reaches_behind_the_newest_state_and_up_to_now(tmp_path):
    filled(tmp_path)
    flash = Flash(Files(str(tmp_path)))
    assert list(flash.load()) == NEW
    flash.append(ANSWER, b"now")
    assert list(flash.kept()) == BETWEEN + AFTER + [(ANSWER, b"now")]
    flash.save(NEW)
    assert list(flash.kept()) == AFTER + [(ANSWER, b"now")], "the log before the older state has gone"


def test_without_any_state_the_log_alone_is_there(tmp_path):
    flash = Flash(Files(str(tmp_path)))
    flash.load()
    flash.append(CELLS, b"first")
    assert loaded(tmp_path) == (None, [(CELLS, b"first")], [])


def test_many_saves_keep_two_states_and_drop_the_log_that_neither_needs(tmp_path):
    flash = Flash(Files(str(tmp_path)))
    flash.load()
    for i in range(20):
        flash.append(CELLS, b"cell %d" % i)
        flash.save([b"state %d" % i])
    assert loaded(tmp_path) == ([b"state 19"], [], [])
    assert len(files(tmp_path)) == 3  # two slots, and the log between them


def check(folder) -> None:
    parts, records, lost = loaded(folder)
    if parts == NEW:
        assert is_ordered_subset(records, AFTER)
        assert lost or records == AFTER
        assert len(records) >= len(AFTER) - 12  # one file of the log at most
    else:
        assert parts == OLD
        assert lost
        assert records == BETWEEN + AFTER


def test_any_flipped_byte_costs_at_most_one_record_and_is_told(tmp_path):
    filled(tmp_path)
    for path in files(tmp_path):
        whole = path.read_bytes()
        for at in range(len(whole)):
            for flip in (0x01, 0x80, 0xFF):
                path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
                parts, records, lost = loaded(tmp_path)
                if path.parent.name == "log":
                    expected = BETWEEN + AFTER if parts == OLD else AFTER
                    assert parts == NEW and len(records) >= len(expected) - 1, (path, at)
                    assert lost or records == expected
                check(tmp_path)
        path.write_bytes(whole)


def test_any_truncation_leaves_a_whole_state_and_is_told(tmp_path):
    filled(tmp_path)
    *_, last = sorted((tmp_path / "log").iterdir(), key=lambda path: int(path.name))
    untold = []
    for path in files(tmp_path):
        whole = path.read_bytes()
        for size in range(len(whole)):
            path.write_bytes(whole[:size])
            parts, records, lost = loaded(tmp_path)
            assert parts in (OLD, NEW)
            if parts == OLD:
                assert lost and records == BETWEEN + AFTER
            else:
                assert is_ordered_subset(records, AFTER)
            if records not in (AFTER, BETWEEN + AFTER) and not lost:
                untold.append((path, size, records))
        path.write_bytes(whole)
    for path, _, records in untold:
        assert path == last and records == AFTER[: len(records)], "as if the power had failed before them"
    assert len(untold) <= 12, "ends of records in the last file"


def test_a_log_file_that_is_gone_is_told(tmp_path):
    filled(tmp_path)
    logs = sorted((tmp_path / "log").iterdir(), key=lambda path: int(path.name))
    after = [path for path in logs if b"CELL" in path.read_bytes()]
    for path in after[:-1]:
        whole = path.read_bytes()
        path.unlink()
        _, records, lost = loaded(tmp_path)
        path.write_bytes(whole)
        gone = len(AFTER) - len(records)
        assert lost == [f"{gone} of {gone} records are missing in log {path.name}"]


def test_a_start_that_begins_a_log_file_is_no_loss(tmp_path):
    for number in range(40):
        flash = Flash(Files(str(tmp_path)))
        flash.load()
        assert [payload for _, payload in flash.records()] == [b"%d" % i for i in range(2 * number)]
        assert flash.lost == []
        flash.append(CELLS, b"%d" % (2 * number))
        flash.append(CELLS, b"%d" % (2 * number + 1))


def test_a_damaged_state_is_told_by_name_and_what_is_used_instead(tmp_path):
    filled(tmp_path)
    for name, said in (
        ("slot-a", "state a is damaged; state b and the log are used"),
        ("slot-b", "state b is damaged; state a and the log are used"),
    ):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[:-1])
        assert loaded(tmp_path)[2] == [said]
        (tmp_path / name).write_bytes(whole)
    (tmp_path / "slot-a").write_bytes(b"")
    (tmp_path / "slot-b").unlink()
    (tmp_path / "slot-b").mkdir()  # what cannot be read is not the same as what was never written
    told = ["state a is damaged; the log alone is used", "state b is damaged; the log alone is used"]
    assert loaded(tmp_path) == (None, BETWEEN + AFTER, told)


def test_a_cut_while_the_log_is_dropped_hides_nothing_that_follows(tmp_path):
    """Two states in a row with nothing logged between them, and the power fails before the older log is gone."""
    flash = filled(tmp_path)
    flash.save(OLD)
    before = {path: path.read_bytes() for path in (tmp_path / "log").iterdir()}
    flash.save(NEW)
    for path, data in before.items():
        path.write_bytes(data)
    flash = Flash(Files(str(tmp_path)))
    assert list(flash.load()) == NEW
    assert list(flash.records()) == []
    flash.append(CELLS, b"next")
    assert loaded(tmp_path) == (NEW, [(CELLS, b"next")], [])


def test_a_damaged_log_is_never_appended_to(tmp_path):
    filled(tmp_path)
    last = max((tmp_path / "log").iterdir(), key=lambda path: int(path.name))
    last.write_bytes(last.read_bytes()[:-3])
    flash = Flash(Files(str(tmp_path)))
    list(flash.load())
    flash.append(CELLS, b"next")
    assert loaded(tmp_path)[1][-1] == (CELLS, b"next")


def test_forgetting_removes_the_older_state_and_its_log(tmp_path):
    flash = filled(tmp_path)
    flash.save([b"without"])
    flash.forget_before()
    remaining = b"".join(path.read_bytes() for path in files(tmp_path))
    assert b"cell" not in remaining.lower() and b"series" not in remaining.lower()
    assert loaded(tmp_path) == ([b"without"], [], [])


def test_a_large_part_is_read_bit_by_bit_also_after_the_next_was_asked_for(tmp_path):
    large = bytes(range(256)) * 40
    flash = Flash(Files(str(tmp_path)))
    flash.load()
    flash.save([b"header", (large[i : i + 700] for i in range(0, len(large), 700)), b"guidance"])
    parts = Flash(Files(str(tmp_path))).load()
    header, part, guidance = next(parts), next(parts), next(parts)
    assert (header, guidance) == (b"header", b"guidance")
    assert len(part) == len(large)
    assert b"".join(part.read(n) for n in (1, 699, 2, 1000, 5000, len(large) - 6702)) == large


def test_a_record_above_one_kibibyte_is_refused(tmp_path):
    with pytest.raises(ValueError, match="1024"):
        Flash(Files(str(tmp_path))).append(CELLS, bytes(1025))


def start(library, folder, counter: str = "write") -> subprocess.Popen:
    interpreter = interpreters.get("i386")
    command = interpreter.command(HERE / "scripts" / "flash_writer.py", str(folder), counter)
    environment = interpreter.environment((library,))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_two_hundred_power_cuts_lose_at_most_the_record_being_written(library, tmp_path):
    """A writer under MicroPython is killed at random moments; the next start counts on from what it finds."""
    rng = random.Random(7)
    confirmed = -1
    for _ in range(200):
        writer = start(library, tmp_path)
        found = int(writer.stdout.readline())
        assert confirmed <= found <= confirmed + 1, "confirmed records are never lost"
        time.sleep(rng.random() * 0.02)
        os.kill(writer.pid, signal.SIGKILL)
        whole_lines = writer.stdout.read().rpartition("\n")[0].split()
        writer.wait()
        writer.stdout.close()
        confirmed = max([found, *map(int, whole_lines)])


@pytest.mark.parametrize(("where", "a_day"), [("32", 6), ("128", 10), ("256", 10), ("raw", 1.5)])
def test_no_sector_is_erased_more_often_than_once_in_four_days(library, where, a_day):
    """Counted on a flash in memory over 24 days of two series and three slots; a LittleFS of ESP32, others, RP2."""
    interpreter = interpreters.get("i386")
    script = HERE / "scripts" / "wear.py"
    result = interpreter.run(script, where, path=(library,), heap="4m", timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    all_sectors, one_sector = (float(word) for word in result.stdout.split())
    assert one_sector <= 0.25, "a sector stands 100,000"
    assert all_sectors <= a_day
