"""Every document has the same text on CPython and on MicroPython."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mpy import interpreters

SCRIPT = Path(__file__).with_name("two_hours.py")
BOTH = interpreters.ROOT / "tests" / "both"


@pytest.mark.parametrize("name", interpreters.NAMES)
def test_two_hours_of_documents_read_alike_on_both_runtimes(name):
    micropython = interpreters.get(name)
    path = (interpreters.ROOT, BOTH)
    there = micropython.run(SCRIPT, path=path, heap="800k")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    here = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, env=environment, check=True)
    assert there.returncode == 0, there.stdout + there.stderr
    assert there.stdout.splitlines() == here.stdout.splitlines()
    assert len(here.stdout.splitlines()) > 40
