"""One small mistake at a time, in each rule: a clause dropped, a comparison turned, a denial left out. Each
is put into the running program in place of the right code and taken out again."""

import ast
import copy
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from django.db.models import Q

from kehra.kernel.access.permissions import Permission
from tests.house_rules import source

# Where it is decided who may; and of the models what the decisions read.
FILES = (
    "kernel/access/actors.py",
    "kernel/access/guard.py",
    "kernel/access/permissions.py",
    "kernel/accounts/models.py",
    "kernel/people/models.py",
    "kernel/time/models.py",
    "serve/matters/models/matter.py",
    "serve/matters/models/participation.py",
    "serve/matters/models/record.py",
    "serve/tasks/models.py",
)
# In those, what is about something else than who may.
OTHERS = {"kernel/people/models.py": {"with_code", "called", "name", "identified", "age_on", "__str__"}}
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """A mistake: where, what, what it touches ("file:function:line" or a permission's name), and how it is
    made; making it answers how it is unmade."""

    where: str
    what: str
    touches: str
    make: Callable[[], Callable[[], None]]


@contextmanager
def made(mutant: Mutant) -> Iterator[None]:
    undo = mutant.make()
    try:
        yield
    finally:
        undo()


def files() -> list[Path]:
    root = source.SRC / "kehra"
    return [root / name for name in FILES] + sorted(
        path for path in source.files() if path.name == "permissions.py" and "kernel/access" not in str(path)
    )


def place(code: CodeType) -> str:
    """How a function is named: its file, name and first line."""
    return f"{code.co_filename}:{code.co_qualname}:{code.co_firstlineno}"


def live_functions() -> dict[str, FunctionType]:
    """The functions of the files as they are in this process."""
    names = {str(path) for path in files()}
    found = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    return {place(one.__code__): one for one in found if one.__code__.co_filename in names}


def all_mutants() -> list[Mutant]:
    """Every mistake, in the order of the files and lines; then those in the declarations."""
    live = live_functions()
    found = [mutant for path in files() for mutant in _of_file(path, live)]
    return found + [
        mutant for permission in Permission.declared.values() for mutant in _of_permission(permission)
    ]


def _of_file(path: Path, live: dict[str, FunctionType]) -> Iterator[Mutant]:
    tree = source.tree(path)
    others = OTHERS.get(path.relative_to(source.SRC / "kehra").as_posix(), set())
    for at, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.FunctionDef | ast.Lambda) or getattr(node, "name", "") in others:
            continue
        touches = _place_of(path, node, live)
        if touches is not None:
            for number, (what, line) in enumerate(_mistakes(node)):
                where = f"{path.relative_to(source.SRC / 'kehra')}:{line}"
                yield Mutant(where, what, touches, _replacing(path, at, number, live[touches]))


def _place_of(path: Path, node: ast.AST, live: dict[str, FunctionType]) -> str | None:
    """The place of the live function that this node declares."""
    name, line = getattr(node, "name", "<lambda>"), _first_line(node)
    for found in live:
        file, qualified, first = found.rsplit(":", 2)
        if (file, qualified.split(".")[-1], int(first)) == (str(path), name, line):
            return found
    return None


def _first_line(node: Any) -> int:
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])


def _replacing(path: Path, at: int, number: int, function: FunctionType) -> Callable[[], Callable[[], None]]:
    def make() -> Callable[[], None]:
        changed = copy.deepcopy(source.tree(path))
        node = list(ast.walk(changed))[at]
        list(_mistakes(node, number))
        right = function.__code__
        module = compile(ast.fix_missing_locations(changed), str(path), "exec")
        function.__code__ = _code_of(module, getattr(node, "name", "<lambda>"), right.co_firstlineno)
        return lambda: setattr(function, "__code__", right)

    return make


def _code_of(module: CodeType, name: str, line: int) -> CodeType:
    """The code of the function of this name and line, in a compiled module."""
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if (code.co_name, code.co_firstlineno) == (name, line):
            return code
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    raise LookupError(f"{name} of line {line}")


def _mistakes(function: ast.AST, make: int | None = None) -> Iterator[tuple[str, int]]:
    """The mistakes that can be made in a function, each named; with `make`, that one is made in place."""
    count = 0
    for parent in ast.walk(function):
        for field, value in list(ast.iter_fields(parent)):
            if field in {"annotation", "returns", "decorator_list", "type_params"}:
                continue
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                for what, wrong in _wrong(child, parent, field):
                    if make == count:
                        _put(parent, field, index if isinstance(value, list) else None, wrong)
                        return
                    count += 1
                    if make is None:
                        yield what, getattr(child, "lineno", getattr(parent, "lineno", 0))


def _put(parent: ast.AST, field: str, index: int | None, wrong: Any) -> None:
    if index is None:
        setattr(parent, field, wrong)
    elif wrong is None:
        del getattr(parent, field)[index]
    else:
        getattr(parent, field)[index] = wrong


def _wrong(node: Any, parent: ast.AST, field: str) -> Iterator[tuple[str, Any]]:
    """What could stand here by mistake."""
    yield from _wrong_logic(node)
    yield from _wrong_statement(node, parent)
    if field == "test" and isinstance(parent, ast.If | ast.IfExp):
        yield "condition turned", ast.UnaryOp(ast.Not(), node)
    if field == "attr" and node in {"filter", "exclude"}:
        yield "filter/exclude", "exclude" if node == "filter" else "filter"
    if isinstance(parent, ast.Return) and isinstance(node, ast.Call | ast.BoolOp | ast.Compare):
        yield "answer turned", ast.UnaryOp(ast.Not(), node)


def _wrong_logic(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.BoolOp):
        yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for number in range(len(node.values)):
            rest = node.values[:number] + node.values[number + 1 :]
            yield f"clause {number + 1} dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPPOSITE:
        yield "comparison turned", ast.Compare(node.left, [OPPOSITE[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield "not dropped", node.operand
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd):
        yield "left side alone", node.left
        yield "right side alone", node.right


def _wrong_statement(node: Any, parent: ast.AST) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.keyword) and _is_filter(parent):
        yield f"condition {node.arg} dropped", None
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "statement dropped", ast.Pass()
    elif isinstance(node, ast.Raise):
        yield "refusal dropped", ast.Pass()
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "true/false", ast.Constant(not node.value)


def _is_filter(call: ast.AST) -> bool:
    name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
    return name in {"filter", "exclude", "Q"}


def _of_permission(permission: Permission) -> Iterator[Mutant]:
    """The mistakes in what a declaration says."""
    changes: list[tuple[str, str, Any]] = []
    for field in ("rules", "denials"):
        said = getattr(permission, field)
        changes += [
            (f"{field[:-1]} {number + 1} of {len(said)} left out", field, said[:number] + said[number + 1 :])
            for number in range(len(said))
        ]
    changes.append(("look/change", "writes", not permission.writes))
    if permission.hidden_behind is not None:
        changes.append(("nothing behind", "hidden_behind", None))
    if permission.listed is not Permission.listed:
        changes.append(("lists everything", "listed", lambda _by: Q()))
    if permission.session:
        changes.append(("not of the session", "session", False))
    for what, field, value in changes:
        yield Mutant(permission.name, what, permission.name, _declaring(permission, field, value))


def _declaring(permission: Permission, field: str, value: Any) -> Callable[[], Callable[[], None]]:
    def make() -> Callable[[], None]:
        right = getattr(permission, field)
        object.__setattr__(permission, field, value)
        return lambda: object.__setattr__(permission, field, right)

    return make
