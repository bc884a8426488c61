"""How a time is claimed so that exactly one gets it. Each action that binds a professional's time

1. locks the resident, then the professionals (`Appointment.objects.lock_for`), so that two who want
   the same wait for each other instead of meeting in a deadlock;
2. claims here: what has lapsed is removed from the way, the exclusion constraints have the last word.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.serve.booking.actions import expiring
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.matters.models.matter import Matter


@transaction.atomic
def claim(
    matter: Matter, time: FreeTime, state: str, *, by: Actor, now: datetime, **more: Any
) -> Appointment:
    """The appointment that binds the free time for the matter from now on. Raises NotPossible if it cannot
    be chosen, somebody was faster, or the resident is somewhere else. The caller has asked and locked."""
    time.must_be_choosable(matter, by_resident=by.kind == "resident", now=now)
    _make_room(time, now=now)
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
    appointment.place(by_resident=by.kind == "resident")
    return appointment


def _make_room(time: FreeTime, *, now: datetime) -> None:
    """The constraint cannot know the hour: what binds the professional no more is removed."""
    lapsed = Appointment.objects.lapsed(now).filter(
        professional=time.professional_id, period__overlap=time.period
    )
    lapsed.filter(state=State.HELD).delete()
    for offer in Offer.objects.filter(times__in=lapsed).select_related("matter"):
        expiring.expire_offer(offer, by=actors.system(offer.matter.county_id), now=now)
