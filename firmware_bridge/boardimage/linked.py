"""The modules that a full node always has, as one: a module costs a board 112 bytes, and each name that it imports 8.

A name at the top of a module becomes `module__name` in the common one, so that no two meet and none is hidden by a
local name. What imports such a module, or a name of it, reads the common one instead.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

COMMON = "firmware_bridge.board.resident"
_LOCAL = ""  # what a name means that a function or class binds itself
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda, *_COMPREHENSIONS)


class CannotLink(Exception):
    """What in a source stands in the way, and what to write instead."""


def linked(sources: Mapping[str, str], order: Sequence[str]) -> dict[str, str]:
    """Sources by module name, those of `order` (each after what it imports) as the one module COMMON."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    meanings = _Meanings(trees, order)
    body: list[ast.stmt] = []
    for name in order:
        body += _Linker(name, meanings).visit(trees[name]).body
    texts = {name: _text(_Linker(name, meanings).visit(trees[name])) for name in trees if name not in order}
    texts[COMMON] = _text(ast.Module(_imports_first(body), []))
    return texts


def _text(tree: ast.Module) -> str:
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _imports_first(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements with every import once, at the top."""
    places: dict[str, str] = {}
    imports: dict[str, ast.stmt] = {}
    for node in body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for alias in node.names:
            one = ast.copy_location(
                ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], 0), node
            )
            text = ast.unparse(one)
            local = alias.asname or alias.name
            if places.setdefault(local, text) != text:
                raise CannotLink(f"'{text}' and '{places[local]}' bind one name: rename one of them with 'as'")
            imports[text] = one
    rest = [node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass))]
    return [*imports.values(), *rest]


class _Meanings:
    """What the names at the top of each module mean: `module.name`, or a whole module."""

    def __init__(self, trees: Mapping[str, ast.Module], order: Sequence[str]) -> None:
        self.modules = set(trees)
        self.common = set(order)
        leaves = {name.rpartition(".")[2] for name in order}
        if len(leaves) < len(order):
            raise CannotLink("two modules of one name would become one: rename one of them")
        self.defined = {name: set(_bound(trees[name].body)) for name in order}
        self.imported = {name: dict(self.aliases(trees[name])) for name in trees}

    def aliases(self, tree: ast.AST) -> Iterator[tuple[str, str]]:
        """(local name, full name) of what the statements of one scope import from the common modules."""
        for node in _statements(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    if full in self.common or (node.module in self.common and full not in self.modules):
                        yield alias.asname or alias.name, full

    def origin(self, full: str) -> str:
        """The module and name that define what a full name means, after imports from one module to the next."""
        module, _, name = full.rpartition(".")
        while name not in self.defined[module]:
            if name not in self.imported[module]:
                raise CannotLink(f"{module} has no '{name}' of its own: import it from where it is defined")
            full = self.imported[module][name]
            module, _, name = full.rpartition(".")
        return full


def _statements(scope: ast.AST) -> Iterator[ast.AST]:
    """Everything in a scope but what lies in scopes inside it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, _SCOPES):
            yield from _statements(node)


def _bound(body: Sequence[ast.AST]) -> Iterator[str]:
    """Names that statements bind in their own scope, imports apart."""
    for statement in body:
        for node in [statement, *([] if isinstance(statement, _SCOPES) else _statements(statement))]:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name


