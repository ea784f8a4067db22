"""In CI a skipped test is a failed one, wherever the skip comes from."""

import os
import subprocess
import sys

from tests.project.tree import ROOT


def run(tmp_path, ci: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "test_in.py").write_text("import pytest\n\n\ndef test_in():\n    pytest.skip('no reason')\n")
    (tmp_path / "test_all.py").write_text("import pytest\n\npytest.importorskip('no_such_module')\n")
    (tmp_path / "test_good.py").write_text("def test_good():\n    pass\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
    )


def test_a_skip_fails_in_ci(tmp_path):
    result = run(tmp_path, "true")
    assert result.returncode != 0
    assert "1 failed, 1 passed, 1 error" in result.stdout, result.stdout


def test_a_skip_is_allowed_at_a_desk(tmp_path):
    result = run(tmp_path, "")
    assert result.returncode == 0, result.stdout
    assert "1 passed, 2 skipped" in result.stdout
