"""What the README shows of a sensor's files stands in those files."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent.parent
SHOWN = ("aqsense/wire", "simulators/sensors", "tests/vectors")


def section():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("\n## Adding a sensor\n")[2].partition("\n## ")[0]


def files():
    return [path for folder in SHOWN for path in (ROOT / folder).iterdir() if path.suffix in (".py", ".json")]


@pytest.mark.parametrize("snippet", re.findall(r"```(?:python|json)\n(.*?)\n```", section(), re.DOTALL))
def test_a_snippet_of_the_readme_stands_in_the_tree(snippet):
    assert any(snippet in path.read_text(encoding="utf-8") for path in files())
