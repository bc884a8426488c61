"""What the clock does for the logs."""

from datetime import timedelta

from django.apps import apps
from procrastinate.contrib.django import app

from kehra.kernel.audit.models import make_partitions
from kehra.kernel.time import clock

AHEAD = timedelta(days=400)


@app.periodic(cron="30 2 * * *")
@app.task(name="audit.make_partitions", queueing_lock="audit.make_partitions")
def keep_months_ready(timestamp: int) -> None:
    """A month without a partition would let nothing be shown: there is always a year of them ahead."""
    now = clock.now()
    for model in apps.get_models():
        if getattr(model, "append_only", False):
            make_partitions(model._meta.db_table, now, now + AHEAD)