class _Linker(ast.NodeTransformer):
    """Rewrites one module: names of the common modules, and the imports that brought them."""

    def __init__(self, module: str, meanings: _Meanings) -> None:
        self._module = module
        self._meanings = meanings
        self._inside = module in meanings.common
        top = dict(meanings.imported[module])
        if self._inside:
            top.update({name: f"{module}.{name}" for name in meanings.defined[module]})
        self._scopes: list[dict[str, str]] = [top]
        self._class_scopes: list[bool] = [False]

    # what names mean

    def _meaning(self, name: str) -> str:
        for depth in range(len(self._scopes) - 1, -1, -1):
            hidden = self._class_scopes[depth] and depth < len(self._scopes) - 1
            if not hidden and name in self._scopes[depth]:
                return self._scopes[depth][name]
        return _LOCAL

    def _place(self, full: str, context: ast.expr_context) -> ast.expr:
        module, _, name = self._meanings.origin(full).rpartition(".")
        common = f"{module.rpartition('.')[2]}__{name}"
        if self._inside:
            return ast.Name(common, context)
        return ast.Attribute(ast.Name(COMMON.rpartition(".")[2], ast.Load()), common, context)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        full = self._meaning(node.id)
        if not full:
            return node
        if full in self._meanings.common:
            raise CannotLink(f"{self._module} uses the module {full} as a value: name what it needs of it")
        return self._place(full, node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name):
            full = self._meaning(node.value.id)
            if full in self._meanings.common:
                return self._place(f"{full}.{node.attr}", node.ctx)
        self.generic_visit(node)
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        if self._inside:
            node.names = [f"{self._module.rpartition('.')[2]}__{name}" for name in node.names]
        return node

    # imports

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        node.names = [alias for alias in node.names if alias.name not in self._meanings.common]
        return node if node.names else ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        brought = {local for local, _ in self._meanings.aliases(ast.Module([node], []))}
        if not brought:
            return node
        node.names = [alias for alias in node.names if (alias.asname or alias.name) not in brought]
        kept: list[ast.stmt] = [node] if node.names else []
        if not self._inside:
            package, _, leaf = COMMON.rpartition(".")
            kept.append(ast.ImportFrom(package, [ast.alias(leaf)], 0))
        return kept or ast.Pass()

    # scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        self._rename(node)
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        self._visit_defaults(node.args)
        node.body = self._in_scope(node, node.body, _arguments(node.args), False)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self._visit_defaults(node.args)
        self._enter({name: _LOCAL for name in _arguments(node.args)}, False)
        node.body = self.visit(node.body)
        self._leave()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        self._rename(node)
        node.bases = [self.visit(one) for one in node.bases]
        node.body = self._in_scope(node, node.body, [], True)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        return self._comprehension(node)

    def _comprehension(self, node: ast.expr) -> ast.expr:
        targets = [one.target for one in node.generators]  # type: ignore[attr-defined]
        self._enter(dict.fromkeys(_bound(targets), _LOCAL), False)
        self.generic_visit(node)
        self._leave()
        return node

    def _rename(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        if self._inside and len(self._scopes) == 1:
            node.name = f"{self._module.rpartition('.')[2]}__{node.name}"

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [one and self.visit(one) for one in arguments.kw_defaults]

    def _in_scope(self, node: ast.AST, body: list[ast.stmt], arguments: list[str], is_class: bool) -> list[ast.stmt]:
        shared = {name for one in _statements(node) if isinstance(one, ast.Global) for name in one.names}
        names = dict.fromkeys([*_bound(body), *_imported(body), *arguments], _LOCAL)
        names.update(self._meanings.aliases(ast.Module(body, [])))
        self._enter({name: full for name, full in names.items() if name not in shared}, is_class)
        made: list[ast.stmt] = []
        for statement in body:
            found = self.visit(statement)
            made += found if isinstance(found, list) else [found]
        self._leave()
        return made

    def _enter(self, names: dict[str, str], is_class: bool) -> None:
        self._scopes.append(names)
        self._class_scopes.append(is_class)

    def _leave(self) -> None:
        self._scopes.pop()
        self._class_scopes.pop()


def _arguments(arguments: ast.arguments) -> list[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [one.arg for one in [*every, arguments.vararg, arguments.kwarg] if one is not None]


def _imported(body: Sequence[ast.AST]) -> Iterator[str]:
    for node in _statements(ast.Module(list(body), [])):  # type: ignore[arg-type]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0]
