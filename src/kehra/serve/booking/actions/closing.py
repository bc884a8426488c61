"""A matter closes or goes to another unit: its visits follow, and nobody is left waiting for one. These are
consequences: what caused them has asked its own permission."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.booking.permissions import GIVE_BACK
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.permissions import CAUSE, Consequence


@transaction.atomic
def clear(matter: Matter, *, by: Actor, now: datetime) -> None:
    """Gives back held and offered times. Raises NotPossible while an agreed visit is still to come:
    somebody would travel for nothing."""
    require(by, GIVE_BACK, matter, now=now)
    appointments = Appointment.objects.filter(matter=matter)
    if appointments.coming(now).exists():
        raise NotPossible(_("A visit in this matter is still to come. Cancel it or wait until it is over."))
    appointments.filter(state=State.HELD).delete()
    for offer in Offer.objects.select_for_update().filter(matter=matter, state=Offer.State.OPEN):
        offer.end(Offer.State.WITHDRAWN, CancelReason.WITHDRAWN, now=now)


@transaction.atomic
def keep_visits(matter: Matter, *, by: Actor, now: datetime) -> None:
    """Another unit answers for the matter now. A unit that has an agreed visit to give goes on taking part
    until somebody moves or cancels it: it must see who comes, and say that the visit was done."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    leaving = Appointment.objects.filter(matter=matter).coming(now).select_related("unit")
    leaving = leaving.exclude(unit__in=matter.participations.at(now).values("unit"))
    for appointment in leaving:
        appointment.join_unit(now)
