"""What the clock does with accounts."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from kehra.kernel.accounts.models import OnceKey
from kehra.kernel.time import clock

# After this nobody sends the same form again: its session has ended long ago.
ONCE_KEYS_KEPT = timedelta(days=2)


@app.periodic(cron="20 3 * * *")
@app.task(name="accounts.forget_sessions", queueing_lock="accounts.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Removes the rows of sessions that have ended and were never left."""
    SessionStore.clear_expired()


@app.periodic(cron="25 3 * * *")
@app.task(name="accounts.forget_once_keys", queueing_lock="accounts.forget_once_keys")
def forget_once_keys(timestamp: int) -> None:
    """Removes the keys of forms that were sent days ago."""
    OnceKey.objects.filter(at__lt=clock.now() - ONCE_KEYS_KEPT).delete()
