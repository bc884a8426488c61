"""What nobody answered in time is given back, by the clock."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.serve.booking.actions import claiming
from kehra.serve.booking.models import Appointment, Offer, State
from kehra.serve.booking.permissions import GIVE_BACK


@transaction.atomic
def expire(*, by: Actor, now: datetime) -> int:
    """Removes holds and ends offers of the actor's county whose time is up; returns how many. Those that
    somebody is answering at this moment are left to them."""
    lapsed = Appointment.objects.lapsed(now).filter(county=by.county_id)
    holds = lapsed.filter(state=State.HELD).select_for_update(skip_locked=True)
    removed, _by_model = Appointment.objects.filter(pk__in=[hold.pk for hold in holds]).delete()
    offers = Offer.objects.select_for_update(skip_locked=True, of=("self",)).select_related("matter")
    ended = list(offers.filter(state=Offer.State.OPEN, answer_by__lte=now, matter__county=by.county_id))
    for offer in ended:
        require(by, GIVE_BACK, offer, now=now)
        claiming.expire(offer, now=now)
    return removed + len(ended)
