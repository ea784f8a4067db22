"""The order in which a board loads its code keeps imports flat, and is complete."""

import ast

from firmware_bridge.board.modules import ORDER
from firmware_bridge.boardimage import build

FILES = build.sources()
LATER = {"firmware_bridge.board.node", "firmware_bridge.board", "aqsense", "aqsense.wire", "firmware_bridge"}


def imported(module: str) -> set[str]:
    """Modules that importing a module imports at once, besides the packages that are there already."""
    found = set()
    for node in ast.parse(FILES[module].read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in FILES else node.module)
    return found & FILES.keys() - LATER


def test_every_module_comes_after_those_that_it_imports():
    loaded: set[str] = set()
    for module in ORDER:
        assert imported(module) <= loaded, module
        loaded.add(module)


def test_the_node_finds_everything_loaded():
    assert imported("firmware_bridge.board.node") <= set(ORDER)
    assert len(set(ORDER)) == len(ORDER)
