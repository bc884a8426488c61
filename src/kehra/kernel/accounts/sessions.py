"""What a session keeps: when it began, when it was last used, and the choice of role or person.

Nothing else about a person is kept there; what the choice gives is read from rows at each request.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from kehra.kernel.accounts.models import Choice
from kehra.kernel.accounts.rules import Ending, ending

CHOICE, SIGNED_IN, USED, MANY = "choice", "signed_in", "used", "many_roles"
# Noting the use more often would write to the database at every page.
NOTED_EVERY = timedelta(minutes=1)


def begin(session: SessionBase, *, now: datetime) -> None:
    """The time of signing in and of the first use."""
    session[SIGNED_IN] = session[USED] = now.timestamp()


def choose(session: SessionBase, choice: Choice, *, many: bool) -> None:
    """Keeps the choice under a new key: what was seen in one role cannot be taken on in another.
    `many` says that there were others to choose, for the link on each page."""
    session[CHOICE], session[MANY] = asdict(choice), many
    session.cycle_key()


def chosen(session: SessionBase) -> Choice:
    """The choice that the session keeps; acting as oneself if none was made."""
    return Choice(**session.get(CHOICE, {}))


def many(session: SessionBase) -> bool:
    """Whether there was more than one role or person to choose from when the last choice was made."""
    return bool(session.get(MANY, False))


def ended(session: SessionBase, *, at_work: bool, now: datetime) -> Ending | None:
    """Whether the session has ended by itself, and why. One without times begins now."""
    if SIGNED_IN not in session:
        begin(session, now=now)
    return ending(
        signed_in=session[SIGNED_IN],
        used=session[USED],
        now=now.timestamp(),
        idle=timedelta(minutes=idle_minutes(at_work=at_work)),
        limit=timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def used(session: SessionBase, *, now: datetime) -> None:
    """Notes that the session is in use."""
    if now.timestamp() - session[USED] >= NOTED_EVERY.total_seconds():
        session[USED] = now.timestamp()


def idle_minutes(*, at_work: bool) -> int:
    """How many minutes a session may lie unused, as the installation's settings say."""
    minutes: int = settings.SESSION_IDLE_MINUTES["professional" if at_work else "resident"]
    return minutes
