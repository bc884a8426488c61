"""The part of a matter's page that tells of its appointments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may
from kehra.serve.booking.models.appointments import COMING, Appointment, Offer
from kehra.serve.booking.permissions import ANSWER, CHOOSE, OFFER
from kehra.serve.booking.rules import is_late
from kehra.serve.booking.views.notes import notes_of
from kehra.serve.booking.views.offering import promised_visit
from kehra.serve.booking.views.timetable import profession_names
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import parts_seen


@dataclass(frozen=True)
class Line:
    """An appointment, whether the reader sees when and where, and whether it comes after the promise."""

    appointment: Appointment
    seen: bool
    late: bool
    coming: bool


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial booking/section.html shows, as `booking`: the matter's appointments, coming ones
    first, an open offer, and what this actor can do. As many queries for thirty as for one."""
    settled = Appointment.objects.filter(matter=matter).settled().with_names()
    promised_on = None if by.kind == "resident" else promised_visit(matter)
    lines = [
        Line(one, seen, is_late(one.day, promised_on), one.state in COMING and one.ends_at > now)
        for one, seen in parts_seen(by, matter, settled.order_by("period__startswith", "pk"), now=now)
    ]
    offer = Offer.objects.filter(matter=matter, state=Offer.State.OPEN, answer_by__gt=now).first()
    coming = [line for line in lines if line.coming]
    shown = {
        "matter": matter,
        "coming": coming,
        "past": [line for line in lines if not line.coming],
        "offer": offer,
        "professions": profession_names(line.appointment.professional.profession for line in lines),
        "notes": notes_of(line.appointment for line in coming if line.seen),
        "promised_on": promised_on,
        "may_answer_offer": offer is not None and may(by, ANSWER, matter, now=now),
        "may_choose_time": matter.is_open and by.kind == "resident" and may(by, CHOOSE, matter, now=now),
        "may_offer": matter.is_open and may(by, OFFER, matter, now=now),
    }
    return {"booking": shown}
