"""Every action takes who and when by name, asks for its permission, and never reads the clock."""

import ast
from collections.abc import Iterator

from tests.house_rules import source


def public_actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in source.action_files():
        for node in source.tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{source.name(path)}:{node.name}", node


def test_every_action_takes_by_and_now_by_name_only() -> None:
    permitted: set[str] = {
        # A state check that several actions share.
        "kehra/serve/matters/actions/work.py:must_be_open",
    }
    found = {
        name
        for name, node in public_actions()
        if not {"by", "now"} <= {argument.arg for argument in node.args.kwonlyargs}
    }
    assert found == permitted


def test_every_action_asks_for_its_permission() -> None:
    permitted: set[str] = {
        "kehra/serve/matters/actions/work.py:must_be_open",
        # The fourth beat of actions that have asked already.
        "kehra/serve/matters/actions/telling.py:tell",
        "kehra/serve/matters/actions/telling.py:tell_promises",
        "kehra/serve/matters/actions/telling.py:tell_stopped",
        "kehra/serve/matters/actions/telling.py:answer_promises",
        "kehra/serve/matters/actions/telling.py:answer_by_judging",
    }
    permitted |= {
        # What every action that binds a professional's time has in common; each of them has asked.
        "kehra/serve/booking/actions/claiming.py:claim",
        "kehra/serve/booking/actions/claiming.py:pass_on",
        # The same for the two ways in which a matter begins.
        "kehra/serve/matters/actions/opening.py:begin",
        # All lines of a file or none; each line asks for itself.
        "kehra/serve/imports/actions.py:bring",
    }
    found = {name for name, node in public_actions() if "require" not in _calls(node)}
    assert found == permitted


def test_every_action_is_one_transaction() -> None:
    permitted: set[str] = {
        "kehra/serve/matters/actions/work.py:must_be_open",
        "kehra/serve/matters/actions/telling.py:tell",
        "kehra/serve/matters/actions/telling.py:tell_promises",
        "kehra/serve/matters/actions/telling.py:tell_stopped",
        "kehra/serve/matters/actions/telling.py:answer_promises",
        "kehra/serve/matters/actions/telling.py:answer_by_judging",
    }
    found = {
        name
        for name, node in public_actions()
        if "transaction.atomic" not in {ast.unparse(decorator) for decorator in node.decorator_list}
    }
    assert found == permitted


def _calls(function: ast.FunctionDef) -> set[str]:
    """Names that the function calls: f(), module.f()."""
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute))
    }
