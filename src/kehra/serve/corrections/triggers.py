"""What the clock does: each night it looks for residents who may be in the records twice."""

from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.organisations.models import County
from kehra.kernel.time import clock
from kehra.serve.corrections.actions import likenesses


@app.periodic(cron="10 3 * * *")
@app.task(name="corrections.look_for_like", queueing_lock="corrections.look_for_like")
def look_for_like(timestamp: int) -> None:
    """One county after the other."""
    now = clock.now()
    for county_id in County.objects.order_by("pk").values_list("pk", flat=True):
        likenesses.look(county_id, by=actors.system(county_id), now=now)
