"""Every module of aqsense outside batch compiles for, and is imported by, a real MicroPython."""

import ast
import sys

import pytest

from tests.mpy import compiled
from tests.mpy.interpreters import ROOT

FILES = compiled.sources()
ON_BOARDS = {"struct", "array", "json", "hashlib", "time", "gc", "sys", "micropython", "collections", "binascii"}


def module_name(file) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_mpy_cross_accepts(file, tmp_path):
    result = compiled.compile_file(file, tmp_path / "out.mpy", file.name)
    assert result.returncode == 0, result.stderr


def test_mpy_cross_refuses_what_micropython_cannot_parse(tmp_path):
    (tmp_path / "bad.py").write_text("match 1:\n    case _:\n        pass\n")
    assert compiled.compile_file(tmp_path / "bad.py", tmp_path / "bad.mpy", "bad.py").returncode != 0


def test_every_module_is_imported_by_micropython(micropython, library, sources_only, tmp_path):
    script = tmp_path / "imports.py"
    lines = ["import sys, gc"]
    for file in FILES:
        lines.append(f"import {module_name(file)}")
        lines.append(
            "for name in list(sys.modules):\n    if name.startswith('aqsense'):\n        del sys.modules[name]"
        )
        lines.append("gc.collect()")
    script.write_text("\n".join([*lines, "print('all')"]))
    path = (library,) if micropython.heap_is_real else (sources_only,)
    result = micropython.run(script, path=path, heap="100k")
    assert result.stdout.endswith("all\n"), result.stdout + result.stderr


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_only_what_micropython_has(file):
    """Also inside functions, where an import would otherwise fail on the first call, on a board, in a home."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            assert node.level == 0, "relative import"
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            assert top in ON_BOARDS or (top == "aqsense" and not name.startswith("aqsense.batch")), name
            if top == "collections" and isinstance(node, ast.ImportFrom):
                assert {alias.name for alias in node.names} <= {"OrderedDict", "deque"}


def test_the_list_of_modules_is_of_this_python():
    assert ON_BOARDS - {"micropython"} <= set(sys.stdlib_module_names)
