"""A matter closes: nobody may be left waiting for a visit in it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.booking.permissions import GIVE_BACK
from kehra.serve.matters.models.matter import Matter


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
