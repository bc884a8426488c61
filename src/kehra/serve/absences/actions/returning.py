"""An absence ends: what was given on goes back. The own worker stays the own worker."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Absence
from kehra.serve.absences.models import Share
from kehra.serve.absences.permissions import ARRANGE, Day
from kehra.serve.absences.rules import Deed
from kehra.serve.absences.signals import CALL
from kehra.serve.booking import signals as booking
from kehra.serve.booking.actions import changing
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.record import Entry
from kehra.serve.messages.models import EmailState, Message, Notification
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task


@dataclass(frozen=True, slots=True)
class Returned:
    """How many things went back, and how many stay with the one who has them: told or begun already."""

    back: int = 0
    stayed: int = 0


@transaction.atomic
def end(absence: Absence, *, by: Actor, now: datetime) -> Returned:
    """They are at work again: by the clock at the end, or because they came after all. At the end each
    matter that is still open goes back; earlier only what the substitute has not begun, and the visits of
    which the resident has not been told yet. What goes back is the program's doing. Twice is once."""
    absence = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("unit", "professional")
        .get(pk=absence.pk)
    )
    require(by, ARRANGE, Day(absence.unit), now=now)
    if absence.ended_at is not None:
        return Returned()
    early = now < absence.period.upper
    absence.ended_at = now
    absence.save(update_fields=["ended_at"])
    system = actors.system(absence.unit.county_id)
    given = absence.shares.to_return().select_related("matter", "task", "appointment", "to")
    went = [_returns(share, early, by=system, now=now) for share in given.order_by("pk")]
    return Returned(went.count(True), went.count(False))


def _returns(share: Share, early: bool, *, by: Actor, now: datetime) -> bool:
    """Whether it went back; what is done, elsewhere or begun stays as it is."""
    try:
        with transaction.atomic():
            if share.appointment is not None:
                _visit_back(share, by=by, now=now)
            elif share.task is not None:
                _task_back(share, share.task, by=by, now=now)
            else:
                _matter_back(share, early, by=by, now=now)
            share.give_back(now)
    except NotPossible:
        return False
    return True


def _visit_back(share: Share, *, by: Actor, now: datetime) -> None:
    visit = share.appointment
    if visit is None or visit.professional_id != share.to_id or _told(share):
        raise NotPossible("told or changed")
    changing.give(visit, share.absence.professional, by=by, now=now)


def _told(share: Share) -> bool:
    """Whether the resident has heard of it: has read the notice, was sent the e-mail, or was called."""
    notices = Message.objects.filter(
        matter=share.matter_id, activity=booking.GIVEN.name, sent_at__gte=share.shared_at
    )
    waiting = [EmailState.QUEUED, EmailState.FAILED, EmailState.WITHDRAWN]
    mailed = Notification.objects.filter(message__in=notices).exclude(state__in=waiting)
    called = Task.objects.filter(kind=CALL.name, key=str(share.appointment_id), done_at__isnull=False)
    return notices.filter(read_at__isnull=False).exists() or mailed.exists() or called.exists()


def _matter_back(share: Share, early: bool, *, by: Actor, now: datetime) -> None:
    matter = share.matter
    if matter is None or matter.responsible_id != share.to_id or (early and _begun(share)):
        raise NotPossible("taken by another or begun")
    work.give(matter, share.absence.professional, by=by, now=now)


def _begun(share: Share) -> bool:
    """Whether the substitute has written in the matter."""
    if share.to_id is None:
        return False
    since = {"matter": share.matter_id, "professional": share.to_id}
    entries = Entry.objects.filter(written_at__gte=share.shared_at, **since)
    return entries.exists() or Message.objects.filter(sent_at__gte=share.shared_at, **since).exists()


def _task_back(share: Share, task: Task, *, by: Actor, now: datetime) -> None:
    if task.professional_id != share.to_id or task.done_at is not None or share.deed == Deed.STAY:
        raise NotPossible("done or taken by another")
    tasks.give(task, share.absence.professional, by=by, now=now)
