"""What a board would load and never name: imports that only annotations needed, functions that only a host calls.

A name in a module costs a board 8 bytes, a function 24, a property 40. Annotations go first: MicroPython
throws them away. A function goes when its name is nowhere else; an import when its module no longer names it and
nobody reads it from there.
"""

import ast
from collections.abc import Mapping
from typing import TypeVar

from firmware_bridge.boardimage import named

Scope = TypeVar("Scope", ast.FunctionDef, ast.ClassDef, ast.Module)


def dropped(sources: Mapping[str, str], start: str) -> dict[str, str]:
    """Sources by module name, without what neither they nor the text `start` name."""
    trees = {name: _Bare().visit(ast.parse(text)) for name, text in sources.items()}
    size = -1
    while size != (size := sum(len(list(ast.walk(tree))) for tree in trees.values())):
        meant = named.everywhere([*trees.values(), ast.parse(start)])
        read = _read_from(trees)
        attributes = {
            node.attr for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)
        }
        for name, tree in trees.items():
            for scope in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
                scope.body = [node for node in scope.body if not _is_idle(node, meant)] or [ast.Pass()]
            tree.body = _without_idle_imports(tree, name, set(trees), attributes, read)
    return {name: ast.unparse(ast.fix_missing_locations(tree)) + "\n" for name, tree in trees.items()}


class _Bare(ast.NodeTransformer):
    """Takes docstrings, annotations and what only a type checker reads away."""

    def visit_If(self, node: ast.If) -> ast.stmt:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return ast.Pass()
        self.generic_visit(node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "TYPE_CHECKING":
            return ast.Pass()
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.returns = None
        return self._scope(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        return self._scope(node)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        return self._scope(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        return ast.Assign([node.target], node.value) if node.value is not None else ast.Pass()

    def _scope(self, node: Scope) -> Scope:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node


def _read_from(trees: Mapping[str, ast.Module]) -> set[str]:
    """ "module.name" of what is imported from a module by another, or read as an attribute of it."""
    found: set[str] = set()
    for tree in trees.values():
        places: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    places[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        found.update(places.values())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(f"{places.get(node.value.id, '')}.{node.attr}")
    return found


def _is_idle(node: ast.stmt, meant: set[str]) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("__") and node.name not in meant


def _without_idle_imports(
    tree: ast.Module, module: str, modules: set[str], attributes: set[str], read: set[str]
) -> list[ast.stmt]:
    loaded = named.read(tree)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            node.names = [
                alias
                for alias in node.names
                if (name := alias.asname or alias.name) in loaded
                or f"{module}.{name}" in read
                or (f"{node.module}.{alias.name}" not in modules and name in attributes)
            ]
    kept = [node for node in tree.body if not isinstance(node, ast.ImportFrom) or node.names]
    return kept or [ast.Pass()]
