"""One cell of the table: what the program decides, beside what docs/access.md says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, Refused, decide, may, require
from kehra.kernel.accounts.tests.cast import NOW
from kehra.kernel.audit.models import AuditEntry
from tests.access.circumstances import Change, circumstances_of, expected_ground, given, nothing_special
from tests.access.table import Row, rows
from tests.access.things import thing
from tests.access.world import World

HIDDEN, FORBIDDEN = "404", "403"


@dataclass(frozen=True)
class Cell:
    """A row and column of the table in a circumstance, with the two answers: a ground, 403 or 404."""

    row: str
    column: str
    circumstance: str
    expected: str
    found: str


def cells(world: World, columns: list[str], only: set[str] | None = None) -> Iterator[Cell]:
    """The cells of these columns, of all rows or of those of `only`."""
    for column in columns:
        for change in circumstances_of(world, column):
            with given(world, change, column):
                by = world.actor(column)
                for row in rows().values():
                    if only is None or row.name in only:
                        yield cell(world, row, column, change, by)


def cell(world: World, row: Row, column: str, change: Change, by: Actor) -> Cell:
    asked = thing(world, row.name, world.matter_of(column))
    permission = Permission.declared[row.permission]
    found = (
        _uses(by, permission, row, asked) if change is nothing_special else _decides(by, permission, asked)
    )
    return Cell(row.name, column, change.__name__, expected(world, row, column, change), found)


def expected(world: World, row: Row, column: str, change: Change) -> str:
    """The ground, or how a refusal looks: who may do what stands behind it is told."""
    ground = expected_ground(row, column, change, world)
    if ground or not row.behind:
        return ground or HIDDEN
    behind = rows().get(f"{row.behind}:{row.name.partition(':')[2]}") or rows()[row.behind]
    return FORBIDDEN if expected_ground(behind, column, change, world) else HIDDEN


def _decides(by: Actor, permission: Permission, asked: Any) -> str:
    verdict = decide(by, permission, asked, now=NOW)
    if verdict.rule is not None:
        return verdict.rule.relation
    behind = permission.hidden_behind
    return FORBIDDEN if behind is not None and may(by, behind, asked, now=NOW) else HIDDEN


def _uses(by: Actor, permission: Permission, row: Row, asked: Any) -> str:
    """Does what a page does, and reads what the log then says."""
    with transaction.atomic():
        before = AuditEntry.objects.count()
        try:
            rule = require(by, permission, asked, now=NOW)
        except Refused as refused:
            assert AuditEntry.objects.count() == before, "a refusal is written after what was refused"
            return HIDDEN if refused.hidden else FORBIDDEN
        entry = AuditEntry.objects.latest("id")
        concern = asked.concern()
        assert AuditEntry.objects.count() == before + 1, f"{row.name}: one use is one row"
        assert (entry.action, entry.kind, entry.relation, entry.rule) == (
            permission.name,
            row.log,
            rule.relation,
            rule.sentence,
        )
        assert (entry.residents, entry.matter_id) == (sorted(set(concern.residents)), concern.matter_id)
        assert (entry.at, entry.actor_user_id, entry.actor_role, entry.unit_id, entry.on_behalf_of_id) == (
            NOW,
            by.user_id,
            by.role,
            by.unit_id,
            by.on_behalf_of_id,
        )
        return entry.relation
