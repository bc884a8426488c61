"""What the clock does with contacts."""

from datetime import timedelta

from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.time import clock
from kehra.serve.contacts.actions import writing
from kehra.serve.contacts.models import Contact

# A need that was not sent in a month has changed; what was written of it is not kept for nothing.
DRAFTS_KEPT = timedelta(days=30)


@app.periodic(cron="30 3 * * *")
@app.task(name="contacts.forget_drafts", queueing_lock="contacts.forget_drafts")
def forget_drafts(timestamp: int) -> None:
    """Throws away drafts that were begun long ago and never sent."""
    now = clock.now()
    for draft in Contact.objects.filter(sent_at__isnull=True, begun_at__lt=now - DRAFTS_KEPT):
        writing.discard(draft, by=actors.system(draft.county_id), now=now)
