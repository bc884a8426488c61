"""The fourth beat of every action here: the journal is written and those above are told."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity, JournalEntry
from kehra.kernel.people.models import Professional
from kehra.serve.matters import signals
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.rules import ASSESSMENT, BY_JUDGING_URGENCY, BY_REACHING


def tell(
    activity: Activity,
    matter: Matter,
    *,
    by: Actor,
    now: datetime,
    about: Any = None,
    happened_at: Any = None,  # a moment or None; Any, like `about`, so that **data may hold other things
    **data: str | int | bool | date,
) -> None:
    """Writes what happened to the journal and sends `happened`. Other serve apps tell with it too.
    `happened_at` is the true time of what is entered later."""
    JournalEntry.objects.note(
        activity,
        at=now,
        happened_at=happened_at,
        county_id=matter.county_id,
        matter_id=matter.pk,
        unit_id=by.unit_id or matter.unit_id,
        role=by.speaks_as,
        **data,
    )
    signals.happened.send(
        sender=Matter, matter=matter, activity=activity, about=about or matter, by=by, now=now
    )


def tell_promises(
    clocks: Iterable[Clock], *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> None:
    """Tells each clock that has begun: the resident sees what is promised by when."""
    for clock in clocks:
        tell(
            signals.PROMISED,
            clock.matter,
            by=by,
            now=now,
            about=clock,
            happened_at=happened_at,
            due_on=clock.promised_on,
            limit=clock.limit.code,
        )


def tell_stopped(
    clocks: Iterable[Clock], *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> None:
    """Tells each clock that has been answered, in time or not."""
    for clock in clocks:
        tell(
            signals.CLOCK_STOPPED,
            clock.matter,
            by=by,
            now=now,
            about=clock,
            happened_at=happened_at,
            limit=clock.limit.code,
            kept=bool(clock.kept),
        )


def answer_promises(
    matter: Matter,
    promises: Collection[str],
    *,
    by: Actor,
    now: datetime,
    happened_at: datetime | None = None,
) -> list[Clock]:
    """What was done answers these promises: their clocks stop and are judged, and it is told. What is entered
    later with its true time answers on that day, also a promise that something later had answered."""
    late = happened_at is not None
    stopped = Clock.objects.stop_for(
        matter, now=happened_at or now, promises=promises, also_stopped_after=late
    )
    tell_stopped(stopped, by=by, now=now, happened_at=happened_at)
    return stopped


def answer_by_judging(
    matter: Matter, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> None:
    """The urgency has been judged, inside an action that has asked: what that answers is answered, and
    what begins from it begins. An unregistered worker has only reached the resident."""
    registered = Professional.objects.filter(pk=by.professional_id or 0).exclude(register_number="").exists()
    promises = BY_JUDGING_URGENCY if registered else BY_REACHING
    answered = answer_promises(matter, promises, by=by, now=now, happened_at=happened_at)
    if any(clock.limit.promise == ASSESSMENT for clock in answered):
        begun = Clock.objects.start_for(matter, "assessed", now=happened_at or now)
        tell_promises(begun, by=by, now=now, happened_at=happened_at)
