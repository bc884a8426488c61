"""Reminders go by the clock, and are withdrawn by what happens to the visit."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.dispatch import receiver
from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import County
from kehra.kernel.people.models import Guardianship, Mandate
from kehra.kernel.time import clock, helsinki
from kehra.serve.booking import signals as booking
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.matters import signals as matters
from kehra.serve.messages.models import Notification, Wording
from kehra.serve.reach.actions import reminding
from kehra.serve.reach.models import ReminderRule

_EARLIER = timedelta(hours=24)  # at most: a reminder that falls into the night goes on the evening before


@app.periodic(cron="*/5 * * * *")
@app.task(name="reach.remind", queueing_lock="reach.remind")
def remind(timestamp: int) -> None:
    """Every five minutes: the visits of which a reminder is due and has not been made."""
    now = clock.now()
    for county in County.objects.order_by("code"):
        rule = ReminderRule.objects.of(county.code, helsinki.today(now))
        by = actors.system(county.code)
        for appointment in due(county, rule, now):
            reminding.remind(appointment, rule, by=by, now=now)


def due(county: County, rule: ReminderRule, now: datetime) -> list[Appointment]:
    """Booked visits that are near enough, and of which nobody has been reminded."""
    ahead = timedelta(hours=rule.hours) + _EARLIER
    near = Appointment.objects.filter(
        _somebody_is_reached(now),
        county=county,
        state=State.BOOKED,
        period__startswith__gt=now,
        period__startswith__lte=now + ahead,
    ).select_related("matter")
    told = Notification.objects.filter(wording=Wording.REMINDER, queued_at__gte=now - ahead)
    told_ids = {int(key.split("-")[0]) for key in told.values_list("key", flat=True)}
    in_order = near.order_by("period__startswith", "pk")
    return [one for one in in_order if one.pk not in told_ids and rule.due(one.starts_at) <= now]


def _somebody_is_reached(now: datetime) -> Q:
    """The resident has an electronic way, or somebody who acts for them may have one."""
    today = helsinki.today(now)
    guardianships = Guardianship.objects.on(today).filter(child=OuterRef("resident"))
    mandates = Mandate.objects.on(today).filter(principal=OuterRef("resident"), informed=True)
    own = ~Q(resident__email="") | ~Q(resident__sms="")
    return own | Q(Exists(guardianships)) | Q(Exists(mandates))


@receiver(matters.happened, dispatch_uid="reach.happened")
def forget_what_is_not_needed(activity: Activity, about: Any, by: Actor, now: datetime, **_rest: Any) -> None:
    """The new time of a visit that has moved is reminded of anew."""
    if activity == booking.MOVED and about.moved_from is not None:
        reminding.forget(about.moved_from, by=by, now=now)
    elif activity == booking.CANCELLED:
        reminding.forget(about, by=by, now=now)
