"""What happens in a matter makes work, moves it and ends it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.dispatch import receiver

from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.rules import earliest
from kehra.serve.tasks.signals import CAME_BACK, HANDOVER, MATTER, PERMIT_ANSWERED


@receiver(matters.viewers_changed, dispatch_uid="tasks.viewers_changed")
def viewers_changed(*, matter: Matter, **_rest: Any) -> None:
    """Who may see the matter changed."""
    Task.objects.refresh_viewers(matter)


@receiver(matters.happened, dispatch_uid="tasks.happened")
def happened(
    *, matter: Matter, activity: Activity, about: Any, by: Actor, now: datetime, **_rest: Any
) -> None:
    """Finds what this means for the desk; most activities mean nothing there."""
    meaning = _MEANINGS.get(activity.name)
    if meaning is not None:
        meaning(matter, about, by, now)


def _opened(matter: Matter, _about: Any, by: Actor, now: datetime) -> None:
    tasks.open_task(
        kind=MATTER,
        unit=matter.unit,
        matter=matter,
        professional=matter.responsible,
        urgency=matter.urgency,
        due_on=_promised_on(matter),
        by=by,
        now=now,
    )


def _given(matter: Matter, _about: Any, by: Actor, now: datetime) -> None:
    tasks.follow_responsible(matter, by=by, now=now)


def _urgency_set(matter: Matter, _about: Any, by: Actor, now: datetime) -> None:
    tasks.follow_urgency(matter, by=by, now=now)


def _promise_moved(matter: Matter, _about: Any, by: Actor, now: datetime) -> None:
    tasks.follow_promise(matter, _promised_on(matter), by=by, now=now)


def _closed(matter: Matter, _about: Any, by: Actor, now: datetime) -> None:
    tasks.finish_tasks(matter=matter, by=by, now=now)


def _handover_offered(matter: Matter, handover: Handover, by: Actor, now: datetime) -> None:
    tasks.open_task(
        kind=HANDOVER,
        unit=handover.to_unit,
        matter=matter,
        key=str(handover.pk),
        urgency=matter.urgency,
        due_on=handover.answer_on,
        by=by,
        now=now,
    )


def _handover_accepted(matter: Matter, handover: Handover, by: Actor, now: datetime) -> None:
    """What waited for the giver waits for the receiver now, as the matter itself."""
    tasks.finish_tasks(matter=matter, unit=handover.from_unit, by=by, now=now)
    _handover_answered(matter, handover, by, now)
    _opened(matter, None, by, now)


def _handover_answered(matter: Matter, handover: Handover, by: Actor, now: datetime) -> None:
    tasks.finish_tasks(matter=matter, kind=HANDOVER, key=str(handover.pk), by=by, now=now)


def _handover_came_back(matter: Matter, handover: Handover, by: Actor, now: datetime) -> None:
    _handover_answered(matter, handover, by, now)
    tasks.open_task(
        kind=CAME_BACK,
        unit=handover.from_unit,
        matter=matter,
        professional=matter.responsible,
        key=str(handover.pk),
        urgency=matter.urgency,
        due_on=_promised_on(matter),
        by=by,
        now=now,
    )


def _permit_answered(matter: Matter, permit: DisclosurePermit, by: Actor, now: datetime) -> None:
    if permit.asked_by is not None:
        tasks.open_task(
            kind=PERMIT_ANSWERED,
            unit=permit.asked_by,
            matter=matter,
            professional=matter.responsible if matter.unit_id == permit.asked_by_id else None,
            key=str(permit.pk),
            urgency=matter.urgency,
            by=by,
            now=now,
        )


def _promised_on(matter: Matter) -> date | None:
    """The first day that is promised and can break: a paused promise cannot."""
    running = Clock.objects.filter(matter=matter, stopped_on__isnull=True)
    return earliest(running.exclude(pauses__days__upper_inf=True).values_list("promised_on", flat=True))


_MEANINGS: dict[str, Callable[[Matter, Any, Actor, datetime], None]] = {
    matters.OPENED.name: _opened,
    matters.TAKEN.name: _given,
    matters.GIVEN.name: _given,
    matters.URGENCY_SET.name: _urgency_set,
    matters.PROMISED.name: _promise_moved,
    matters.PAUSED.name: _promise_moved,
    matters.RESUMED.name: _promise_moved,
    matters.CLOCK_STOPPED.name: _promise_moved,
    matters.CLOSED.name: _closed,
    matters.HANDOVER_OFFERED.name: _handover_offered,
    matters.HANDOVER_ACCEPTED.name: _handover_accepted,
    matters.HANDOVER_REFUSED.name: _handover_came_back,
    matters.HANDOVER_WITHDRAWN.name: _handover_answered,
    matters.HANDOVER_EXPIRED.name: _handover_came_back,
    matters.PERMIT_GIVEN.name: _permit_answered,
    matters.PERMIT_REFUSED.name: _permit_answered,
}
