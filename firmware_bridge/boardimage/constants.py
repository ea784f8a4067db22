"""Module-level constants, put where they are used: a name on a board costs 8 bytes or more, a number or text none.

`codes.SENSOR_STUCK` becomes `2`, and the assignment goes when nothing else names it. Only what is certain is touched:
whole numbers and texts assigned once at the top of a module, named in capitals, and read through an import that says
where from.
"""

import ast
from collections.abc import Mapping

from firmware_bridge.boardimage import named

Value = int | str
Constants = dict[str, Value]  # by "module.NAME"


def folded(sources: Mapping[str, str]) -> dict[str, str]:
    """Sources by module name, with their constants in place."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    known: Constants = {}
    while len(known) < len(found := _all_constants(trees, known)):
        known = found
    for name, tree in trees.items():
        trees[name] = _Folder(_names_in(tree, name, known), known).visit(tree)
    meant = named.everywhere(trees.values())
    for name, tree in trees.items():
        tree.body = [node for node in tree.body if not _is_spent(node, name, known, meant)] or [ast.Pass()]
    return {name: ast.unparse(ast.fix_missing_locations(tree)) + "\n" for name, tree in trees.items()}


def _all_constants(trees: Mapping[str, ast.Module], known: Constants) -> Constants:
    found: Constants = {}
    for name, tree in trees.items():
        stored = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        stored += [n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)]
        places = _names_in(tree, name, known)
        for node in tree.body:
            target = _target(node)
            if target and stored.count(target) == 1:
                value = _value(node.value, places, known)  # type: ignore[attr-defined]
                if value is not None:
                    found[f"{name}.{target}"] = value
    return found


def _target(node: ast.stmt) -> str | None:
    """The name that a top-level assignment of one constant makes."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if name.rpartition("__")[2].isupper() else None  # a linked one has its module in front
    return None


def _names_in(tree: ast.Module, module: str, known: Constants) -> dict[str, str]:
    """What names mean in a module: a constant ("module.NAME") or an imported module."""
    places = {key.rpartition(".")[2]: key for key in known if key.rpartition(".")[0] == module}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                places[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return places


def _value(node: ast.expr, places: Mapping[str, str], known: Constants) -> Value | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, Value) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(places.get(node.id, ""))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return known.get(f"{places.get(node.value.id, '')}.{node.attr}")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, places, known)
        return -inner if isinstance(inner, int) else None
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, places, known), _value(node.right, places, known)
        if isinstance(left, int) and isinstance(right, int):
            return _operated(node.op, left, right)
        if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
            return left + right
    return None


def _operated(op: ast.operator, left: int, right: int) -> int | None:
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Mult):
        return left * right
    if isinstance(op, ast.FloorDiv) and right:
        return left // right
    if isinstance(op, ast.LShift) and 0 <= right < 64:
        return left << right
    if isinstance(op, ast.BitOr):
        return left | right
    return None


class _Folder(ast.NodeTransformer):
    """Puts numbers for names; names that a function binds itself are never constants (`_all_constants` saw to it)."""

    def __init__(self, places: Mapping[str, str], known: Constants) -> None:
        self._places = places
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._known.get(self._places.get(node.id, "")) if isinstance(node.ctx, ast.Load) else None
        return node if value is None else _literal(value)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
            value = self._known.get(f"{self._places.get(node.value.id, '')}.{node.attr}")
            if value is not None:
                return _literal(value)
        self.generic_visit(node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | None:
        node.names = [alias for alias in node.names if f"{node.module}.{alias.name}" not in self._known]
        return node if node.names else ast.Pass()


def _literal(value: Value) -> ast.expr:
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _is_spent(node: ast.stmt, module: str, known: Constants, meant: set[str]) -> bool:
    target = _target(node)
    return target is not None and f"{module}.{target}" in known and target not in meant
