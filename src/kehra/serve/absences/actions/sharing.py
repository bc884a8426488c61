"""What an absent worker had is given on, moved, cancelled or left to wait: all of it at one press.

Each row is done by the action that does it elsewhere too, so that its permission, its journal and its word to
the resident are the same. A row that no longer holds (somebody booked the colleague meanwhile, the resident
cancelled) says why, and the rest is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import record_refusal
from kehra.kernel.access.permissions import NotPossible, Refused, require
from kehra.kernel.accounts.models import Absence
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki
from kehra.serve.absences import signals
from kehra.serve.absences.models import Share
from kehra.serve.absences.permissions import ARRANGE, Day
from kehra.serve.absences.rules import Deed
from kehra.serve.booking import signals as booking
from kehra.serve.booking.actions import changing, offering
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.messages.models import Channel, EmailState, Notification
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task

VISIT, OFFER, MATTER, TASK = "visit", "offer", "matter", "task"
_FIRST = (MATTER, TASK, VISIT, OFFER)  # what a cancelled visit leaves to do then waits for the substitute

Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the screen: what is done with which thing. `target`: a colleague, or for MOVE a time."""

    kind: str
    pk: int
    deed: Deed
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row; `refused` says in words why it was not done."""

    choice: Choice
    refused: str = ""


@transaction.atomic
def share(unit: Unit, choices: Sequence[Choice], *, by: Actor, now: datetime) -> list[Outcome]:
    """Does what was chosen, row by row. Only what a worker who is away has is touched, so that the same
    choices sent twice are done once."""
    require(by, ARRANGE, Day(unit), now=now)
    _lock(choices)
    in_order = sorted(choices, key=lambda choice: (_FIRST.index(choice.kind), choice.pk))
    return [_outcome(choice, unit, by, now) for choice in in_order]


def _outcome(choice: Choice, unit: Unit, by: Actor, now: datetime) -> Outcome:
    try:
        with transaction.atomic():
            _ROWS[choice.kind](choice, unit, by, now)
    except NotPossible as reason:
        return Outcome(choice, str(reason))
    except Refused as refused:
        record_refusal(refused, at=now)
        return Outcome(choice, _("You may not see this one. Ask a colleague to share it."))
    return Outcome(choice)


def _lock(choices: Sequence[Choice]) -> None:
    """Everything that the rows will lock, in the order in which everybody locks: residents, professionals,
    matters. Whoever books at the same moment waits, and neither waits for the other in a circle."""
    visits = Appointment.objects.filter(pk__in=_pks(choices, VISIT))
    offers = Offer.objects.filter(pk__in=_pks(choices, OFFER))
    own = [
        *visits.values_list("matter", flat=True),
        *offers.values_list("matter", flat=True),
        *Task.objects.filter(pk__in=_pks(choices, TASK), matter__isnull=False).values_list(
            "matter", flat=True
        ),
    ]
    matters = Matter.objects.filter(pk__in=[*own, *_pks(choices, MATTER)])
    times = FreeTime.objects.filter(pk__in=[one.target for one in choices if one.deed == Deed.MOVE])
    workers = {
        *visits.values_list("professional", flat=True),
        *times.values_list("professional", flat=True),
        *(one.target or 0 for one in choices if one.deed == Deed.GIVE),
    }
    residents = Resident.objects.filter(pk__in=list(matters.values_list("resident", flat=True)))
    list(residents.select_for_update(no_key=True).order_by("pk"))
    list(Professional.objects.select_for_update(no_key=True).filter(pk__in=workers).order_by("pk"))
    list(matters.select_for_update().order_by("pk"))


def _pks(choices: Sequence[Choice], kind: str) -> list[int]:
    return [choice.pk for choice in choices if choice.kind == kind]


def _visit(choice: Choice, unit: Unit, by: Actor, now: datetime) -> None:
    visits = Appointment.objects.select_related("matter__resident", "professional", "unit")
    visit = _get(visits.filter(unit=unit), choice.pk)
    absence = _absence(visit.professional_id, visit.starts_at, now)
    was_at, to = visit.starts_at, None
    if choice.deed == Deed.GIVE:
        to = _get(Professional.objects.all(), choice.target)
        visit = changing.give(visit, to, by=by, now=now)
    elif choice.deed == Deed.MOVE:
        visit = changing.move(visit, _get(FreeTime.objects.all(), choice.target), by=by, now=now)
    elif choice.deed == Deed.CANCEL:
        visit = changing.cancel(visit, by=by, now=now, reason=CancelReason.ABSENT)
    else:
        raise NotPossible(_("A visit cannot wait: give it to a colleague, move it or cancel it."))
    _note(absence, choice.deed, by, now, matter=visit.matter, appointment=visit, to=to)
    _see_that_it_is_told(visit, was_at, choice.deed, by=by, now=now)


def _offer(choice: Choice, unit: Unit, by: Actor, now: datetime) -> None:
    """The offered times go back, and the unit finds others; an offer is taken back whole."""
    offer = _get(Offer.objects.select_related("matter__unit"), choice.pk)
    times = offer.times.filter(state=State.OFFERED, unit=unit)
    absence = next(
        iter(Absence.objects.in_force(now).filter(professional__in=times.values("professional"))), None
    )
    if absence is None:
        raise NotPossible(_gone())
    offering.withdraw_offer(offer, by=by, now=now)
    matter = offer.matter
    tasks.open_task(
        kind=booking.TIME_NEEDED, unit=matter.unit, matter=matter, urgency=matter.urgency, by=by, now=now
    )
    _note(absence, Deed.CANCEL, by, now, matter=matter)


def _matter(choice: Choice, unit: Unit, by: Actor, now: datetime) -> None:
    matter = _get(Matter.objects.filter(unit=unit), choice.pk)
    absence = _absence(matter.responsible_id, None, now)
    to = _get(Professional.objects.all(), choice.target) if choice.deed == Deed.GIVE else None
    if choice.deed != Deed.STAY:
        work.give(matter, to, by=by, now=now)
    _note(absence, choice.deed, by, now, matter=matter, to=to)


def _task(choice: Choice, unit: Unit, by: Actor, now: datetime) -> None:
    task = _get(Task.objects.waiting().filter(unit=unit), choice.pk)
    absence = _absence(task.professional_id, None, now)
    to = _get(Professional.objects.all(), choice.target) if choice.deed == Deed.GIVE else None
    if choice.deed != Deed.STAY:
        tasks.give(task, to, by=by, now=now)
    _note(absence, choice.deed, by, now, matter=task.matter, task=task, to=to)


_ROWS: dict[str, Callable[[Choice, Unit, Actor, datetime], None]] = {
    VISIT: _visit,
    OFFER: _offer,
    MATTER: _matter,
    TASK: _task,
}


def _get(rows: QuerySet[Found], pk: int | None) -> Found:
    found = rows.filter(pk=pk or 0).first()
    if found is None:
        raise NotPossible(_gone())
    return found


def _absence(professional_id: int | None, moment: datetime | None, now: datetime) -> Absence:
    """The absence because of which it is shared out; NotPossible if its holder is not away (any more)."""
    absences = Absence.objects.in_force(now).filter(professional=professional_id or 0)
    if moment is not None:
        absences = absences.filter(period__contains=moment)
    absence = absences.order_by("period").first()
    if absence is None:
        raise NotPossible(_gone())
    return absence


def _gone() -> str:
    return _("This has been changed or given on already.")


def _note(absence: Absence, deed: Deed, by: Actor, now: datetime, **what: Any) -> None:
    """Keeps what was done. What was with a substitute already keeps the row of whom it came from; that
    something waits is kept until something else is chosen."""
    if "appointment" not in what:
        named = {"matter": what.get("matter"), "task": what.get("task"), "appointment": None}
        Share.objects.filter(absence=absence, deed=Deed.STAY, **named).delete()
        earlier = Share.objects.to_return().filter(to=absence.professional, **named).first()
        if earlier is not None and deed in (Deed.GIVE, Deed.DESK):
            earlier.pass_on(deed, what.get("to"))
            return
    Share.objects.create(
        absence=absence, deed=deed, shared_by_id=by.professional_id or 0, shared_at=now, **what
    )


def _see_that_it_is_told(
    visit: Appointment, was_at: datetime, deed: Deed, *, by: Actor, now: datetime
) -> None:
    """The thread tells the resident, and an e-mail, a text message or a letter that there is something. Who
    would not hear in time (a letter is slow), or would come in vain before reading, is called by the unit."""
    sent = Notification.objects.filter(message__matter=visit.matter_id)
    sent = sent.exclude(state__in=[EmailState.FAILED, EmailState.WITHDRAWN])
    soon = was_at < helsinki.start_of_day(helsinki.today(now) + timedelta(days=2))
    told = sent.exclude(channel=Channel.LETTER) if soon else sent
    if told.exists() and not (soon and deed != Deed.GIVE):
        return
    today = helsinki.today(was_at) == helsinki.today(now)
    tasks.open_task(
        kind=signals.CALL,
        unit=visit.unit,
        matter=visit.matter,
        key=str(visit.pk),
        urgency=min(visit.matter.urgency, Urgency.URGENT) if today else visit.matter.urgency,
        due_on=helsinki.today(was_at),
        by=by,
        now=now,
    )
