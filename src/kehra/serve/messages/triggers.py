"""The resident is told at each step, whoever took it, and by another way if one reached nobody."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity, JournalEntry
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import actions, signals
from kehra.serve.messages.models import Notification

# A message is its own notice, and a promise is answered by something that has a notice of its own.
SILENT = {signals.UNIT_WROTE.name, signals.RESIDENT_WROTE.name, matters.CLOCK_STOPPED.name}


@receiver(matters.happened)
def tell_the_resident(matter: Matter, activity: Activity, by: Actor, now: datetime, **_kwargs: Any) -> None:
    if activity.shown and activity.name not in SILENT and by.kind != "resident" and not by.quiet:
        # Told at this very moment: the database looks into one month of the journal instead of all.
        told = JournalEntry.objects.filter(at=now, matter_id=matter.pk, activity=activity.name)
        entry = told.latest("seq")
        actions.notice(matter, activity, by=by, now=now, **entry.data)


@receiver(signals.unreached)
def try_another_way(notification: Notification, wrong_address: bool, now: datetime, **_kwargs: Any) -> None:
    by = actors.system(notification.county_id)
    actions.note_unreached(notification, wrong_address=wrong_address, by=by, now=now)
