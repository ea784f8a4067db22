"""The files of tests/both, which pytest runs on CPython, run again on each MicroPython.

i386 gets the library and the tests as .mpy in a heap of 100 KiB, as a board would; WebAssembly gets the sources.
A test file that needs more room for its own data says so in its first lines: `# heap: 256k, why`.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.mpy import compiled, interpreters
from tests.mpy.interpreters import HERE, ROOT

BOTH = ROOT / "tests" / "both"
FILES = sorted(BOTH.glob("test_*.py"))


def names_of_tests(file: Path) -> list[str]:
    tree = ast.parse(file.read_text())
    return sorted(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))


def heap_of(file: Path) -> str:
    marked = re.search(r"^# heap: (\d+k), \w+", file.read_text()[:400], re.MULTILINE)
    return marked[1] if marked else "100k"


@pytest.fixture(scope="session")
def compiled_tests(tmp_path_factory) -> Path:
    return _compiled(BOTH, tmp_path_factory.mktemp("both"))


def _compiled(source: Path, target: Path) -> Path:
    compiled.compile_all(sorted(source.glob("*.py")), source, target, level=0)
    return target


@pytest.mark.parametrize("name", interpreters.NAMES)
def test_an_assertion_that_does_not_hold_fails_there_too(name, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "test_wrong.py").write_text("def test_wrong():\n    assert 1 + 1 == 3\n")
    micropython = interpreters.get(name)
    source = tmp_path / "source"
    path = (_compiled(source, tmp_path / "target"),) if micropython.heap_is_real else (source,)
    result = micropython.run(HERE / "minirun.py", "test_wrong", path=path, heap="100k", timeout=60)
    assert result.returncode == 1
    assert "FAIL test_wrong.test_wrong" in result.stdout


@pytest.mark.parametrize("name", interpreters.NAMES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_behaves_on_micropython_as_on_cpython(file, name, library, sources_only, compiled_tests):
    micropython = interpreters.get(name)
    path = (library, compiled_tests) if micropython.heap_is_real else (sources_only, BOTH)
    result = micropython.run(HERE / "minirun.py", file.stem, path=path, heap=heap_of(file), timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    ran = sorted(line.split()[1].split(".")[1] for line in result.stdout.splitlines() if line.startswith("ok "))
    assert ran == names_of_tests(file), result.stdout


def test_there_are_files_to_run():
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shared_tests_are_plain_functions(file):
    """No fixtures and no pytest: MicroPython has neither."""
    tree = ast.parse(file.read_text())
    imported = {name.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    imported |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert not imported & {"pytest", "hypothesis", "typing", "pathlib"}
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    assert functions, "no test in it"
    assert all(not f.args.args for f in functions), "a shared test takes no arguments"
