"""What stands on a day list: no more of a person than the work of one day needs. Addresses are never read
here; of somebody whose address is protected the telephone number is left out too."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import visible
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import COMING, Appointment
from kehra.serve.booking.permissions import SEE
from kehra.serve.contacts.models import CallBack
from kehra.serve.contacts.signals import CALL
from kehra.serve.matters.models.matter import Urgency
from kehra.serve.tasks.models import Task, TaskQuerySet
from kehra.serve.tasks.permissions import READ

Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the work is with. `born` is the year; languages are codes; `wishes` are the resident's own words
    on what makes dealing with us possible."""

    name: str
    born: int | None
    phone: str
    language: str
    interpreter: str
    wishes: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One agreed time. `what` and `where` are texts in each language."""

    starts_at: str
    ends_at: str
    professional: str
    person: Person
    what: Names
    where: Names
    manner: str


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that cannot wait: a call, what is urgent, what is promised for today."""

    kind: str
    urgency: int
    due_on: str
    professional: str
    person: Person
    what: Names


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole list. `residents` are those on it, for the log."""

    days: list[tuple[date, list[Visit]]]
    waiting: list[Waits]
    residents: frozenset[int]

    def digest(self, *more: str) -> str:
        """Changes when anything on the list changes, and tells nothing of it."""
        said = json.dumps([asdict(self) | {"residents": sorted(self.residents)}, *more], default=str)
        return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


def contents_for(by: Actor, days: Sequence[date], now: datetime) -> Contents:
    """What the actor's unit needs on these days, of whom the actor may see. Four queries."""
    visits = list(visits_on(by, days))
    waiting = list(cannot_wait(by, helsinki.today(now)))
    calls = CallBack.objects.in_bulk([int(task.key) for task in waiting if task.kind == CALL.name])
    concerned = [visit.resident_id for visit in visits]
    concerned += [task.resident_id for task in waiting if task.resident_id is not None]
    return Contents(
        [(day, [_visit(visit) for visit in visits if visit.day == day]) for day in days],
        [_waits(task, calls) for task in waiting],
        frozenset(concerned),
    )


def visits_on(by: Actor, days: Sequence[date]) -> Iterable[Appointment]:
    """The agreed times of the unit on these days (consecutive), by professional."""
    start = helsinki.start_of_day(days[0])
    end = helsinki.start_of_day(days[-1] + timedelta(days=1))
    agreed = Appointment.objects.filter(
        unit=by.unit_id, state__in=COMING, period__startswith__gte=start, period__startswith__lt=end
    )
    rows = visible(by, SEE, agreed).with_names().select_related("resident")  # type: ignore[attr-defined]
    ordered: Iterable[Appointment] = rows.order_by(
        "professional__family_name", "professional", "period__startswith", "pk"
    )
    return ordered


def cannot_wait(by: Actor, today: date) -> TaskQuerySet:
    """What waits for the unit and is urgent, promised by today, or a call that somebody wants."""
    pressing = Q(urgency__lte=Urgency.URGENT) | Q(due_on__lte=today) | Q(kind=CALL.name)
    tasks = Task.objects.waiting().filter(pressing, unit=by.unit_id, resident__isnull=False)
    rows = visible(by, READ, tasks).select_related("resident", "matter__service", "professional")
    return rows.by_risk()  # type: ignore[attr-defined]


def _visit(visit: Appointment) -> Visit:
    return Visit(
        visit.starts_at.isoformat(),
        visit.ends_at.isoformat(),
        visit.professional.name,
        _person(visit.resident),
        visit.matter.service.names,
        visit.site.names if visit.site is not None else {},
        visit.manner,
    )


def _waits(task: Task, calls: dict[int, CallBack]) -> Waits:
    resident: Any = task.resident  # cannot_wait leaves out what is about nobody
    wanted = calls.get(int(task.key)) if task.kind == CALL.name else None
    return Waits(
        task.kind,
        task.urgency,
        task.due_on.isoformat() if task.due_on else "",
        task.professional.name if task.professional else "",
        _person(resident, phone=wanted.phone if wanted else ""),
        task.matter.service.names if task.matter else {},
    )


def _person(resident: Resident, phone: str = "") -> Person:
    return Person(
        resident.name,
        resident.birth_date.year if resident.birth_date else None,
        "" if resident.address_protected else phone or resident.phone,
        resident.language,
        resident.interpreter_language,
        resident.wishes,
        resident.address_protected,
    )
