"""The replay over arrays prints what the replay row by row prints, byte for byte."""

import csv
import gzip
import io
import itertools
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulators.homes import models
from tests.bridge.bench_parts import AQSENSE

REAL = Path(__file__).parent.parent / "data" / "awair_gym.csv.gz"
START = 1727740800  # 2024-10-01T00:00Z


def printed(path: Path, *arguments: str) -> list[str]:
    """What both paths print, output and complaints, after finding them equal."""
    found = []
    for way in ([], ["--scalar"]):
        command = [*AQSENSE, "replay", str(path), *arguments, *way]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found.append((done.stdout.splitlines(), done.stderr))
    (arrays, said), (rows, said_by_rows) = found
    differing = next((pair for pair in itertools.zip_longest(arrays, rows) if pair[0] != pair[1]), None)
    assert differing is None
    assert said == said_by_rows
    return rows


def summaries(lines: list[str]) -> list[dict[str, object]]:
    return [found for found in map(json.loads, lines) if found["event"] == "summary"]


def write(path: Path, rows: list[str], columns: str = "pm2_5_ugm3,co2_ppm") -> Path:
    path.write_text("\n".join([f"epoch_s,room,{columns}", *rows]) + "\n")
    return path


def simulated(path: Path, model: str, seed: int, scenario: str, days: int, tz: str = "UTC") -> Path:
    home = models.create(model, seed, days, START, scenario, tz=tz)
    columns = (home.epoch_s, home.pm2_5, home.pm10, home.co2)
    rows = []
    for at, pm, pm10, co2 in zip(*(column.tolist() for column in columns), strict=True):
        texts = ("" if math.isnan(value) else f"{value:.1f}" for value in (pm, pm10, co2))
        rows.append(f"{at},kitchen," + ",".join(texts))
    return write(path, rows, "pm2_5_ugm3,pm10_ugm3,co2_ppm")


def test_a_recorded_home_is_printed_alike(tmp_path: Path) -> None:
    with gzip.open(REAL, "rt") as lines:
        head = list(itertools.islice(lines, 70 * 1440))
    path = tmp_path / "gym.csv.gz"
    path.write_bytes(gzip.compress("".join(head).encode()))
    lines = printed(path, "--tz", "America/New_York", "--json")
    assert [one["stage"] for one in summaries(lines)] == ["established", "established"]


@pytest.mark.parametrize(
    ("model", "seed", "scenario", "tz"),
    [
        ("box", 3, "gaps", "Europe/Berlin"),
        ("rooms", 4, "duplicates", "America/New_York"),
        ("box", 5, "late", "Asia/Kathmandu"),
        ("rooms", 6, "stuck", "UTC"),
        ("box", 7, "stuck-zero", "UTC"),
        ("rooms", 8, "clock-back", "Europe/Berlin"),
        ("box", 9, "clock-2000", "UTC"),
    ],
)
def test_simulated_homes_are_printed_alike(model: str, seed: int, scenario: str, tz: str, tmp_path: Path) -> None:
    lines = printed(simulated(tmp_path / "home.csv", model, seed, scenario, 15, tz), "--tz", tz, "--json")
    assert len(summaries(lines)) == 2


def test_autumn_and_its_repeated_hour_are_printed_alike(tmp_path: Path) -> None:
    path = simulated(tmp_path / "home.csv", "box", 11, "null", 29, "Europe/Berlin")
    printed(path, "--tz", "Europe/Berlin", "--json", "--profile", "board")


def test_a_home_whose_owner_answers_is_printed_alike(tmp_path: Path) -> None:
    path = simulated(tmp_path / "home.csv", "box", 12, "null", 23)
    log = tmp_path / "answers.jsonl"
    answers = [
        {"id": "a1", "t": "2024-10-10T12:00:00Z", "verb": "level", "args": {"level": "many"}},
        {"id": "a2", "t": "2024-10-20T09:30:30Z", "verb": "pause", "args": {"until": "2024-10-22T00:00:00Z"}},
        {"id": "a3", "t": "2034-12-01T09:30:30Z", "verb": "level", "args": {"level": "few"}},
    ]
    log.write_text("\n".join(map(json.dumps, answers)) + "\n")
    answered = printed(path, "--json", "--feedback", str(log))
    assert answered != printed(path, "--json")
    printed(path, "--feedback", str(log))


