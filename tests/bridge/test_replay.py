"""Replaying recordings: CSV and captures, good and bad, through the command that people use."""

import gzip
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aqsense import codes
from tests.bridge.bench_parts import AQSENSE, Bench
from tests.schemas import documents

START = 1749146400 // 1800 * 1800


def _replay(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*AQSENSE, "replay", *arguments], capture_output=True, text=True, check=False)


def _lines(found: "subprocess.CompletedProcess[str]") -> list[Any]:
    assert found.returncode == 0, found.stderr
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    for line in lines:
        documents.validate(line)
        if line["event"] == "document":
            documents.validate(line["payload"])
    return lines


def _is_measured(line: Any) -> bool:
    return "/measured/" in line.get("topic", "") and line["topic"].endswith("/pm25")


def _csv(path: Path, days: float, room: str = "kitchen", seed: int = 1) -> Path:
    """A made-up room at one minute: noise around 8 ug/m3 and 600 ppm."""
    dice = random.Random(seed)
    rows = ["epoch_s,room,pm2_5_ugm3,co2_ppm"]
    for minute in range(int(days * 1440)):
        pm, co2 = 8 + 3 * dice.random(), 600 + 50 * dice.random()
        rows.append(f"{START + minute * 60},{room},{pm:.1f},{co2:.0f}")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_documents_and_one_summary_per_room_and_quantity_are_printed(tmp_path: Path) -> None:
    lines = _lines(_replay(str(_csv(tmp_path / "a.csv", 3)), "--tz", "Europe/Berlin", "--json"))
    summaries = [line for line in lines if line["event"] == "summary"]
    assert [(line["room"], line["quantity"]) for line in summaries] == [
        ("kitchen", "pm2_5_ugm3"),
        ("kitchen", "co2_ppm"),
    ]
    assert summaries[0]["rows"] == 3 * 1440
    assert summaries[0]["valid_days"] == 2  # the recording begins and ends within a day
    kinds = {line["payload"].get("kind") for line in lines if line["event"] == "document"}
    assert {"elevation", "typical", "coverage", "guidance"} <= kinds
    assert not any("/measured/" in line["topic"] for line in lines if line["event"] == "document")


def test_in_words_every_line_names_its_quantity_and_no_code_is_shown() -> None:
    gym = Path(__file__).parents[1] / "data" / "awair_gym.csv.gz"
    found = _replay(str(gym), "--tz", "Europe/Berlin")
    assert found.returncode == 0, found.stderr
    history, summary = found.stdout.split("\n\n", 1)
    lines = history.splitlines()
    assert len(set(lines)) == len(lines)
    assert all(line.split("  ")[2].strip() in ("PM2.5", "CO2") for line in lines)
    assert summary.startswith("awair_gym, PM2.5: 2025-06-05 to 2025-11-29\n")
    assert "without a statement: too few comparable days" in summary
    assert not [code for code in codes.CODES if code in found.stdout]


def test_measured_documents_are_printed_on_request(tmp_path: Path) -> None:
    lines = _lines(_replay(str(_csv(tmp_path / "a.csv", 0.125)), "--json", "--measured"))
    measured = [line for line in lines if line["event"] == "document" and "/measured/kitchen/all" in line["topic"]]
    assert len(measured) >= 179


def test_the_same_recording_gives_the_same_lines(tmp_path: Path) -> None:
    path = str(_csv(tmp_path / "a.csv", 2))
    assert _replay(path, "--json").stdout == _replay(path, "--json").stdout


def test_rooms_get_sids_of_their_own_and_files_are_merged_by_time(tmp_path: Path) -> None:
    one = _csv(tmp_path / "a.csv", 1, "Living Room")
    two = tmp_path / "b.csv.gz"
    two.write_bytes(gzip.compress(_csv(tmp_path / "b.csv", 1, "Bad", 2).read_bytes()))
    lines = _lines(_replay(str(one), str(two), "--json"))
    assert {line["sid"] for line in lines if line["event"] == "summary"} == {"living-room", "bad"}


