"""The tree is the one of the design, and stands alone."""

import re
import tomllib

import pytest

from tests.project.tree import ROOT, files

TOP = {
    ".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "aqsense", "firmware_bridge", "package.json",
    "pyproject.toml", "simulators", "tests",
}  # fmt: skip
ELSEWHERE = re.compile(  # what exists on one machine only, or binds the project to one package host
    r"/wo[r]k/|/ho[m]e/[a-z]+/|/ro[o]t/|\.\./sha[r]ed|debian\.o[r]g|pypi\.o[r]g|pythonhosted\.o[r]g|npmjs\.o[r]g"
)
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b")
VAGUE = ("util", "helper", "manager", "misc", "common", "stuff")


def texts():
    for file in files():
        if file.suffix in {".gz", ".png", ".mpy", ".db"}:
            continue
        yield file.relative_to(ROOT), file.read_text(encoding="utf-8")


def test_the_top_level_holds_what_the_design_names():
    assert {file.relative_to(ROOT).parts[0] for file in files()} <= TOP


def test_no_file_names_a_place_outside_the_repository():
    found = [
        f"{name}:{n}" for name, text in texts() for n, line in enumerate(text.split("\n"), 1) if ELSEWHERE.search(line)
    ]
    assert found == []


def test_nothing_is_marked_unfinished():
    found = [
        f"{name}:{n}" for name, text in texts() for n, line in enumerate(text.split("\n"), 1) if UNFINISHED.search(line)
    ]
    assert found == []


def test_files_are_named_for_their_idea():
    vague = [str(f.relative_to(ROOT)) for f in files() if f.suffix == ".py" and any(word in f.stem for word in VAGUE)]
    assert vague == []


def test_a_module_beside_the_library_does_not_take_the_name_of_one_in_it():
    named = {file.stem for file in files() if file.parent == ROOT / "aqsense"} - {"__init__"}
    assert [file.name for file in files() if file.parent == ROOT / "firmware_bridge" and file.stem in named] == []


def test_files_of_the_library_stay_small_enough_for_a_boards_compiler():
    long = {
        str(file.relative_to(ROOT)): lines
        for file in files()
        if file.suffix == ".py"
        and file.is_relative_to(ROOT / "aqsense")
        and (lines := file.read_text().count("\n")) >= 300
    }
    assert long == {}


def test_the_licence_is_the_one_that_the_package_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]


def test_ci_runs_the_test_command_of_the_readme():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()
    assert "make demo" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("target", ["demo", "test", "bench", "evaluate", "lint", "board", "clean"])
def test_the_makefile_has_every_target_that_is_promised(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
