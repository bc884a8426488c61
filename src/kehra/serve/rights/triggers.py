"""The figures come with the tables; an emergency access is told to officer and resident at once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.people.models import EmergencyAccess
from kehra.kernel.people.signals import emergency_opened
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import actions as messages
from kehra.serve.rights import signals
from kehra.serve.rights.reference import load_thresholds
from kehra.serve.tasks import actions as tasks


@receiver(post_migrate, sender=installed.get_app_config("rights"))
def after_migrating(apps: Apps = installed, **_: Any) -> None:
    """Loads the figures when their table is there; migrated backwards it is gone."""
    try:
        apps.get_model("rights", "Threshold")
    except LookupError:
        return
    load_thresholds(apps)


@receiver(emergency_opened, dispatch_uid="rights.emergency_opened")
def on_emergency(*, access: EmergencyAccess, by: Actor, now: datetime, **_: Any) -> None:
    """The officer's task, and the resident's notice: in the thread of their latest open matter, or, if there
    is none, an e-mail that says that there is something in the service."""
    tasks.open_task(
        kind=signals.REVIEW,
        unit=None,
        resident=access.resident,
        key=str(access.pk),
        county_id=access.resident.county_id,
        by=by,
        now=now,
    )
    matter = (
        Matter.objects.filter(resident=access.resident, closed_at__isnull=True).order_by("-opened_at").first()
    )
    if matter is None:
        messages.announce(access.resident, by=by, now=now)
        return
    # The actor as they are from this moment on: with the access that has just been opened.
    opened = replace(by, holders=by.holders | {actors.emergency_holder(access.resident_id)})
    tell(signals.EMERGENCY_OPENED, matter, by=opened, now=now, about=access)
