"""An appointment is moved or cancelled, by the resident or by the unit, or given to a colleague."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Absence
from kehra.kernel.people.models import Professional
from kehra.serve.booking import signals
from kehra.serve.booking.actions import claiming
from kehra.serve.booking.models.appointments import UNIT_REASONS, Appointment, CancelReason, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import CHANGE, GIVE
from kehra.serve.booking.rules import teller
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.permissions import may_serve


@transaction.atomic
def move(appointment: Appointment, time: FreeTime, *, by: Actor, now: datetime) -> Appointment:
    """The appointment gets another time, and somebody else can take the old one. If the new time cannot
    be had, the old one stays. Moved twice to the same time, it has moved once."""
    Appointment.objects.lock_for(appointment.matter, [time])
    appointment = _lock(appointment)
    require(by, CHANGE, appointment, now=now)
    matter = appointment.matter
    must_be_open(matter)
    moved = Appointment.objects.filter(moved_from=appointment, free_time=time).first()
    if moved is not None:
        return moved
    _must_be_ahead(appointment, now=now)
    Appointment.objects.filter(matter=matter, state=State.HELD).delete()
    appointment.enter(State.MOVED, now=now)
    moved = claiming.claim(
        matter,
        time,
        State.BOOKED,
        by=by,
        now=now,
        moved_from=appointment,
        uid=appointment.uid,
        sequence=appointment.sequence,
    )
    moved.join_unit(now)
    tell(
        signals.MOVED,
        matter,
        by=by,
        now=now,
        about=moved,
        from_day=appointment.day,
        **moved.coded(),
    )
    return moved


@transaction.atomic
def give(appointment: Appointment, professional: Professional, *, by: Actor, now: datetime) -> Appointment:
    """A colleague of the same unit and profession gives the visit, at the same time and place; their own free
    time then is taken. Raises NotPossible for one who is elsewhere at that time or away, or may not serve
    this resident. Given twice to the same colleague, it is given once."""
    Appointment.objects.lock_for(appointment.matter, professionals=[appointment.professional, professional])
    appointment = _lock(appointment)
    require(by, GIVE, appointment, now=now)
    must_be_open(appointment.matter)
    if appointment.professional_id == professional.pk and appointment.can_change:
        return appointment
    _must_be_ahead(appointment, now=now)
    _must_be_able(professional, appointment)
    claiming.pass_on(appointment, professional, by=by, now=now)
    tell(signals.GIVEN, appointment.matter, by=by, now=now, about=appointment, **appointment.coded())
    return appointment


@transaction.atomic
def cancel(
    appointment: Appointment,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    happened_at: datetime | None = None,
) -> Appointment:
    """The visit will not be; somebody else can take the time and the matter stays open. A unit says why
    (`UNIT_REASONS`), a resident need not. Twice is once."""
    appointment = _lock(appointment)
    require(by, CHANGE, appointment, now=now)
    if appointment.state == State.CANCELLED:
        return appointment
    _must_be_ahead(appointment, now=happened_at or now)
    LateRule.objects.must_allow(happened_at, since=appointment.matter.opened_at, now=now)
    if by.kind == "resident":
        reason = CancelReason.RESIDENT
    elif reason not in UNIT_REASONS:
        raise NotPossible(_("Say why the time is cancelled."))
    appointment.enter(State.CANCELLED, now=now, reason=reason)
    tell(
        signals.CANCELLED,
        appointment.matter,
        by=teller(by, appointment.starts_at, happened_at=happened_at, now=now),
        now=now,
        about=appointment,
        happened_at=happened_at,
        reason=str(reason),
        **appointment.coded(),
    )
    return appointment


def _lock(appointment: Appointment) -> Appointment:
    """The row locked and fresh, after its matter."""
    appointment.matter.locked()
    locked = Appointment.objects.select_for_update(of=("self",)).select_related(
        "matter__resident", "matter__service", "professional"
    )
    return locked.get(pk=appointment.pk)


def _must_be_able(professional: Professional, appointment: Appointment) -> None:
    """The one who will be met does the same work in the same unit, is there, and is nobody of their own."""
    starts = appointment.starts_at
    if professional.profession != appointment.professional.profession or not may_serve(
        professional, appointment.unit_id, appointment.resident_id, now=starts
    ):
        raise NotPossible(_("This colleague cannot give this visit."))
    away = Absence.objects.filter(professional=professional, ended_at__isnull=True)
    if away.filter(period__overlap=appointment.period).exists():
        raise NotPossible(_("This colleague is away at that time."))


def _must_be_ahead(appointment: Appointment, *, now: datetime) -> None:
    if appointment.state != State.BOOKED:
        raise NotPossible(_("This time has been moved, cancelled or used already."))
    if appointment.starts_at <= now:
        raise NotPossible(_("This time has begun already. It can be neither moved nor cancelled."))
