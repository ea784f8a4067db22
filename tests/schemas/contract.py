"""The JSON examples and the topic table of the contract, read from the copy that ships with the package."""

import json
import re

from tests.schemas.documents import FOLDER


def text() -> str:
    """The contract as it ships."""
    return (FOLDER / "contract.md").read_text(encoding="utf-8")


def examples() -> list[dict]:
    """Every object of every JSON block, in order; a block of command lines holds one object a line."""
    found = []
    for block in re.findall(r"```json\n(.*?)```", text(), re.DOTALL):
        decoder = json.JSONDecoder()
        rest = block.strip()
        while rest:
            document, end = decoder.raw_decode(rest)
            found.append(document)
            rest = rest[end:].strip()
    return found


def inline() -> list[dict]:
    """Objects that the text shows between backticks, complete ones of a known kind only."""
    found = []
    for piece in re.findall(r"`(\{[^`\n]*\})`", text()):
        try:
            document = json.loads(piece)
        except json.JSONDecodeError:
            continue
        if {"event", "from_s", "rx", "capture"} & set(document):
            found.append(document)
    return found


def topics() -> list[tuple[str, int, bool]]:
    """Rows of the topic table: address, QoS (the higher where two are named), whether retained."""
    section = text().split("## 4. Topics")[1].split("## 5.")[0]
    rows = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 6 or cells[0] == "topic" or cells[0].startswith("---"):
            continue
        for topic in re.findall(r"`([^`]*/[^`]*)`", cells[0]):
            status = topic.endswith("/status")
            retained = cells[3] == "yes" or (cells[3] == "status" and status)
            qos = 0 if cells[2] == "0" or (cells[2] == "0 or 1" and not status) else 1
            rows.append((topic, qos, retained))
    return rows
