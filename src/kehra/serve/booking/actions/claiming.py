"""How a time is claimed so that exactly one gets it. Every action that binds a professional's time
goes through here, in this order:

1. lock the resident, then the professionals, so that two who want the same wait for each other
   instead of meeting in a deadlock;
2. remove lapsed holds and offers from the way;
3. place the appointment; the exclusion constraints have the last word.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.booking import signals
from kehra.serve.booking.models import Appointment, CancelReason, FreeTime, Offer, State
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation, Right


def lock(matter: Matter, times: Iterable[FreeTime] = ()) -> Matter:
    """Makes others who claim for this resident or these professionals wait until the transaction ends.
    Returns the matter as it is now; raises NotPossible if it has been closed."""
    Resident.objects.select_for_update(no_key=True).get(pk=matter.resident_id)
    ids = sorted({time.professional_id for time in times})
    list(Professional.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    matter = Matter.objects.select_related("resident", "service", "unit").get(pk=matter.pk)
    must_be_open(matter)
    return matter


def must_be_choosable(time: FreeTime, matter: Matter, *, by: Actor, now: datetime) -> None:
    """Raises NotPossible for a time that this actor cannot choose for this matter."""
    if time.starts_at <= now:
        raise NotPossible(_("This time has begun already. Choose another."))
    choosable = FreeTime.objects.choosable(matter, by_resident=is_resident(by), now=now)
    if not choosable.filter(pk=time.pk).exists():
        raise NotPossible(_("This time cannot be booked for this matter. Choose another."))


def claim(
    matter: Matter, time: FreeTime, state: str, *, by: Actor, now: datetime, **more: Any
) -> Appointment:
    """The appointment that binds the free time for the matter from now on. Raises NotPossible if somebody
    was faster, or the resident is somewhere else at that time."""
    make_room(time, now=now)
    booking_list = time.booking_list
    appointment = Appointment(
        county_id=matter.county_id,
        matter=matter,
        resident_id=matter.resident_id,
        professional_id=time.professional_id,
        unit=booking_list.unit,
        site_id=None if time.remote else booking_list.site_id,
        sector=booking_list.unit.sector,
        manner=time.manner,
        period=time.period,
        state=state,
        free_time=time,
        made_by=by.kind,
        made_by_user_id=by.user_id,
        made_at=now,
        changed_at=now,
        booked_at=now if state == State.BOOKED else None,
        **more,
    )
    place(appointment, by=by)
    return appointment


def place(appointment: Appointment, *, by: Actor) -> None:
    """Writes the appointment; raises NotPossible, in words, if the database says that it overlaps."""
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise _clash(error, by) from error


def make_room(time: FreeTime, *, now: datetime) -> None:
    """Removes from the professional's time what binds it no more: the constraint cannot know the hour."""
    lapsed = Appointment.objects.lapsed(now).filter(
        professional=time.professional_id, period__overlap=time.period
    )
    lapsed.filter(state=State.HELD).delete()
    for offer in Offer.objects.select_for_update().filter(times__in=lapsed):
        expire(offer, now=now)


def expire(offer: Offer, *, now: datetime) -> None:
    """The offer was not answered in time; its times are free again. The caller has locked the offer."""
    if offer.state != Offer.State.OPEN:
        return
    end_offer(offer, Offer.State.EXPIRED, CancelReason.LAPSED, now=now)
    tell(signals.OFFER_EXPIRED, offer.matter, by=actors.system(offer.matter.county_id), now=now, about=offer)


def end_offer(offer: Offer, state: str, reason: str, *, now: datetime) -> None:
    """Ends an open offer; the times that still wait for an answer are given back for this reason."""
    for appointment in offer.times.filter(state=State.OFFERED):
        appointment.enter(State.CANCELLED, now=now, reason=reason)
    offer.state = state
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])


def take_part(appointment: Appointment, *, now: datetime) -> None:
    """The unit of the appointment works in the matter from now on, if it did not take part yet."""
    matter = appointment.matter
    if matter.participations.at(now).filter(unit=appointment.unit_id).exists():
        return
    Participation.objects.create(matter=matter, unit_id=appointment.unit_id, right=Right.WORK, started_at=now)
    matter.refresh_viewers(now)


def is_resident(by: Actor) -> bool:
    """Whether a resident acts, for themselves or for another."""
    return by.kind == "resident"


def _clash(error: IntegrityError, by: Actor) -> NotPossible:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if constraint == "professional_in_one_place":
        return NotPossible(_("Somebody just took this time. Choose another."))
    if constraint != "resident_in_one_place":
        raise error
    if is_resident(by):
        return NotPossible(_("You have another appointment at that time. Choose another time."))
    return NotPossible(_("The resident has another appointment at that time. Choose another time."))
