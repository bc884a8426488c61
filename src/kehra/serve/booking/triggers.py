"""Ways in that are not people: the clock, and what happens in a matter."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity
from kehra.kernel.time import clock
from kehra.serve.booking import signals
from kehra.serve.booking.actions import closing, expiring
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks import actions as tasks

# There is no visit after all: the unit that answers for the matter decides what comes next.
_TO_DESK = {signals.OFFER_DECLINED, signals.OFFER_EXPIRED, signals.CANCELLED, signals.NO_SHOW}
_OFF_DESK = {signals.OFFERED, signals.BOOKED, signals.MOVED, signals.DONE}


@app.periodic(cron="*/5 * * * *")
@app.task(name="booking.expire", queueing_lock="booking.expire")
def expire(timestamp: int) -> None:
    """Every five minutes: holds and offers whose time is up. Booking does not wait for it; it keeps the
    tables and the residents' timelines true."""
    now = clock.now()
    for hold in Appointment.objects.lapsed(now).filter(state=State.HELD).select_related("matter"):
        expiring.expire_hold(hold, by=actors.system(hold.county_id), now=now)
    lapsed = Offer.objects.filter(state=Offer.State.OPEN, answer_by__lte=now)
    for offer in lapsed.select_related("matter"):
        expiring.expire_offer(offer, by=actors.system(offer.matter.county_id), now=now)


@receiver(matters.happened, dispatch_uid="booking.happened")
def happened(*, matter: Matter, activity: Activity, by: Actor, now: datetime, **_rest: Any) -> None:
    """A matter that closes or goes elsewhere leaves no visit behind; a resident without a visit is not
    forgotten."""
    if activity == matters.CLOSED:
        closing.clear(matter, by=by, now=now)
    elif activity == matters.HANDOVER_ACCEPTED:
        closing.keep_visits(matter, by=by, now=now)
    elif activity in _OFF_DESK:
        tasks.finish_tasks(matter=matter, kind=signals.TIME_NEEDED, by=by, now=now)
    elif activity in _TO_DESK and matter.is_open:
        tasks.open_task(
            kind=signals.TIME_NEEDED,
            unit=matter.unit,
            matter=matter,
            professional=matter.responsible,
            urgency=matter.urgency,
            by=by,
            now=now,
        )
