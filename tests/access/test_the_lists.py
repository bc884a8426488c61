"""What a list shows is what the single decision allows, of every row there is, in every circumstance."""

import ast
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, may, visible
from kehra.kernel.accounts.tests.cast import NOW
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.contacts.models import CallBack
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task
from tests.access.circumstances import circumstances_of, given
from tests.access.table import rows
from tests.access.world import World
from tests.house_rules import source

pytestmark = pytest.mark.django_db

# Every permission that has a list form, and the rows of which it is a list. Where staff are listed only what
# is of their unit, the rest is seen in the matter (`Permission.listed`), and is no part of the comparison.
LISTS: dict[str, Callable[[], QuerySet[Any]]] = {
    "matters.read": Matter.objects.all,
    "tasks.read": Task.objects.all,
    "booking.see": Appointment.objects.all,
    "contacts.call": CallBack.objects.all,
}


def test_every_list_is_compared() -> None:
    """Whoever shows a list by another permission adds it to LISTS."""
    assert set(_listing()) == set(LISTS)


def _listing() -> Iterator[str]:
    for path in source.files():
        if "kernel/access" in str(path) or "/tests/" in str(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _calls_a_list(node):
                permission = getattr(_module(path), ast.unparse(node.args[1]).split(".")[-1], None)
                if isinstance(permission, Permission):
                    yield permission.name


def _calls_a_list(node: ast.Call) -> bool:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in {"visible", "show", "shown"} and len(node.args) > 1


def _module(path: Any) -> Any:
    name = ".".join(path.relative_to(source.SRC.parent).with_suffix("").parts)
    return importlib.import_module(name)


# A machine has the list form alone: it prints its unit's list, and opens nothing.
COLUMNS = [column for column in rows()["matters.read"].grounds if column not in {"mac", "oma"}]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_list_shows_exactly_what_may_be_seen(world: World, column: str) -> None:
    for change in circumstances_of(world, column):
        with given(world, change, column):
            by = world.actor(column)
            for name, all_rows in LISTS.items():
                permission = Permission.declared[name]
                listed = {row.pk for row in visible(by, permission, all_rows())}
                exact = {row.pk for row in _asked(by, permission, all_rows()) if _may(by, permission, row)}
                assert listed == exact, (name, column, change.__name__)


def _asked(by: Actor, permission: Permission, all_rows: QuerySet[Any]) -> QuerySet[Any]:
    return all_rows.filter(permission.listed(by))


def _may(by: Actor, permission: Permission, row: Model) -> bool:
    return may(by, permission, row, now=NOW)  # type: ignore[arg-type]
