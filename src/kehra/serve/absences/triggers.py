"""By the clock absences end, and what was given on goes back."""

import logging

from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.accounts.models import Absence
from kehra.kernel.time import clock
from kehra.serve.absences.actions import returning

_log = logging.getLogger(__name__)


@app.periodic(cron="*/15 * * * *")
@app.task(name="absences.end", queueing_lock="absences.end")
def end_absences(timestamp: int) -> None:
    """Every quarter of an hour. Each is its own transaction: one that fails holds nobody back."""
    now = clock.now()
    over = Absence.objects.filter(ended_at__isnull=True, period__endswith__lte=now).select_related("unit")
    for absence in over:
        try:
            returning.end(absence, by=actors.system(absence.unit.county_id), now=now)
        except Exception:
            _log.exception("The absence %s could not be ended.", absence.pk)
