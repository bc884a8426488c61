"""What became of the visit. The promise of the law is about the visit, so it is answered here, by the
visit that took place, and not when the time was booked."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import Activity
from kehra.kernel.time import helsinki
from kehra.serve.booking import signals
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.permissions import RECEIVE
from kehra.serve.booking.rules import kept_by_visit, teller
from kehra.serve.matters.actions.telling import tell, tell_stopped
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.late import LateRule


@transaction.atomic
def mark_arrived(
    appointment: Appointment, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> Appointment:
    """The resident has come and waits. Twice is once."""
    require(by, RECEIVE, appointment, now=now)
    return _mark(
        appointment, State.ARRIVED, signals.ARRIVED, {State.BOOKED}, by=by, now=now, happened_at=happened_at
    )


@transaction.atomic
def mark_done(
    appointment: Appointment, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> Appointment:
    """The visit took place (also with one who was first thought not to come): the promises of a visit that
    run in the matter are answered on the day of the visit. Twice is once."""
    require(by, RECEIVE, appointment, now=now)
    from_states = {State.BOOKED, State.ARRIVED, State.NO_SHOW}
    appointment = _mark(
        appointment, State.DONE, signals.DONE, from_states, by=by, now=now, happened_at=happened_at
    )
    running = Clock.objects.select_for_update(of=("self",)).select_related("limit", "matter")
    promises = kept_by_visit(appointment.professional.profession)
    kept = list(
        running.filter(matter=appointment.matter_id, stopped_on__isnull=True, limit__promise__in=promises)
    )
    for clock in kept:
        clock.stop(appointment.day)
    tell_stopped(kept, by=by, now=now, happened_at=happened_at)
    return appointment


@transaction.atomic
def mark_no_show(
    appointment: Appointment, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> Appointment:
    """Nobody came, and the time has begun. The promise goes on. Twice is once."""
    require(by, RECEIVE, appointment, now=now)
    if (happened_at or now) < appointment.starts_at:
        raise NotPossible(_("The time has not begun yet."))
    return _mark(
        appointment,
        State.NO_SHOW,
        signals.NO_SHOW,
        {State.BOOKED},
        by=by,
        now=now,
        happened_at=happened_at,
    )


def _mark(
    appointment: Appointment,
    state: State,
    activity: Activity,
    from_states: Collection[State],
    *,
    by: Actor,
    now: datetime,
    happened_at: datetime | None,
) -> Appointment:
    locked = Appointment.objects.select_for_update(of=("self",)).select_related("matter", "professional")
    appointment = locked.get(pk=appointment.pk)
    if appointment.state == state:
        return appointment
    if appointment.state not in from_states:
        raise NotPossible(_("This visit has been noted otherwise, moved or cancelled already."))
    if appointment.day > helsinki.today(happened_at or now):
        raise NotPossible(_("The day of the visit has not come yet."))
    LateRule.objects.must_allow(happened_at, since=appointment.matter.opened_at, now=now)
    appointment.enter(state, now=now)
    tell(
        activity,
        appointment.matter,
        by=teller(by, appointment.starts_at, happened_at=happened_at, now=now),
        now=now,
        about=appointment,
        happened_at=happened_at,
        **appointment.coded(),
    )
    return appointment
