"""What the clock starts."""

import logging

from django.db import transaction
from procrastinate.contrib.django import app

from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.time import clock
from kehra.serve.day_lists import local
from kehra.serve.day_lists.actions import making
from kehra.serve.day_lists.models import Machine

_log = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(name="day_lists.refresh", queueing_lock="day_lists.refresh")
def refresh(timestamp: int) -> None:
    """Every ten minutes: the files of the machines that are kept here (see `local`). Elsewhere each machine
    fetches its own."""
    if not local.kept():
        return
    for machine in Machine.objects.working().select_related("unit__organisation"):
        try:
            with transaction.atomic():
                local.put(machine, making.fetch(machine, by=machine.actor(), now=clock.now()))
        except NotPossible:
            continue  # The unit has no passphrase yet.
        except Exception:
            _log.exception("The day list of the machine %s could not be made.", machine.pk)
