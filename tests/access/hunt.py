"""Which mistakes are noticed. Each check is run once with the right code, to learn which functions it goes
through; a mistake in a function is then shown only to the checks that go through it."""

import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction

from kehra.kernel.access import permissions
from kehra.kernel.access.permissions import Permission, may, visible
from kehra.kernel.accounts.tests.cast import NOW
from tests.access.cells import cell
from tests.access.circumstances import Change, circumstances_of, given
from tests.access.mutants import Mutant, files, made, place
from tests.access.table import rows
from tests.access.test_the_lists import COLUMNS, LISTS
from tests.access.world import World

# Tests that need the cast alone, and so can be run here, one by one, with each mistake.
LADDERS = (
    "kehra.kernel.access.tests.test_permissions",
    "kehra.kernel.accounts.tests.test_own_children",
    "kehra.kernel.accounts.tests.test_protected_families",
    "kehra.serve.matters.tests.test_permissions",
    "kehra.serve.matters.tests.test_permits",
    "kehra.serve.matters.tests.test_rights_of_this_moment",
    "kehra.serve.matters.tests.test_seeing_parts",
    "kehra.serve.rights.tests.test_restrictions",
    "kehra.serve.rights.tests.test_emergency_access",
    "kehra.serve.tasks.tests.test_tasks_follow_the_matter",
    "kehra.serve.booking.tests.test_permissions",
    "tests.access.test_the_mechanism",
)
_WATCHED = {permissions.decide.__code__, permissions.require.__code__, permissions.visible.__code__}

Check = Callable[[set[str] | None], bool]


@dataclass
class Hunt:
    """The checks, and what each goes through: for each function or permission the checks, with the rows of
    the table, or None where it is gone through before any row."""

    world: World
    checks: dict[str, Check] = field(default_factory=dict)
    through: dict[str, dict[str, set[str] | None]] = field(default_factory=lambda: defaultdict(dict))

    def prepare(self, beginning: str = "") -> None:
        """Runs every check (whose name begins so) with the right code; one that does not hold here, in the
        world of the table, is left out."""
        for name, check in list(_checks(self.world)):
            if not name.startswith(beginning):
                continue
            seen: dict[str, set[str] | None] = {}
            with _watched(seen):
                holds = _holds(check, None)
            if holds:
                self.checks[name] = check
                for touched, only in seen.items():
                    self.through[touched][name] = only

    def notices(self, mutant: Mutant) -> bool:
        """Whether a check fails with this mistake. The cheapest are run first."""
        found = self.through.get(mutant.touches, {})
        in_order = sorted(found.items(), key=lambda one: (one[1] is None, len(one[1] or ()), one[0]))
        with made(mutant):
            return any(not _holds(self.checks[name], only) for name, only in in_order)


_row: list[str | None] = [None]


@contextmanager
def _watched(seen: dict[str, set[str] | None]) -> Iterator[None]:
    """Notes the functions and permissions that are gone through, and at which row of the table."""
    names = {str(path) for path in files()}

    def note(frame: Any, event: str, _arg: Any) -> None:
        if event == "call" and frame.f_code.co_filename in names:
            _add(seen, place(frame.f_code))
            if frame.f_code in _WATCHED:
                permission = frame.f_locals["permission"]
                _add(seen, permission.name)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


def _add(seen: dict[str, set[str] | None], touched: str) -> None:
    if _row[0] is None:
        seen[touched] = None
    elif seen.get(touched, set()) is not None:
        seen.setdefault(touched, set()).add(_row[0])  # type: ignore[union-attr]


def _holds(check: Check, only: set[str] | None) -> bool:
    """Whether the check passes; what it changed is undone. Any error is a notice too."""
    mark = transaction.savepoint()
    with suppress(Exception, pytest.fail.Exception):
        try:
            return check(only)
        finally:
            _row[0] = None
            transaction.savepoint_rollback(mark)
    return False


def _checks(world: World) -> Iterator[tuple[str, Check]]:
    for column in rows()["matters.read"].grounds:
        for change in circumstances_of(world, column):
            yield f"table {change.__name__} {column}", _table(world, column, change)
            if column in COLUMNS:
                yield f"lists {change.__name__} {column}", _lists(world, column, change)
    for module in LADDERS:
        for name, test in inspect.getmembers(import_module(module), inspect.isfunction):
            if name.startswith("test_") and list(inspect.signature(test).parameters) in (["cast"], []):
                yield f"{module} {name}", _ladder(world, test)


def _table(world: World, column: str, change: Change) -> Check:
    def check(only: set[str] | None) -> bool:
        with given(world, change, column):
            by = world.actor(column)
            for row in rows().values():
                if only is None or row.name in only:
                    _row[0] = row.name
                    found = cell(world, row, column, change, by)
                    if found.found != found.expected:
                        return False
            _row[0] = None
        return True

    return check


def _lists(world: World, column: str, change: Change) -> Check:
    def check(_only: set[str] | None) -> bool:
        with given(world, change, column):
            by = world.actor(column)
            for name, all_rows in LISTS.items():
                permission = Permission.declared[name]
                listed = {row.pk for row in visible(by, permission, all_rows())}
                known = all_rows().filter(permission.listed(by))
                if listed != {row.pk for row in known if may(by, permission, row, now=NOW)}:
                    return False
        return True

    return check


def _ladder(world: World, test: Callable[..., None]) -> Check:
    def check(_only: set[str] | None) -> bool:
        test(*[world.cast] * len(inspect.signature(test).parameters))
        return True

    return check
