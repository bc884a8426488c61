"""How a time is claimed so that exactly one gets it. Each action that binds a professional's time

1. locks the resident, then the professionals (`Appointment.objects.lock_for`), so that two who want
   the same wait for each other instead of meeting in a deadlock;
2. claims here: what has lapsed is removed from the way, the exclusion constraints have the last word.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.people.models import Professional
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
    _make_room(time.professional_id, time.period, now=now)
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


@transaction.atomic
def pass_on(appointment: Appointment, professional: Professional, *, by: Actor, now: datetime) -> None:
    """The appointment binds another professional from now on, at its own time; a time that they have
    published for just then is the one that is taken. Raises NotPossible if they are elsewhere. The caller has
    asked and locked."""
    _make_room(professional.pk, appointment.period, now=now)
    appointment.professional = professional
    own_times = FreeTime.objects.filter(professional=professional, period=appointment.period)
    appointment.free_time = own_times.first()
    appointment.changed_at = now
    appointment.sequence += 1
    appointment.place(by_resident=by.kind == "resident")


def _make_room(professional_id: int, period: DateTimeTZRange, *, now: datetime) -> None:
    """The constraint cannot know the hour: what binds the professional no more is removed."""
    lapsed = Appointment.objects.lapsed(now).filter(professional=professional_id, period__overlap=period)
    lapsed.filter(state=State.HELD).delete()
    for offer in Offer.objects.filter(times__in=lapsed).select_related("matter"):
        expiring.expire_offer(offer, by=actors.system(offer.matter.county_id), now=now)
