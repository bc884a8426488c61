"""What was done while the network was down is entered with its true time, by the same actions as on any
other day. Entered twice it is entered once: the first one counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.serve.booking.actions import changing, visiting
from kehra.serve.booking.models.appointments import Appointment, CancelReason
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.models import CallBack
from kehra.serve.contacts.signals import CALL
from kehra.serve.day_lists.models import EnteredLater
from kehra.serve.day_lists.permissions import ENTER, own_list
from kehra.serve.matters.actions import work
from kehra.serve.matters.actions.telling import answer_promises
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import WORK
from kehra.serve.matters.rules import BY_REACHING
from kehra.serve.tasks.models import Task

CAME, NO_SHOW, CANCELLED, REACHED, NO_ANSWER = "came", "no_show", "cancelled", "reached", "no_answer"


@dataclass(frozen=True, slots=True)
class Done:
    """What the paper says of one thing: what became of it, when, in which words, and how urgent it was judged
    to be (None: not judged)."""

    what: str
    happened_at: datetime
    text: str = ""
    urgency: int | None = None


@transaction.atomic
def enter_visit(appointment: Appointment, done: Done, *, by: Actor, now: datetime) -> EnteredLater:
    """The resident came, did not come, or had cancelled before the time began. Raises NotPossible for a time
    that cannot be, or a visit that has been noted otherwise meanwhile."""
    require(by, ENTER, own_list(by), now=now)
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    entered = _entered(EnteredLater.Thing.VISIT, appointment.pk)
    if entered is not None:
        return entered
    _VISITS[done.what](appointment, by=by, now=now, happened_at=done.happened_at)
    return _note(EnteredLater.Thing.VISIT, appointment.pk, appointment.matter, done, by=by, now=now)


@transaction.atomic
def enter_task(task: Task, done: Done, *, by: Actor, now: datetime) -> EnteredLater:
    """The resident whom the task is about was reached, or was called in vain. Who reached them has taken the
    matter, unless somebody else has; the promise to be reached is answered at the true time."""
    require(by, ENTER, own_list(by), now=now)
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    matter = cast(Matter, task.matter)  # only such tasks are on the list
    require(by, WORK, matter, now=now)
    LateRule.objects.must_allow(done.happened_at, since=matter.opened_at, now=now)
    entered = _entered(EnteredLater.Thing.TASK, task.pk)
    if entered is not None:
        return entered
    call = CallBack.objects.filter(pk=task.key, done_at=None).first() if task.kind == CALL.name else None
    if done.what == NO_ANSWER:
        if call is not None:
            calls.no_answer(call, by=by, now=now, happened_at=done.happened_at)
    else:
        _reach(matter, call, done, by=by, now=now)
    return _note(EnteredLater.Thing.TASK, task.pk, matter, done, by=by, now=now)


def _reach(matter: Matter, call: CallBack | None, done: Done, *, by: Actor, now: datetime) -> None:
    at = done.happened_at
    if call is not None:
        calls.done(call, by=by, now=now, happened_at=at)
    if matter.unit_id == by.unit_id and matter.responsible_id is None:
        work.take(matter, by=by, now=now, happened_at=at)
    if done.urgency is not None:
        work.set_urgency(matter, done.urgency, by=by, now=now, happened_at=at)
    answer_promises(matter, BY_REACHING, by=by, now=now, happened_at=at)


def _cancel(appointment: Appointment, *, by: Actor, now: datetime, happened_at: datetime) -> None:
    changing.cancel(appointment, reason=CancelReason.ASKED, by=by, now=now, happened_at=happened_at)


_VISITS: dict[str, Callable[..., Any]] = {
    CAME: visiting.mark_done,
    NO_SHOW: visiting.mark_no_show,
    CANCELLED: _cancel,
}


def _entered(thing: str, thing_id: int) -> EnteredLater | None:
    return EnteredLater.objects.filter(thing=thing, thing_id=thing_id).first()


def _note(thing: str, thing_id: int, matter: Matter, done: Done, *, by: Actor, now: datetime) -> EnteredLater:
    if done.text:
        work.write(matter, done.text, by=by, now=now, happened_at=done.happened_at)
    return EnteredLater.objects.create(
        matter=matter,
        unit_id=cast(int, by.unit_id),  # a unit's worker, says the permission
        thing=thing,
        thing_id=thing_id,
        what=done.what,
        happened_at=done.happened_at,
        entered_at=now,
        professional_id=cast(int, by.professional_id),
    )
