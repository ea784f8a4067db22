"""The command line takes what people type."""

import subprocess
import sys
from pathlib import Path

import pytest

AQSENSE = str(Path(sys.executable).parent / "aqsense")
FRAME = "424d001c0026003a003f001d002d0038192307440149002a0006000297000366"  # a captured PMS5003 frame


@pytest.mark.parametrize(
    "words",
    [
        ["pms5003", FRAME, "--hex", "--json"],
        ["pms5003", "--hex", FRAME, "--json"],
        ["--json", "--hex", "pms5003", FRAME],
    ],
)
def test_options_may_stand_before_between_and_after_the_positionals(words):
    result = subprocess.run([AQSENSE, "decode", *words], capture_output=True, text=True, check=True, timeout=30)
    assert '"pm2_5_atm_ugm3":45' in result.stdout


def test_a_word_too_many_is_one_line_and_exit_2():
    result = subprocess.run(
        [AQSENSE, "decode", "pms5003", FRAME, "again", "--hex"], capture_output=True, text=True, check=False, timeout=30
    )
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "again" in result.stderr
