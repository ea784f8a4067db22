"""Fenced blocks of the README, each with its language and, where it is not run, the stated reason."""

import re
from dataclasses import dataclass

from tests.project.tree import ROOT

FENCE = re.compile(
    r"(?:^<!-- not run: (?P<why>[^\n]*?) -->\n)?^(?P<indent> *)```(?P<language>[a-z]*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One fenced block: `line` in the file, `why` it is not run (None when it is)."""

    line: int
    language: str
    text: str
    why: str | None


def of(text: str) -> list[Block]:
    """Every fenced block of a Markdown text, in order."""
    found = []
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        inner = "\n".join(part.removeprefix(match["indent"]) for part in match["text"].split("\n"))
        found.append(Block(line, match["language"], inner, match["why"]))
    return found


def commands(text: str) -> list[tuple[str, list[str]]]:
    """The `$` lines of a console block, each with the output lines shown below it; `\\` continues a command."""
    found: list[tuple[str, list[str]]] = []
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (found[-1][0][:-1] + line.removeprefix(">").strip(), [])
        elif found:
            found[-1][1].append(line)
    return found


def readme() -> list[Block]:
    """The blocks of the README."""
    return of((ROOT / "README.md").read_text(encoding="utf-8"))
