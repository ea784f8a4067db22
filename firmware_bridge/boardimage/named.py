"""Which names sources still mean: what one of them means cannot be taken out of a board's code."""

import ast
from collections.abc import Iterable


def everywhere(trees: Iterable[ast.Module]) -> set[str]:
    """Every name that is read, every attribute, every word of a string and everything imported."""
    found: set[str] = set()
    for tree in trees:
        found |= read(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.ImportFrom):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(node.value.split())
    return found


def read(tree: ast.Module) -> set[str]:
    """Plain names that a module reads or deletes."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}
