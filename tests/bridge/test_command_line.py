"""The command line takes what people type."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge import finder
from firmware_bridge.commands import doctor

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


def test_an_unknown_option_points_to_the_help_of_its_command():
    result = subprocess.run(
        [AQSENSE, "declare", "s1", "people", "--until", "x"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith("see aqsense declare --help\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["decode", "pms5003", "--hex", "42zz"], 1, "42zz is neither hexadecimal digits nor a readable file"),
        (["check", "--config", "/tmp"], 78, "name the file in it"),
        (["run", "--config", "/tmp"], 78, "name the file in it"),
    ],
)
def test_a_wrong_file_is_told_in_one_line_with_what_to_name_instead(words, code, said):
    result = subprocess.run([AQSENSE, *words], capture_output=True, text=True, check=False, timeout=30)
    assert result.returncode == code
    assert said in result.stdout + result.stderr


def test_a_state_directory_that_this_user_may_not_even_look_at_is_a_failed_check(tmp_path):
    tmp_path.chmod(0o700)
    child = os.fork()
    if child == 0:  # root may look everywhere
        if os.geteuid() == 0:
            os.setuid(65534)
        else:
            tmp_path.chmod(0o000)
        try:
            found = doctor._disk(tmp_path / "state")
            os._exit(0 if (found.state, found.fix) == ("fail", "set state_dir to a directory of this user") else 1)
        finally:
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    tmp_path.chmod(0o700)
    assert code == 0


def test_the_link_of_a_simulator_that_was_killed_is_no_port(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    ports = tmp_path / "aqsense-ports"
    ports.mkdir(mode=0o700)
    gone = subprocess.Popen(["true"])
    gone.wait()
    terminal = tmp_path / "terminal"
    terminal.touch()
    (ports / f"pms5003-{gone.pid}").symlink_to(terminal)
    assert [port for port in finder.ports() if port.path == str(terminal)] == []
    (ports / f"pms5003-{os.getpid()}").symlink_to(terminal)
    assert [port.by_id for port in finder.ports() if port.path == str(terminal)] == [f"pms5003-{os.getpid()}"]
