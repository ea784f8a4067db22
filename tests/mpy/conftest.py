"""Interpreters and the compiled package, for the tests of this folder."""

from pathlib import Path

import pytest

from tests.mpy import compiled, interpreters
from tests.mpy.interpreters import ROOT


@pytest.fixture(params=interpreters.NAMES)
def micropython(request):
    """Each MicroPython in turn."""
    return interpreters.get(request.param)


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Path:
    """A folder that holds aqsense as .mpy files."""
    folder = tmp_path_factory.mktemp("library")
    compiled.compile_all(compiled.sources(), ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def sources_only(tmp_path_factory) -> Path:
    """A folder that holds aqsense as source, without what boards do not get."""
    folder = tmp_path_factory.mktemp("sources")
    for file in compiled.sources():
        target = folder / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    return folder
