"""A professional opens a resident's data in an emergency, for a limited time; the data protection officer
judges afterwards whether it was lawful."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import EmergencyAccess, Professional, Resident
from kehra.kernel.people.signals import emergency_opened
from kehra.kernel.time import helsinki
from kehra.serve.messages import actions as messages
from kehra.serve.rights import rules, signals
from kehra.serve.rights.models import JUDGED, EmergencyRemark, RemarkKind, Threshold
from kehra.serve.rights.permissions import ANSWER_EMERGENCY, OPEN_EMERGENCY, REVIEW_EMERGENCY
from kehra.serve.tasks import actions as tasks


@transaction.atomic
def open_access(resident: Resident, reason: str, *, by: Actor, now: datetime) -> EmergencyAccess:
    """From now on the professional sees the resident's matters, as long as the dated row says. One that is
    open already is returned as it is. Raises NotPossible for a reason of fewer than three words."""
    require(by, OPEN_EMERGENCY, resident, now=now)
    if not rules.says_enough(reason):
        raise NotPossible(_("Write the reason in at least three words."))
    worker = _worker(by)
    Professional.objects.select_for_update().get(pk=worker["professional_id"])  # one opening at a time
    mine = EmergencyAccess.objects.filter(resident=resident, **worker)
    open_now = mine.filter(opened_at__lte=now, ends_at__gt=now).first()
    if open_now is not None:
        return open_now
    hours = Threshold.objects.of("emergency_access", helsinki.today(now)).amount
    access = EmergencyAccess.objects.create(
        resident=resident,
        **worker,
        reason=reason.strip(),
        opened_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    emergency_opened.send(sender=EmergencyAccess, access=access, by=by, now=now)
    return access


@transaction.atomic
def end_access(access: EmergencyAccess, *, by: Actor, now: datetime) -> EmergencyAccess:
    """The professional needs it no more. Twice is once."""
    require(by, ANSWER_EMERGENCY, access, now=now)
    access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if access.open_at(now):
        access.ends_at = max(now, access.opened_at + timedelta(microseconds=1))
        access.save(update_fields=["ends_at"])
    return access


@transaction.atomic
def review(access: EmergencyAccess, kind: str, words: str, *, by: Actor, now: datetime) -> EmergencyRemark:
    """The officer judges it lawful or unlawful, and the resident is told; or asks the professional to
    explain, and it goes on waiting. Raises NotPossible once it has been judged."""
    require(by, REVIEW_EMERGENCY, access, now=now)
    access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    earlier = list(access.remarks.values_list("kind", flat=True))
    if set(earlier) & set(JUDGED):
        raise NotPossible(_("This emergency access has been judged already."))
    if kind == RemarkKind.ASKED and earlier[-1:] == [RemarkKind.ASKED]:
        raise NotPossible(_("The professional has been asked already, and has not answered yet."))
    remark = _remark(access, RemarkKind(kind), words, by=by, now=now)
    key = str(access.pk)
    if kind == RemarkKind.ASKED:
        tasks.open_task(
            kind=signals.ANSWER,
            unit=access.unit,
            professional=access.professional,
            key=key,
            by=by,
            now=now,
        )
    else:
        tasks.finish_tasks(kind=signals.REVIEW, key=key, by=by, now=now)
        tasks.finish_tasks(kind=signals.ANSWER, key=key, by=by, now=now)
        messages.announce(access.resident, by=by, now=now)
    return remark


@transaction.atomic
def answer(access: EmergencyAccess, words: str, *, by: Actor, now: datetime) -> EmergencyRemark:
    """The professional explains what the officer asked. Raises NotPossible if nothing was asked."""
    require(by, ANSWER_EMERGENCY, access, now=now)
    access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    last = access.remarks.last()
    if last is None or last.kind != RemarkKind.ASKED:
        raise NotPossible(_("Nothing has been asked that you have not answered."))
    tasks.finish_tasks(kind=signals.ANSWER, key=str(access.pk), by=by, now=now)
    return _remark(access, RemarkKind.ANSWERED, words, by=by, now=now)


def _remark(
    access: EmergencyAccess, kind: RemarkKind, words: str, *, by: Actor, now: datetime
) -> EmergencyRemark:
    return EmergencyRemark.objects.create(access=access, kind=kind, words=words, at=now, **_worker(by))


def _worker(by: Actor) -> dict[str, int]:
    """The professional and the unit of one who works; the permission has seen that the actor does."""
    if by.professional_id is None or by.unit_id is None:
        raise ValueError("Only one who works somewhere deals with an emergency access.")
    return {"professional_id": by.professional_id, "unit_id": by.unit_id}
