"""`aqsense simulate home` as a person and a script meet it."""

import argparse
import json

import pytest

from simulators.homes import command


def simulate(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def test_it_says_what_it_wrote_in_the_contracts_words(tmp_path, capsys):
    csv, truth = str(tmp_path / "home.csv.gz"), str(tmp_path / "home.truth.jsonl")
    assert simulate("--days", "3", "--seed", "7", "--csv", csv, "--truth", truth, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "event": "summary",
        "home": "box",
        "days": 3,
        "seed": 7,
        "scenario": "null",
        "rows": 4320,
        "csv": csv,
        "truth": truth,
    }


def test_a_winter_install_starts_in_december(tmp_path, capsys):
    csv = tmp_path / "home.csv"
    assert (
        simulate("--days", "1", "--scenario", "winter-install", "--csv", str(csv), "--truth", str(tmp_path / "t")) == 0
    )
    assert csv.read_text().splitlines()[1].startswith("1733011200,")
    assert "1440 rows of 1 days" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--days", "0"), 2, "give at least 1"),
        (("--interval", "45"), 2, "multiple of 60"),
        (("--days", "5", "--at-day", "5"), 2, "0 to 4"),
        (("--tz", "Berlin"), 2, "Europe/Berlin"),
        (("--days", "1", "--csv", "/nonexistent/home.csv"), 1, "No such file or directory; choose another"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_write(words, code, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert simulate(*words) == code
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1


def test_a_coarser_interval_keeps_every_fifth_row(tmp_path, capsys):
    csv = tmp_path / "home.csv"
    assert simulate("--days", "1", "--interval", "300", "--csv", str(csv), "--truth", str(tmp_path / "t")) == 0
    assert len(csv.read_text().splitlines()) == 1 + 288
