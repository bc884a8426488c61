"""What the clock does in matters."""

from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.time import clock
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.models.participation import Handover


@app.periodic(cron="*/15 * * * *")
@app.task(name="matters.expire_handovers", queueing_lock="matters.expire_handovers")
def expire_handovers(timestamp: int) -> None:
    """Requests that were not answered in time come back to the unit that asked. Each is its own
    transaction, so that one that fails holds nobody else back."""
    now = clock.now()
    for handover in Handover.objects.due(now).select_related("matter"):
        handovers.expire(handover, by=actors.system(handover.matter.county_id), now=now)
