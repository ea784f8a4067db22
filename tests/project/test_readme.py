"""The README is executed: what it shows is what happens.

A console block runs line by line in one folder; output shown below a command must appear in that order, `…` stands for
anything. A block that cannot run here is preceded by `<!-- not run: reason -->`; its commands must exist all the same.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import blocks
from tests.project.tree import ROOT

AQSENSE = str(Path(sys.executable).parent / "aqsense")
BLOCKS = blocks.readme()
SHOWN_ONLY = {"text", "mermaid", "yaml", "ini", "sh", "udev", ""}


def matches(shown: list[str], output: str) -> str | None:
    """The first shown line that the output does not have, in order; None when all are there."""
    rest = output.split("\n")
    for line in shown:
        pattern = ".*".join(re.escape(part) for part in line.rstrip().split("…"))
        while rest and not re.fullmatch(pattern, rest[0].rstrip()):
            rest.pop(0)
        if not rest:
            return line
        rest.pop(0)
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("readme")


def check_console(block, folder):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command, shown in blocks.commands(block.text):
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=folder, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "PATH": path},
        )  # fmt: skip
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        absent = matches(shown, result.stdout)
        assert absent is None, f"{command} did not print {absent!r}, but\n{result.stdout}"


def check_named_commands(block):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    verbs = subprocess.run([AQSENSE, "--help"], capture_output=True, text=True, check=True).stdout
    for command, _ in blocks.commands(block.text):
        made = re.match(r"make ([a-z]+)", command)
        assert not made or made[1] in targets, command
        for verb in re.findall(r"(?:^|/|[ |&;])aqsense ([a-z]+)", command):
            assert re.search(rf"\b{verb}\b", verbs), command


def check_toml(block, folder):
    (folder / "readme.toml").write_text(block.text)
    result = subprocess.run(
        [AQSENSE, "check", "--json", "--config", str(folder / "readme.toml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def check_python(block, folder):
    result = subprocess.run([sys.executable, "-c", block.text], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def check_json(block, folder):
    from tests.schemas import documents

    documents.validate(json.loads(block.text))


CHECKS = {"console": check_console, "toml": check_toml, "python": check_python, "json": check_json}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line{block.line}-{block.language}")
def test_a_block_of_the_readme_is_true(block, folder):
    assert block.language in SHOWN_ONLY | CHECKS.keys(), "a language that nothing checks"
    if block.why is None and block.language in CHECKS:
        CHECKS[block.language](block, folder)
    elif block.language == "console":
        assert len(block.why) > 10, "say why it is not run"
        check_named_commands(block)


def test_shown_output_must_appear_in_order():
    assert matches(["b", "c…e"], "a\nb\nx\ncde\n") is None
    assert matches(["c", "b"], "b\nc\n") == "b"
    assert matches(["{…}"], "{1}\n") is None


def test_blocks_are_found_with_their_language_and_their_reason():
    found = blocks.of("x\n<!-- not run: needs a sensor -->\n```console\n$ a \\\n  b\nout\n```\n\n```toml\nc = 1\n```\n")
    assert [(b.language, b.why, b.line) for b in found] == [("console", "needs a sensor", 3), ("toml", None, 9)]
    assert blocks.commands(found[0].text) == [("a b", ["out"])]
