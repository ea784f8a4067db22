"""The contract's table of corrections names every formula there is, and what each needs."""

import re
from pathlib import Path

import pytest

import aqsense
from aqsense import corrections

CONTRACT = (Path(aqsense.__file__).parent / "schemas" / "contract.md").read_text("utf-8")
TABLE = CONTRACT.split("| correction | of | needs |", 1)[1].split("\n\n", 1)[0]
ROWS = {
    name: set(re.findall(r"`([a-z0-9_]+)`", row.split("|")[3]))
    for row in TABLE.splitlines()[2:]
    for name in re.findall(r"`([^`]+)`", row.split("|")[1])
}
EXAMPLES = {"<lot>": "20231218", "<k>": "0.35", "<hPa>": "950"}


def test_every_correction_has_its_row():
    assert set(ROWS) == set(corrections.NAMES)


@pytest.mark.parametrize("name", corrections.NAMES)
def test_a_row_names_what_the_formula_needs(name):
    described = corrections.describe(re.sub("<.*>", lambda found: EXAMPLES[found[0]], name))
    assert described is not None
    assert ROWS[name] == set(described.needs)
