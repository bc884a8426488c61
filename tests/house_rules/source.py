"""What the house rules read: the product's own source files, without tests and migrations."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"


@cache
def files() -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(SRC.rglob("*.py"))
        if not {"migrations", "tests"} & set(path.relative_to(SRC).parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    """The file as the rules' lists name it: "kehra/serve/matters/permissions.py"."""
    return path.relative_to(SRC).as_posix()


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a file with its name within the file ("Class.method")."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                yield prefix + child.name, child
                yield from walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")

    yield from walk(tree(path), "")


def action_files() -> list[Path]:
    """Files in which actions live: actions.py, or a folder of that name."""
    return [path for path in files() if "actions.py" in path.name or "actions" in path.parts]
