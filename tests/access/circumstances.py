"""What may change who may: restrictions, one's own record, one's own child. Each is undone afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.models import Absence, Duty, User
from kehra.kernel.accounts.tests.cast import NOW
from kehra.kernel.people.models import Professional, Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task
from tests.access.table import Row
from tests.access.world import World

Change = Callable[[World, str], None]


@contextmanager
def given(world: World, change: Change, column: str) -> Iterator[None]:
    """The circumstance, for one column, until the end of the block."""
    mark = transaction.savepoint()
    try:
        if column in {"cov", "omg"}:
            _away(world)
        if column == "dut":
            _on_duty(world)
        change(world, column)
        yield
    finally:
        transaction.savepoint_rollback(mark)
        for matter in world.matters.values():
            matter.refresh_from_db(fields=["viewers", "barred"])


def _away(world: World) -> None:
    """The worker of the column ans is away today."""
    ans, day = world.assignments["ans"], timedelta(days=1)
    Absence.objects.create(
        professional=ans.professional,
        unit=ans.unit,
        period=DateTimeTZRange(NOW - day, NOW + day),
        marked_by=world.assignments["mgr"].professional,
        marked_at=NOW,
    )


def _on_duty(world: World) -> None:
    """The worker of this column is on duty for the unit that answers; another was until this moment."""
    hour, station = timedelta(hours=1), world.units["ans"]
    for column, begins, ends in (("ans", NOW - hour, NOW), ("dut", NOW, NOW + hour)):
        Duty.objects.create(
            assignment=world.assignments[column], unit=station, period=DateTimeTZRange(begins, ends)
        )


def nothing_special(world: World, column: str) -> None:
    """As the world stands."""


def restricted(world: World, column: str) -> None:
    """The resident has restricted the actor's unit and those who act for them."""
    _restrict(world, column, withdrawn=False)


def withdrawn(world: World, column: str) -> None:
    """The same restrictions, withdrawn this moment."""
    _restrict(world, column, withdrawn=True)


def _restrict(world: World, column: str, *, withdrawn: bool) -> None:
    resident = world.resident(world.matter_of(column))
    made = {"resident": resident, "made_at": NOW, "withdrawn_at": NOW if withdrawn else None}
    Restriction.objects.create(from_those_acting_for=True, **made)
    if column in world.assignments:
        Restriction.objects.create(unit=world.assignments[column].unit, **made)
    _refresh(world)


def _refresh(world: World) -> None:
    """As the actions do: the list forms are brought up to date."""
    for matter in Matter.objects.all():
        matter.refresh_viewers(NOW)
    for task in Task.objects.all():
        task.keep_viewers()
        task.save()


def own_record(world: World, column: str) -> None:
    """The register of professionals says that the worker is the resident."""
    _is(world, column, world.resident(world.matter_of(column)).pk)


def own_account(world: World, column: str) -> None:
    """The worker signs in as the resident too."""
    resident = world.resident(world.matter_of(column))
    User.objects.filter(resident=resident).update(resident=None)
    User.objects.filter(professional=world.assignments[column].professional_id).update(resident=resident)


def own_child(world: World, column: str) -> None:
    """The worker is the child's guardian today."""
    _is(world, column, world.cast.marja.pk)


def once_a_guardian(world: World, column: str) -> None:
    """The worker was the child's guardian until yesterday."""
    _is(world, column, world.cast.pekka.pk)


def _is(world: World, column: str, resident_id: int) -> None:
    found = Professional.objects.filter(pk=world.assignments[column].professional_id)
    found.update(resident=resident_id)


FOR_ALL: tuple[Change, ...] = (nothing_special, restricted, withdrawn)
# For a column with an assignment.
FOR_WORKERS: tuple[Change, ...] = (own_record, own_account, own_child, once_a_guardian)


def circumstances_of(world: World, column: str) -> tuple[Change, ...]:
    return FOR_ALL + FOR_WORKERS if column in world.assignments else FOR_ALL


def expected_ground(row: Row, column: str, change: Change, world: World) -> str:
    """The ground of the table, or nothing where the circumstance refuses."""
    holds = column in {"gua", "man", "cov"} or world.holds_unit(column)
    if "R" in row.never and change is restricted and holds:
        return ""
    if "O" in row.never and change in {own_record, own_account, own_child}:
        return ""
    return row.grounds[column]