def test_duplicates_rows_going_back_and_nonsense_are_skipped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [
        "epoch_s,room,pm2_5_ugm3",
        f"{START},k,5",
        f"{START},k,6",
        f"{START - 60},k,6",
        "what,k,6",
        f"{START + 60},k,7",
    ]
    path.write_text("\n".join(rows) + "\n")
    found = _replay(str(path), "--json", "--measured")
    values = [line["payload"]["v"] for line in _lines(found) if _is_measured(line)]
    assert values[:1] == [5.0]
    assert "3 rows" in found.stderr


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e300", "n/a", "", "-5", "65532", "1e-300"])
def test_no_value_however_mad_stops_a_replay(value: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"{START + i * 60},k,{value},{value}" for i in range(90)]
    path.write_text("\n".join(["epoch_s,room,pm2_5_ugm3,co2_ppm", *rows]) + "\n")
    found = _replay(str(path), "--json")
    assert "inference failed" not in found.stderr
    _lines(found)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("missing.csv", None, "No such file"),
        ("a.csv", b"time,value\n1,2\n", "epoch_s"),
        ("a.csv", b"epoch_s,room,pm25\n1,k,2\n", "unknown column 'pm25'"),
        ("a.csv", b"epoch_s,room,co2_ppm,co2_ppm\n", "twice"),
        ("a.csv", b"epoch_s,room,pm2_5_ugm3\n", "no rows"),
        ("a.csv", b"\xff\xfe\x00\x01", "no CSV"),
        ("a.csv.gz", b"not gzip at all", "no CSV"),
        (
            "a.csv.gz",
            gzip.compress(b"epoch_s,room,pm2_5_ugm3\n" + b"1,k,2\n" * 5000, mtime=0)[:60],
            "fetch the file again",
        ),
        ("a.csv", b"", "epoch_s"),
    ],
)
def test_an_unreadable_file_is_one_line_and_exit_1(name: str, data: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    found = _replay(str(path), "--json")
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert said in found.stderr


def test_an_unknown_zone_is_a_usage_error(tmp_path: Path) -> None:
    found = _replay(str(_csv(tmp_path / "a.csv", 1)), "--tz", "Mars/Olympus")
    assert found.returncode == 2
    assert "Mars/Olympus" in found.stderr


def test_a_capture_replays_to_what_the_sensor_said(bench: Bench) -> None:
    bench.sensor("sds011", "--set", "pm2_5_ugm3=21", link="sds")
    path = bench.directory / "capture.jsonl"
    command = [*AQSENSE, "capture", bench.link("sds"), "--model", "sds011", str(path), "--for", "3.5", "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    captured = json.loads(found.stdout)
    for line in path.read_text().splitlines():
        documents.validate(json.loads(line))
    lines = _lines(_replay(str(path), "--json", "--measured"))
    (summary,) = [line for line in lines if line["event"] == "summary"]
    assert summary["rows"] == captured["samples"] >= 2
    values = [line["payload"]["v"] for line in lines if _is_measured(line)]
    assert values and all(abs(value - 21) <= 5 for value in values)


def test_a_capture_cut_short_by_a_crash_still_replays(tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    frame = bytes.fromhex("424d001c001d002d0038001d002d0038192307440149002a0006000297000352")
    frame = frame[:30] + (sum(frame[:30]) & 0xFFFF).to_bytes(2, "big")
    chunk = {"t_ms": START * 1000, "port": "s1", "model": "pms5003", "rx": frame.hex()}
    path.write_text(json.dumps({"capture": 1, "tz": "UTC"}) + "\n" + json.dumps(chunk) + "\n" + json.dumps(chunk)[:40])
    summary = _lines(_replay(str(path), "--json"))[-1]
    assert summary["rows"] == 1


def test_a_recorded_home_keeps_the_promise_of_the_gate() -> None:
    """177 days of a real room: nothing notable before valid day 37, nobody told before valid day 67."""
    found = _replay("tests/data/awair_gym.csv.gz", "--tz", "America/New_York", "--json")
    valid_days: dict[str, int] = {}
    first: dict[tuple[str, str], int] = {}
    for text in found.stdout.splitlines():
        line = json.loads(text)
        if line["event"] != "document":
            assert line["valid_days"] == 174  # counted by the makers of the recording
            assert line["stage"] == "established"
            continue
        body = line["payload"]
        if body.get("kind") == "coverage":
            valid_days[body["quantity"]] = body["valid_days"]
        elif body.get("kind") == "elevation" and body["verdict"] in ("notable", "elevated"):
            first.setdefault((body["quantity"], body["verdict"]), valid_days[body["quantity"]])
    assert first
    for (_, verdict), day in first.items():
        assert day + 1 >= (37 if verdict == "notable" else 67)
