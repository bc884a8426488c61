"""Who wants to be called is called; each try is told, and the resident sees it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.serve.contacts import signals
from kehra.serve.contacts.models import CallBack
from kehra.serve.contacts.permissions import CALL, WANT_CALL
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks import actions as tasks


@transaction.atomic
def want(matter: Matter, phone: str, *, by: Actor, now: datetime) -> CallBack:
    """The resident wants to be called at `phone`, by the day of the promise that is due first. Asked
    again while a call waits, it is the same call at the newer number."""
    matter = matter.locked()
    require(by, WANT_CALL, matter, now=now)
    must_be_open(matter)
    running = matter.clocks.filter(stopped_on__isnull=True).order_by("promised_on").first()
    call, made = CallBack.objects.update_or_create(
        matter=matter,
        done_at=None,
        defaults={"phone": phone},
        create_defaults={
            "phone": phone,
            "wanted_at": now,
            "promised_on": running.promised_on if running else None,
        },
    )
    if made:
        tell(signals.CALL_WANTED, matter, by=by, now=now, about=call)
        tasks.open_task(
            kind=signals.CALL,
            unit=matter.unit,
            matter=matter,
            professional=matter.responsible,
            key=str(call.pk),
            urgency=matter.urgency,
            due_on=call.promised_on,
            by=by,
            now=now,
        )
    return call


@transaction.atomic
def no_answer(call: CallBack, *, by: Actor, now: datetime, happened_at: datetime | None = None) -> CallBack:
    """Called, and nobody answered; the call waits still."""
    require(by, CALL, call, now=now)
    call = _waiting(call)
    LateRule.objects.must_allow(happened_at, since=call.wanted_at, now=now)
    call.tried(happened_at or now)
    tell(
        signals.NO_ANSWER, call.matter, by=by, now=now, about=call, happened_at=happened_at, tries=call.tries
    )
    return call


@transaction.atomic
def done(call: CallBack, *, by: Actor, now: datetime, happened_at: datetime | None = None) -> CallBack:
    """The resident was reached. What was talked of is written in the matter."""
    require(by, CALL, call, now=now)
    call = _waiting(call)
    LateRule.objects.must_allow(happened_at, since=call.wanted_at, now=now)
    call.tried(happened_at or now)
    call.done_at = happened_at or now
    call.save(update_fields=["done_at"])
    tell(signals.CALLED, call.matter, by=by, now=now, about=call, happened_at=happened_at, tries=call.tries)
    tasks.finish_tasks(matter=call.matter, kind=signals.CALL, key=str(call.pk), by=by, now=now)
    return call


def _waiting(call: CallBack) -> CallBack:
    call = CallBack.objects.select_for_update(of=("self",)).select_related("matter").get(pk=call.pk)
    if call.done_at is not None:
        raise NotPossible(_("This call has been made already."))
    return call