def test_rooms_and_files_are_merged_alike(tmp_path: Path) -> None:
    dice = random.Random(1)
    rows, at = [], dict.fromkeys(("bed", "Bad", "bed "), START)
    for _ in range(9000):
        room = dice.choice(list(at))
        at[room] += dice.choice((60, 60, 60, 60, 0, -120, 61, 1900))
        rows.append(f"{at[room]},{room},{dice.randrange(0, 300) / 10},{dice.randrange(380, 1500)}")
    one = write(tmp_path / "one.csv", rows)
    printed(one, "--json")
    command = [*AQSENSE, "replay", str(one), str(one), "--json", "--interval", "60"]
    both = [subprocess.run([*command, *way], capture_output=True, check=True) for way in ([], ["--scalar"])]
    assert both[0].stdout == both[1].stdout
    assert both[0].stderr == both[1].stderr


@pytest.mark.parametrize("step", [1, 45, 61, 300, 1800, 7200])
def test_any_pace_is_printed_alike(step: int, tmp_path: Path) -> None:
    dice = random.Random(step)
    rows = [
        f"{START + 17 + i * step},k,{dice.randrange(0, 9999) / 10},{dice.randrange(380, 1500)}"
        for i in range(min(9000, 20 * 86400 // step))
    ]
    printed(write(tmp_path / "a.csv", rows), "--json")


def test_wild_values_and_broken_rows_are_printed_alike(tmp_path: Path) -> None:
    dice = random.Random(7)
    wild = ["", "nan", "inf", "-inf", "1e300", "n/a", "-5", "65532", "1e-300", "0", " 7 ", "1_0", "190", "101000"]
    rows = []
    for i in range(6000):
        pm, pm10, co2 = (str(dice.randrange(5, 500)) for _ in range(3))
        if dice.random() < 0.1:
            pm, pm10, co2 = (dice.choice([*wild, pm]) for _ in range(3))
        rows.append(f"{START + i * 60},k,{pm},{pm10},{co2},{dice.randrange(0, 90)},{dice.randrange(10, 300)}")
        if dice.random() < 0.02:
            rows.append(dice.choice(["what,k,6", f"{START},k", f"{START + i * 60}", "", "inf,k,1", "-5,k,1,2", "nan"]))
    rows[3000:3000] = [f"{START + i * 60},k,42,50,700,40,20" for i in range(3000, 3700)]
    path = write(tmp_path / "a.csv", rows, "pm2_5_ugm3,pm10_ugm3,co2_ppm,rh_pct,hcho_ugm3")
    lines = printed(path, "--json")
    assert any('"sensor_stuck"' in line for line in lines)


@pytest.mark.parametrize("columns", ["pm2_5_ugm3", "co2_ppm", "pm10_ugm3,pm1_ugm3", "temp_c", "hcho_ugm3,pm4_ugm3"])
def test_any_columns_are_printed_alike(columns: str, tmp_path: Path) -> None:
    dice = random.Random(3)
    rows = []
    for i in range(4000):
        same = i % 4000 if i < 1500 else 1500
        values = [str(500 + same % 7) if columns == "co2_ppm" else str(same % 50 + 10) for _ in columns.split(",")]
        rows.append(f"{START + i * 60 + dice.randrange(3)},k," + ",".join(values))
    printed(write(tmp_path / "a.csv", rows, columns), "--json")


@pytest.mark.parametrize(
    "rows",
    [
        [f"{START},k,5,500"],
        ["-60,k,5,500", "-1,k,6,600"],
        ["-60,k,5,500", "0,k,5,500", "5,k,5,501"],
        ["-60,j,5,500", f"{START},k,5,500"],
        ["9000000000,k,5,500", "9000000060,k,5,500"],
    ],
)
def test_hardly_any_rows_are_printed_alike(rows: list[str], tmp_path: Path) -> None:
    printed(write(tmp_path / "a.csv", rows), "--json")


def test_a_room_is_optional_and_columns_come_in_any_order(tmp_path: Path) -> None:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["co2_ppm", "epoch_s", "pm2_5_ugm3"])
    rng = np.random.default_rng(2)
    for i in range(3000):
        table.writerow([int(rng.integers(400, 900)), START + 60 * i, f"{rng.random() * 20:.2f}"])
    path = tmp_path / "a.csv"
    path.write_text(out.getvalue())
    printed(path, "--json")


def test_without_numpy_the_replay_goes_row_by_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [f"{START + i * 60},k,5.{i % 7},50{i % 10}" for i in range(300)])
    code = "import sys; sys.modules['numpy'] = None; from firmware_bridge.commands.main import main; main()"
    bare = subprocess.run([sys.executable, "-c", code, "replay", str(path), "--json"], capture_output=True, check=False)
    assert bare.stdout.decode().splitlines() == printed(path, "--json")
    assert bare.stdout
