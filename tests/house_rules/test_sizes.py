"""Small files, small functions, folders that can be overseen (DESIGN: 400 lines, 50 lines, 15 files).
Each rule is "what is found == what is permitted", so that the lists can only shrink."""

from collections import Counter

from tests.house_rules import source

FORBIDDEN_NAMES = {"utils", "common", "core", "helpers", "services", "managers"}


def test_no_file_is_over_400_lines() -> None:
    found = {
        source.name(path): lines
        for path in source.files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert found == {}


def test_no_function_is_over_50_lines() -> None:
    found = {
        f"{source.name(path)}:{function}"
        for path in source.files()
        for function, node in source.functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 50
    }
    assert found == set()


def test_no_folder_holds_more_than_15_files() -> None:
    count = Counter(path.parent for path in source.files() if path.name != "__init__.py")
    assert {source.name(folder): files for folder, files in count.items() if files > 15} == {}


def test_nothing_is_named_after_nothing() -> None:
    found = {source.name(path) for path in source.files() if FORBIDDEN_NAMES & {*path.parts, path.stem}}
    assert found == set()


def test_package_files_are_empty() -> None:
    permitted = {
        # Django finds the models of a folder only through its package file.
        "kehra/serve/matters/models/__init__.py",
        "kehra/serve/booking/models/__init__.py",
    }
    found = {
        source.name(path)
        for path in source.SRC.rglob("__init__.py")
        if path.read_text(encoding="utf-8").strip() and "tests" not in path.parts
    }
    assert found == permitted
