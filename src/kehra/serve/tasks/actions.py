"""Tasks come and go as consequences of what people do; people take them, give them on and say that
they are done.

The actions of the first kind (`open_task`, `finish_tasks`, `follow_…`) are called by other apps inside an
action that has asked its own permission; see `permissions.CAUSE` for what they ask themselves.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Absence
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.permissions import may_serve
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import CAUSE, DO, GIVE, Consequence
from kehra.serve.tasks.rules import TaskKind


@transaction.atomic
def open_task(
    *,
    kind: TaskKind,
    unit: Unit | None,
    matter: Matter | None = None,
    resident: Resident | None = None,
    professional: Professional | None = None,
    key: str = "",
    urgency: int = Urgency.UNKNOWN,
    due_on: date | None = None,
    county_id: str | None = None,
    by: Actor,
    now: datetime,
) -> Task:
    """Something waits for a unit, or for one professional of it; without a unit it waits for the
    data protection officer of the actor's county (or of `county_id`, when the program acts).

    The resident is that of the matter, and the professional the one responsible for it, unless the
    task is personal or they are away. The same thing (unit, matter, kind and key) waits once:
    asked again, the open task is returned as it is."""
    resident = matter.resident if matter is not None else resident
    if professional is None and matter is not None and matter.unit == unit and not kind.personal:
        professional = matter.responsible
    if professional is not None and not kind.personal and Absence.objects.away(professional.pk, now):
        professional = None  # waits for whoever of the unit takes it: it cannot wait for one who is away
    same = {
        "county_id": county_id or (unit.county_id if unit is not None else by.county_id),
        "unit": unit,
        "matter": matter,
        "kind": kind.name,
        "key": key,
    }
    task = Task(
        **same, resident=resident, professional=professional, urgency=urgency, due_on=due_on, opened_at=now
    )
    require(by, CAUSE, Consequence(task.county_id), now=now)
    task.keep_viewers()
    waiting: Task
    waiting, _made = Task.objects.get_or_create(
        **same,
        done_at=None,
        defaults={
            name: getattr(task, name)
            for name in ("resident", "professional", "urgency", "due_on", "opened_at", "viewers", "barred")
        },
    )
    return waiting


@transaction.atomic
def finish_tasks(
    *,
    by: Actor,
    now: datetime,
    matter: Matter | None = None,
    kind: TaskKind | None = None,
    key: str | None = None,
    unit: Unit | None = None,
) -> int:
    """What waited waits no more, because of what the actor did: the open tasks of the matter (or of
    no matter), narrowed by kind, key and unit. Returns how many. Without matter and kind it would
    mean everything, which is a ValueError."""
    if matter is None and kind is None:
        raise ValueError("Name at least the matter or the kind of the tasks that are done.")
    named = {"kind": kind.name if kind else None, "key": key, "unit": unit}
    waiting = Task.objects.waiting().filter(
        matter=matter, **{name: value for name, value in named.items() if value is not None}
    )
    for county_id in waiting.values_list("county_id", flat=True).distinct():
        require(by, CAUSE, Consequence(county_id), now=now)
    return waiting.update(done_at=now)


@transaction.atomic
def finish_task(task: Task, *, by: Actor, now: datetime) -> Task:
    """Somebody of the unit says that it is done. Twice is once."""
    require(by, DO, task, now=now)
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.done_at is None:
        task.done_at = now
        task.save(update_fields=["done_at"])
    return task


@transaction.atomic
def take(task: Task, *, by: Actor, now: datetime) -> Task:
    """The actor takes what waits. The first task taken of a matter that nobody has takes the matter:
    then the actor answers for it, and its other tasks follow."""
    require(by, DO, task, now=now)
    task = Task.objects.select_for_update(of=("self",)).select_related("matter").get(pk=task.pk)
    _must_wait(task)
    if _takes_matter(task):
        work.take(task.matter, by=by, now=now)  # type: ignore[arg-type]
        task.refresh_from_db()
    if task.professional_id not in (None, by.professional_id):
        raise NotPossible(_("A colleague has already taken this."))
    task.professional_id = by.professional_id
    task.save(update_fields=["professional"])
    return task


@transaction.atomic
def give(task: Task, professional: Professional | None, *, by: Actor, now: datetime) -> Task:
    """A colleague of the unit gets it, with the matter if the unit answers for that; None puts it
    back to wait. Raises NotPossible for somebody who does not work there, or whose own it is."""
    require(by, GIVE, task, now=now)
    task = Task.objects.select_for_update(of=("self",)).select_related("matter").get(pk=task.pk)
    _must_wait(task)
    if professional is not None and not _may_do(professional, task, now):
        raise NotPossible(_("This person does not work in your unit."))
    if task.matter is not None and task.matter.unit_id == task.unit_id and not task.personal:
        work.give(task.matter, professional, by=by, now=now)
    task.professional = professional
    task.save(update_fields=["professional"])
    return task


@transaction.atomic
def follow_responsible(matter: Matter, *, by: Actor, now: datetime) -> None:
    """Another professional is responsible for the matter now, or nobody: what waits in it for the unit
    that answers for it goes along, except what was given to somebody personally."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    waiting = Task.objects.waiting().filter(matter=matter, unit=matter.unit_id)
    waiting.exclude(kind__in=TaskKind.personal_names()).update(professional=matter.responsible_id)


@transaction.atomic
def follow_urgency(matter: Matter, *, by: Actor, now: datetime) -> None:
    """The urgency of the matter was judged: it is that of everything that waits in it."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    Task.objects.waiting().filter(matter=matter).update(urgency=matter.urgency)


@transaction.atomic
def follow_promise(matter: Matter, due_on: date | None, *, by: Actor, now: datetime) -> None:
    """A promise began, moved, was paused or answered: what is promised is due on `due_on`."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    promised = Task.objects.waiting().filter(matter=matter, kind__in=TaskKind.promised_names())
    promised.update(due_on=due_on)


def _may_do(professional: Professional, task: Task, now: datetime) -> bool:
    if task.resident_id is not None and task.unit_id is not None:
        return may_serve(professional, task.unit_id, task.resident_id, now=now)
    return professional.assignments.on(helsinki.today(now)).filter(unit=task.unit_id).exists()


def _takes_matter(task: Task) -> bool:
    matter = task.matter
    return (
        matter is not None
        and matter.unit_id == task.unit_id
        and matter.responsible_id is None
        and not task.personal
    )


def _must_wait(task: Task) -> None:
    if task.done_at is not None:
        raise NotPossible(_("This has been done already."))
