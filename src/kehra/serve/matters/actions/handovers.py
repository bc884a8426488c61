"""Another unit is asked to answer for a matter (a transfer), or another producer to give a named
offering (guidance). The matter stays where it is until the receiver accepts; refused, withdrawn or
unanswered, it comes back, and the receiver's rights end with the question. The promises to the
resident go on all the while: who works on it changes nothing in what was promised.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki, working_days
from kehra.library.limits import counting
from kehra.library.operating_models.models import LimitRow
from kehra.serve.matters import signals
from kehra.serve.matters.actions.telling import tell, tell_promises
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover, HandoverKind, Participation, Right
from kehra.serve.matters.models.record import PartKind
from kehra.serve.matters.permissions import ANSWER_FOR, ANSWER_HANDOVER

# How long a receiver has, unless a dated row for this event says otherwise. No law sets it.
EVENT, WORKING_DAYS = "handover_offered", 3


@transaction.atomic
def offer(
    matter: Matter,
    *,
    to: Unit | Offering,
    shares: Collection[str],
    note: str = "",
    by: Actor,
    now: datetime,
) -> Handover:
    """Asks another unit to answer for the matter, or the producer of an offering to give it.
    `shares` are the kinds of parts that the receiver may see to judge. Raises NotPossible for a
    closed matter, a second question at a time, the same unit, a unit that is no longer, or one that
    the resident has forbidden."""
    matter = matter.locked()
    require(by, ANSWER_FOR, matter, now=now)
    must_be_open(matter)
    if matter.handovers.filter(state=Handover.State.OFFERED).exists():
        raise NotPossible(_("Another unit has been asked already. Withdraw the request first."))
    unit = to.unit if isinstance(to, Offering) else to
    _must_be_another(matter, to, unit, helsinki.today(now))
    handover = Handover.objects.create(
        matter=matter,
        kind=HandoverKind.GUIDANCE if isinstance(to, Offering) else HandoverKind.TRANSFER,
        from_unit=matter.unit,
        to_unit=unit,
        offering=to if isinstance(to, Offering) else None,
        shares=sorted(set(shares) & set(PartKind.values)),
        note=note,
        offered_at=now,
        answer_by=helsinki.start_of_day(_answer_on(now) + timedelta(days=1)),
    )
    # So that they can judge: that the matter exists, and what is shared.
    Participation.objects.get_or_create(
        matter=matter,
        unit=unit,
        ended_at=None,
        defaults={"right": Right.PART, "shares": handover.shares, "started_at": now},
    )
    matter.refresh_viewers(now)
    _tell(signals.HANDOVER_OFFERED, handover, by=by, now=now)
    return handover


@transaction.atomic
def accept(handover: Handover, *, by: Actor, now: datetime) -> Handover:
    """The receiver answers for the matter from now on; nobody of it has taken it yet. After a transfer
    the giver's part ends; after guidance the giver goes on working in the matter beside the receiver,
    and the matter is about the service guided to, whose promises begin."""
    handover = _locked(handover)
    require(by, ANSWER_HANDOVER, handover, now=now)
    _must_wait(handover)
    matter = handover.matter
    Participation.objects.at(now).filter(matter=matter, unit=handover.to_unit, right=Right.PART).update(
        ended_at=now
    )
    Participation.objects.get_or_create(
        matter=matter,
        unit=handover.to_unit,
        ended_at=None,
        defaults={"right": Right.WORK, "started_at": now},
    )
    if handover.kind == HandoverKind.TRANSFER:
        Participation.objects.at(now).filter(matter=matter, unit=handover.from_unit).update(ended_at=now)
    matter.unit = handover.to_unit
    matter.responsible = None
    if handover.offering is not None:
        matter.service, matter.sector = handover.offering.service, handover.offering.service.sector
    matter.save(update_fields=["unit", "responsible", "service", "sector"])
    _answer(handover, Handover.State.ACCEPTED, now)
    matter.refresh_viewers(now)
    _tell(signals.HANDOVER_ACCEPTED, handover, by=by, now=now)
    if handover.offering is not None:
        tell_promises(Clock.objects.start_for(matter, "contact", now=now), by=by, now=now)
    return handover


@transaction.atomic
def refuse(handover: Handover, reason: str, *, by: Actor, now: datetime) -> Handover:
    """The receiver does not take it and says why; it comes back to the giver."""
    handover = _locked(handover)
    require(by, ANSWER_HANDOVER, handover, now=now)
    _must_wait(handover)
    if not reason.strip():
        raise NotPossible(_("Say why, so that the unit that asked knows what to do next."))
    _answer(handover, Handover.State.REFUSED, now, reason.strip())
    _tell(signals.HANDOVER_REFUSED, handover, by=by, now=now)
    _end_part(handover, now)
    return handover


@transaction.atomic
def withdraw(handover: Handover, *, by: Actor, now: datetime) -> Handover:
    """The giver takes the question back."""
    handover = _locked(handover)
    require(by, ANSWER_FOR, handover.matter, now=now)
    _must_wait(handover)
    _answer(handover, Handover.State.WITHDRAWN, now)
    _tell(signals.HANDOVER_WITHDRAWN, handover, by=by, now=now)
    _end_part(handover, now)
    return handover


@transaction.atomic
def expire(handover: Handover, *, by: Actor, now: datetime) -> Handover:
    """The time to answer is up; it comes back to the giver. Raises NotPossible before that."""
    handover = _locked(handover)
    require(by, ANSWER_FOR, handover.matter, now=now)
    _must_wait(handover)
    if now < handover.answer_by:
        raise NotPossible(_("The other unit still has time to answer."))
    _answer(handover, Handover.State.EXPIRED, now)
    _tell(signals.HANDOVER_EXPIRED, handover, by=by, now=now)
    _end_part(handover, now)
    return handover


def _answer_on(now: datetime) -> date:
    """The last day to answer: by a dated row for this event, else by our own custom."""
    today = helsinki.today(now)
    row = LimitRow.objects.on(today).filter(event=EVENT).first()
    if row is None:
        return working_days.add_working_days(today, WORKING_DAYS)
    return counting.due_on(row.value(), today)


def _must_be_another(matter: Matter, to: Unit | Offering, unit: Unit, today: date) -> None:
    if unit.pk == matter.unit_id:
        raise NotPossible(_("This unit answers for the matter already."))
    if unit.county_id != matter.county_id or not (to.valid_on(today) and unit.valid_on(today)):
        raise NotPossible(_("This is not offered now. Choose another."))
    if actors.unit_holder(unit.pk) in matter.barred_now():
        raise NotPossible(_("The resident has forbidden this unit to see their matters. Choose another."))


def _locked(handover: Handover) -> Handover:
    """The row as it is at this moment; whoever changes it holds its matter."""
    matter = handover.matter.locked()
    handover = Handover.objects.select_related("from_unit", "to_unit", "offering__service").get(
        pk=handover.pk
    )
    handover.matter = matter
    return handover


def _must_wait(handover: Handover) -> None:
    """NotPossible if it has been answered, withdrawn or has expired."""
    if handover.state != Handover.State.OFFERED:
        raise NotPossible(_("This request has been answered or withdrawn already."))


def _answer(handover: Handover, state: Handover.State, now: datetime, reason: str = "") -> None:
    handover.state, handover.answered_at, handover.answer_reason = state, now, reason
    handover.save(update_fields=["state", "answered_at", "answer_reason"])


def _end_part(handover: Handover, now: datetime) -> None:
    """The receiver's right that came with the question ends with it. After the telling, because the
    receiver who refuses must still see the matter while it is told."""
    Participation.objects.at(now).filter(
        matter=handover.matter, unit=handover.to_unit, right=Right.PART, started_at=handover.offered_at
    ).update(ended_at=now)
    handover.matter.refresh_viewers(now)


def _tell(activity: Activity, handover: Handover, *, by: Actor, now: datetime) -> None:
    tell(
        activity,
        handover.matter,
        by=by,
        now=now,
        about=handover,
        handover=handover.pk,
        to_unit=handover.to_unit_id,
        means=handover.kind,
    )
