"""What is written goes where its record is; what was written of somebody unknown goes when they are known."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from kehra.kernel.access import actors
from kehra.kernel.people import signals as people
from kehra.kernel.people.models import Resident
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.record import Entry
from kehra.serve.records import actions


@receiver(matters.happened)
def send_what_was_written(about: Any, now: datetime, **_kwargs: Any) -> None:
    if isinstance(about, Entry):
        actions.queue(about, by=actors.system(about.matter.county_id), now=now)


@receiver(people.identified)
def send_what_was_written_before(resident: Resident, now: datetime, **_kwargs: Any) -> None:
    for entry in Entry.objects.filter(matter__resident=resident, moved_at=None).order_by("pk"):
        actions.queue(entry, by=actors.system(resident.county_id), now=now)
