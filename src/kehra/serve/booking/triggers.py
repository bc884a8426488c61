"""Ways in that are not people: the clock, and what happens in a matter."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import County
from kehra.kernel.time import clock
from kehra.serve.booking.actions import closing, expiring
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.matter import Matter


@app.periodic(cron="*/5 * * * *")
@app.task(name="booking.expire", queueing_lock="booking.expire")
def expire(timestamp: int) -> None:
    """Every five minutes: holds and offers whose time is up. Booking does not wait for it; it keeps the
    tables and the residents' timelines true."""
    for county_id in County.objects.values_list("pk", flat=True):
        expiring.expire(by=actors.system(county_id), now=clock.now())


@receiver(matters.happened, dispatch_uid="booking.happened")
def happened(*, matter: Matter, activity: Activity, by: Actor, now: datetime, **_rest: Any) -> None:
    """A matter that closes must not leave times behind."""
    if activity is matters.CLOSED:
        closing.clear(matter, by=by, now=now)
