"""What nobody answered in time is given back, by the clock."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.serve.booking import signals
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.booking.permissions import GIVE_BACK
from kehra.serve.matters.actions.telling import tell


@transaction.atomic
def expire_offer(offer: Offer, *, by: Actor, now: datetime) -> None:
    """The offer was not answered in time; its times are free again. Twice is once."""
    require(by, GIVE_BACK, offer, now=now)
    offer = Offer.objects.select_for_update(of=("self",)).select_related("matter").get(pk=offer.pk)
    if offer.state == Offer.State.OPEN and offer.answer_by <= now:
        offer.end(Offer.State.EXPIRED, CancelReason.LAPSED, now=now)
        tell(signals.OFFER_EXPIRED, offer.matter, by=by, now=now, about=offer)


@transaction.atomic
def expire_hold(hold: Appointment, *, by: Actor, now: datetime) -> None:
    """Nobody confirmed the hold in time, so it never was an appointment: the row goes."""
    require(by, GIVE_BACK, hold, now=now)
    Appointment.objects.lapsed(now).filter(pk=hold.pk, state=State.HELD).delete()
