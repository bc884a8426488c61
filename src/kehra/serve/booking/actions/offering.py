"""A professional offers times; the resident takes one or none, by a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Absence
from kehra.kernel.time import helsinki
from kehra.serve.booking import signals
from kehra.serve.booking.actions import claiming, expiring
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import ANSWER, GIVE_BACK, OFFER
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter


@transaction.atomic
def offer(
    matter: Matter, times: Sequence[FreeTime], *, answer_by: datetime, by: Actor, now: datetime
) -> Offer:
    """The times are kept for the resident until `answer_by`, which must come before the first of them.
    One offer at a time waits in a matter."""
    Appointment.objects.lock_for(matter, times)
    matter = matter.locked()
    require(by, OFFER, matter, now=now)
    must_be_open(matter)
    if not times:
        raise NotPossible(_("Choose at least one time to offer."))
    if not now < answer_by <= min(time.starts_at for time in times):
        raise NotPossible(_("The answer must be asked for by a time between now and the first offered time."))
    _must_have_no_open_offer(matter, now=now)
    made = Offer.objects.create(
        matter=matter,
        professional_id=cast(int, by.professional_id),  # a unit's worker, says the permission
        unit_id=cast(int, by.unit_id),
        sector=by.sector,
        made_at=now,
        answer_by=answer_by,
    )
    for time in times:
        claiming.claim(matter, time, State.OFFERED, by=by, now=now, offer=made, hold_expires_at=answer_by)
    tell(
        signals.OFFERED,
        matter,
        by=by,
        now=now,
        about=made,
        answer_by=helsinki.today(answer_by),
        times=len(times),
    )
    return made


@transaction.atomic
def accept_offer(appointment: Appointment, *, by: Actor, now: datetime) -> Appointment:
    """The resident takes this one of the offered times; the others are free again. Twice is once."""
    waiting, appointment = _lock_offer(appointment)
    require(by, ANSWER, appointment.matter, now=now)
    must_be_open(appointment.matter)
    if waiting is None:
        raise NotPossible(_("This offer has been answered or withdrawn already."))
    if appointment.state == State.BOOKED:
        return appointment
    _must_wait(waiting, now=now)
    if Absence.objects.away(appointment.professional_id, appointment.starts_at):
        raise NotPossible(_("This time cannot be booked for this matter. Choose another."))
    appointment.state = State.BOOKED
    appointment.booked_at = appointment.changed_at = now
    appointment.hold_expires_at = None
    appointment.place(by_resident=True)
    Appointment.objects.filter(matter=appointment.matter_id, state=State.HELD).delete()
    waiting.end(Offer.State.ACCEPTED, CancelReason.NOT_CHOSEN, now=now)
    appointment.join_unit(now)
    tell(signals.BOOKED, appointment.matter, by=by, now=now, about=appointment, **appointment.coded())
    return appointment


@transaction.atomic
def decline_offer(declined: Offer, *, by: Actor, now: datetime) -> Offer:
    """None of the times suits; the unit is told. Twice is once."""
    require(by, ANSWER, declined.matter, now=now)
    return _end(declined, Offer.State.DECLINED, CancelReason.DECLINED, by=by, now=now)


@transaction.atomic
def withdraw_offer(withdrawn: Offer, *, by: Actor, now: datetime) -> Offer:
    """The unit takes the offer back before it has been answered. Twice is once."""
    require(by, GIVE_BACK, withdrawn, now=now)
    return _end(withdrawn, Offer.State.WITHDRAWN, CancelReason.WITHDRAWN, by=by, now=now)


def _end(offer: Offer, state: str, reason: str, *, by: Actor, now: datetime) -> Offer:
    offer = Offer.objects.select_for_update(of=("self",)).select_related("matter").get(pk=offer.pk)
    if offer.state == state:
        return offer
    _must_wait(offer, now=now)
    offer.end(state, reason, now=now)
    activity = signals.OFFER_DECLINED if state == Offer.State.DECLINED else signals.OFFER_WITHDRAWN
    tell(activity, offer.matter, by=by, now=now, about=offer)
    return offer


def _must_wait(offer: Offer, *, now: datetime) -> None:
    if offer.state != Offer.State.OPEN:
        raise NotPossible(_("This offer has been answered or withdrawn already."))
    if now >= offer.answer_by:
        raise NotPossible(_("The time to answer this offer has passed. The unit will be in touch."))


def _must_have_no_open_offer(matter: Matter, *, now: datetime) -> None:
    for other in Offer.objects.filter(matter=matter, state=Offer.State.OPEN).select_related("matter"):
        if other.waits_at(now):
            raise NotPossible(_("An offer waits for an answer already. Withdraw it first."))
        expiring.expire_offer(other, by=actors.system(matter.county_id), now=now)


def _lock_offer(appointment: Appointment) -> tuple[Offer | None, Appointment]:
    Appointment.objects.lock_for(appointment.matter)
    appointment.matter.locked()
    waiting = Offer.objects.select_for_update().filter(pk=appointment.offer_id or 0).first()
    return waiting, Appointment.objects.select_related("matter").get(pk=appointment.pk)
