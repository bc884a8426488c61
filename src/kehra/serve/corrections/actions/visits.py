"""A visit goes to the right matter, and what hangs on it: its reminder and its interpreter."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.interpreting import actions as interpreting
from kehra.serve.matters.models.matter import Matter
from kehra.serve.reach.actions import reminding
from kehra.serve.tasks.permissions import CAUSE, Consequence


@transaction.atomic
def carry(visit: Appointment, to: Matter, *, by: Actor, now: datetime) -> Appointment:
    """The visit of the right matter. A reminder that has not left does not leave; the interpreter of one
    person's visit goes along, and another person gets one by their own need. The caller has asked and
    locked. Raises NotPossible if that person is expected somewhere else at that time."""
    require(by, CAUSE, Consequence(to.county_id), now=now)
    carried = visit.carry(to, now=now)
    reminding.forget(visit, by=by, now=now)
    if visit.resident_id == carried.resident_id:
        interpreting.follow(carried, by=by, now=now)
    else:
        interpreting.cancel(visit, by=by, now=now)
        interpreting.ask(carried, by=by, now=now)
    carried.join_unit(now)
    return carried
