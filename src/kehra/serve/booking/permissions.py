"""Who may publish, see, book and change times."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, Rule
from kehra.serve.matters import permissions as matters
from kehra.serve.matters.models.participation import Right
from kehra.serve.matters.permissions import ACTING_FOR, DENIALS, RESIDENT, SYSTEM, UNIT_WORKS


def _works_in(by: Actor, unit_id: int) -> bool:
    return by.kind == "professional" and actors.unit_holder(unit_id) in by.holders


def _lists_unit(by: Actor, booking_list: Any, _now: datetime) -> bool:
    return _works_in(by, booking_list.unit_id)


def _visited_unit(by: Actor, appointment: Any, now: datetime) -> bool:
    """The unit still takes part: who has been handed over elsewhere is not theirs any more."""
    return (
        _works_in(by, appointment.unit_id)
        and matters.right_of(by, matters.matter_of(appointment), now) is not None
    )


def _covers_professional(by: Actor, appointment: Any, now: datetime) -> bool:
    resident = matters.matter_of(appointment).resident_id
    return matters.covers(by, appointment.unit_id, appointment.professional_id, resident, now)


def _covers_offered(by: Actor, offer: Any, now: datetime) -> bool:
    """One of the offered times is of somebody who is away; asked of an offer alone."""
    times = offer.times.all() if hasattr(offer, "times") else ()
    return any(_covers_professional(by, time, now) for time in times)


def _works_and_sees(by: Actor, appointment: Any, now: datetime) -> bool:
    """Of the other sector only by the resident's permit: nobody moves a visit that they may not see."""
    works = matters.right_of(by, matters.matter_of(appointment), now) == Right.WORK
    return works and matters.sees_as_unit(by, appointment, now)


WORKS_AND_SEES = Rule(
    "a worker of a unit that works in the matter and sees the appointment",
    "unit_works",
    "care",
    _works_and_sees,
)
UNIT_VISITED = Rule("a worker of the unit that gives the appointment", "unit_visited", "care", _visited_unit)

COVERS = Rule(
    "the manager of the unit, while the one whose time it is is away",
    "manager_covers",
    "care",
    _covers_professional,
)

PUBLISH = Permission(
    "booking.publish",
    _("publish times of a booking list, and take back those that nobody has booked"),
    (Rule("a worker of the list's unit", "lists_unit", "care", _lists_unit), SYSTEM),
    writes=True,
)


def _listed(by: Actor) -> Q:
    """A resident's own; to staff those of their unit: others they see in the matter, if it shows them."""
    return Q() if by.kind == "resident" else Q(unit=by.unit_id)


SEE = Permission(
    "booking.see",
    _("see when, where and with whom an appointment is"),
    (*matters.SEE_PART.rules, UNIT_VISITED),
    DENIALS,
    hidden_behind=matters.READ,
    path="matter__",
    listed=_listed,
)
CHOOSE = Permission(
    "booking.choose",
    _("see the free times for a matter"),
    (RESIDENT, ACTING_FOR, UNIT_WORKS),
    DENIALS,
    hidden_behind=matters.READ,
)
BOOK = Permission(
    "booking.book",
    _("hold and book a time for a matter"),
    (RESIDENT, ACTING_FOR, UNIT_WORKS),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
OFFER = Permission(
    "booking.offer",
    _("offer the resident times"),
    (UNIT_WORKS,),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
GIVE_BACK = Permission(
    "booking.give_back",
    _("give back times that were kept for the resident and are not needed"),
    (
        UNIT_WORKS,
        Rule(
            "the manager of the unit, while one whose time was offered is away",
            "manager_covers",
            "care",
            _covers_offered,
        ),
        SYSTEM,
    ),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
ANSWER = Permission(
    "booking.answer",
    _("take or decline an offered time, as the resident"),
    (RESIDENT, ACTING_FOR),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
CHANGE = Permission(
    "booking.change",
    _("move or cancel an appointment"),
    (RESIDENT, ACTING_FOR, WORKS_AND_SEES, UNIT_VISITED, COVERS, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
GIVE = Permission(
    "booking.give",
    _("give an appointment to a colleague, at the same time"),
    (UNIT_VISITED, COVERS, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
RECEIVE = Permission(
    "booking.receive",
    _("note that the resident came, that the visit was done, or that nobody came"),
    (UNIT_VISITED, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
