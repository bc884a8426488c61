"""What the clock does in matters, and what residents decide elsewhere that changes who may see them."""

import logging
from datetime import datetime
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.people import signals as people
from kehra.kernel.people.models import Resident
from kehra.kernel.time import clock
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.reference import load_late_rules

_log = logging.getLogger(__name__)


@receiver(post_migrate, sender=installed.get_app_config("matters"))
def after_migrating(apps: Apps = installed, **_: Any) -> None:
    """Loads the dated rows when their table is there; migrated backwards it is gone."""
    try:
        apps.get_model("matters", "LateRule")
    except LookupError:
        return
    load_late_rules(apps)


@app.periodic(cron="*/15 * * * *")
@app.task(name="matters.expire_handovers", queueing_lock="matters.expire_handovers")
def expire_handovers(timestamp: int) -> None:
    """Requests that were not answered in time come back to the unit that asked. Each is its own
    transaction, so that one that fails holds nobody else back."""
    now = clock.now()
    for handover in Handover.objects.due(now).select_related("matter"):
        try:
            handovers.expire(handover, by=actors.system(handover.matter.county_id), now=now)
        except NotPossible:
            continue  # It was answered meanwhile.
        except Exception:
            _log.exception("The handover %s could not be expired.", handover.pk)


@receiver(people.restrictions_changed, dispatch_uid="matters.restrictions_changed")
def restrictions_changed(*, resident: Resident, now: datetime, **_rest: Any) -> None:
    """A restriction was made or withdrawn: the lists of every matter of the resident follow, and what waits
    in them with the lists."""
    for matter in Matter.objects.filter(resident=resident).select_for_update().order_by("pk"):
        matter.refresh_viewers(now)
