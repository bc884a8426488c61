"""A time is held while somebody reads what they are about to book, and booked."""

from datetime import datetime, timedelta
from datetime import time as clock_time

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import User
from kehra.kernel.time import helsinki
from kehra.serve.booking import signals
from kehra.serve.booking.actions import claiming
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State, not_taken
from kehra.serve.booking.models.times import FreeTime, FreeTimeQuerySet, HoldRule
from kehra.serve.booking.permissions import BOOK
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter


class NotKept(NotPossible):
    """So many are choosing that the time cannot be kept; whoever wants it can book it at once."""


@transaction.atomic
def hold(matter: Matter, time: FreeTime, *, by: Actor, now: datetime) -> Appointment:
    """Nobody else can take the time for some minutes (`HoldRule`). A hold of another time in the same
    matter ends: one looks at one time at a time. Held twice, it is the same hold, no longer. Raises NotKept
    if too many of the day's times are held already."""
    Appointment.objects.lock_for(matter, [time])
    _lock_chooser(by)
    matter = matter.locked()
    require(by, BOOK, matter, now=now)
    must_be_open(matter)
    held = Appointment.objects.filter(matter=matter, state=State.HELD)
    same = held.filter(free_time=time, hold_expires_at__gt=now).first()
    if same is not None:
        return same
    held.delete()
    rule = HoldRule.objects.of(matter.county_id, helsinki.today(now))
    _must_hold_few(matter, time, rule, by=by, now=now)
    until = min(now + timedelta(minutes=rule.minutes), time.starts_at)
    return claiming.claim(matter, time, State.HELD, by=by, now=now, hold_expires_at=until)


@transaction.atomic
def release(matter: Matter, *, by: Actor, now: datetime) -> None:
    """Whoever was choosing for the matter chooses none: others can take the time at once."""
    require(by, BOOK, matter, now=now)
    Appointment.objects.filter(matter=matter, state=State.HELD).delete()


@transaction.atomic
def book(matter: Matter, time: FreeTime, *, by: Actor, now: datetime) -> Appointment:
    """The time becomes an appointment, whether it was held or not. Booked twice, it is one booking.
    A resident has one coming appointment in a matter, and moves it if it does not suit."""
    Appointment.objects.lock_for(matter, [time])
    matter = matter.locked()
    require(by, BOOK, matter, now=now)
    must_be_open(matter)
    coming = Appointment.objects.filter(matter=matter).coming(now)
    booked = coming.filter(free_time=time).first()
    if booked is not None:
        return booked
    if by.kind == "resident" and coming.exists():
        raise NotPossible(_("You have a time in this matter already. You can move it."))
    Appointment.objects.filter(matter=matter, state=State.HELD).delete()
    for offer in Offer.objects.select_for_update().filter(matter=matter, state=Offer.State.OPEN):
        offer.end(Offer.State.WITHDRAWN, CancelReason.NOT_CHOSEN, now=now)
    appointment = claiming.claim(matter, time, State.BOOKED, by=by, now=now)
    appointment.join_unit(now)
    tell(signals.BOOKED, matter, by=by, now=now, about=appointment, **appointment.coded())
    return appointment


def _lock_chooser(by: Actor) -> None:
    """One who acts for several residents at once is counted once: after the residents and professionals."""
    if by.user_id is not None:
        User.objects.select_for_update(no_key=True).get(pk=by.user_id)


def _must_hold_few(matter: Matter, time: FreeTime, rule: HoldRule, *, by: Actor, now: datetime) -> None:
    held = Appointment.objects.filter(state=State.HELD, hold_expires_at__gt=now)
    by_user = held.filter(made_by_user=by.user_id).count() if by.user_id is not None else 0
    if held.filter(resident=matter.resident_id).count() >= rule.per_resident or by_user >= rule.per_user:
        raise NotPossible(_("You are choosing other times. Finish one of them first, or wait a moment."))
    day = _same_day(time)
    many = held.filter(free_time__in=day).count() >= rule.most_of(day.count())
    # Of a time that somebody has, it is told that they have it.
    if many and not_taken(FreeTime.objects.filter(pk=time.pk), now).exists():
        raise NotKept(
            _("Many people are choosing now, so the time is not kept for you. Book it at once, or come back.")
        )


def _same_day(time: FreeTime) -> FreeTimeQuerySet:
    """The professional's times of that day, this one too."""
    day = helsinki.today(time.starts_at)
    begin, end = (helsinki.at(date, clock_time.min) for date in (day, day + timedelta(days=1)))
    return FreeTime.objects.within(begin, end).filter(professional=time.professional_id)
