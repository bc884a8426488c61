"""A professional takes a matter, writes in it, sets its urgency, and closes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Professional
from kehra.serve.matters import signals
from kehra.serve.matters.actions.telling import answer_by_judging, answer_promises, tell, tell_stopped
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.record import Entry, PartKind
from kehra.serve.matters.permissions import ANSWER_FOR, GIVE, WORK, may_serve
from kehra.serve.matters.rules import BY_REACHING


def must_be_open(matter: Matter) -> None:
    """Raises NotPossible for a closed matter."""
    if not matter.is_open:
        raise NotPossible(_("The matter has been closed. Open a new matter if there is a new need."))


@transaction.atomic
def take(matter: Matter, *, by: Actor, now: datetime, happened_at: datetime | None = None) -> Matter:
    """The actor becomes responsible for a matter that waits. Taking it twice is one taking."""
    matter = matter.locked()
    require(by, ANSWER_FOR, matter, now=now)
    must_be_open(matter)
    LateRule.objects.must_allow(happened_at, since=matter.opened_at, now=now)
    if matter.responsible_id == by.professional_id:
        return matter
    if matter.responsible_id is not None:
        raise NotPossible(_("A colleague has already taken this matter."))
    matter.responsible_id = by.professional_id
    matter.save(update_fields=["responsible"])
    tell(signals.TAKEN, matter, by=by, now=now, happened_at=happened_at)
    answer_promises(matter, BY_REACHING, by=by, now=now, happened_at=happened_at)
    return matter


@transaction.atomic
def give(matter: Matter, professional: Professional | None, *, by: Actor, now: datetime) -> Matter:
    """Somebody else who does the unit's work with residents becomes responsible; None puts the matter
    back to wait. Raises NotPossible for anybody else, and for the resident or their guardian in their
    professional role."""
    matter = matter.locked()
    require(by, GIVE, matter, now=now)
    must_be_open(matter)
    if professional is not None and not may_serve(professional, matter.unit_id, matter.resident_id, now=now):
        raise NotPossible(_("This person does not work in the unit that answers for the matter."))
    matter.responsible = professional
    matter.save(update_fields=["responsible"])
    tell(signals.GIVEN, matter, by=by, now=now)
    return matter


@transaction.atomic
def write(
    matter: Matter,
    text: str,
    *,
    by: Actor,
    now: datetime,
    supersedes: Entry | None = None,
    happened_at: datetime | None = None,
) -> Entry:
    """A professional's entry in the matter, or one that corrects an earlier entry of theirs. Raises
    NotPossible for an entry of another matter or writer, or one that has been corrected already. A
    correction is about the same time as what it corrects."""
    matter = matter.locked()
    require(by, WORK, matter, now=now)
    must_be_open(matter)
    LateRule.objects.must_allow(happened_at, since=matter.opened_at, now=now)
    if supersedes is not None:
        _must_be_correctable(supersedes, matter, by)
        happened_at = supersedes.happened_at
    entry = Entry.objects.create(
        matter=matter,
        kind=PartKind.ENTRY,
        sector=by.sector or matter.sector,
        text=text,
        written_at=now,
        happened_at=happened_at,
        professional_id=by.professional_id,
        unit_id=by.unit_id,
        supersedes=supersedes,
    )
    activity = signals.CORRECTED if supersedes else signals.WRITTEN
    tell(activity, matter, by=by, now=now, about=entry, happened_at=None if supersedes else happened_at)
    return entry


@transaction.atomic
def set_urgency(
    matter: Matter, urgency: int, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> Matter:
    """A professional judges the urgency; it replaces what the form or the caller said. A registered
    professional's judgement is the assessment that the law promises on the day of the contact, and the
    times until treatment are counted from it."""
    matter = matter.locked()
    require(by, WORK, matter, now=now)
    must_be_open(matter)
    LateRule.objects.must_allow(happened_at, since=matter.opened_at, now=now)
    matter.urgency = Urgency(urgency)
    matter.save(update_fields=["urgency"])
    tell(signals.URGENCY_SET, matter, by=by, now=now, happened_at=happened_at, urgency=int(urgency))
    answer_by_judging(matter, by=by, now=now, happened_at=happened_at)
    return matter


@transaction.atomic
def close(matter: Matter, outcome: str, *, by: Actor, now: datetime) -> Matter:
    """The matter ends with an outcome (code system "outcome"); every clock stops and is judged."""
    matter = matter.locked()
    require(by, ANSWER_FOR, matter, now=now)
    must_be_open(matter)
    if matter.handovers.filter(state="offered").exists():
        raise NotPossible(_("Another unit has not answered yet. Withdraw the request first."))
    tell_stopped(Clock.objects.stop_for(matter, now=now), by=by, now=now)
    matter.closed_at = now
    matter.outcome = outcome
    matter.save(update_fields=["closed_at", "outcome"])
    tell(signals.CLOSED, matter, by=by, now=now, outcome=outcome)
    return matter


def _must_be_correctable(entry: Entry, matter: Matter, by: Actor) -> None:
    if entry.matter_id != matter.pk:
        raise NotPossible(_("The entry belongs to another matter."))
    if entry.professional_id is None or entry.professional_id != by.professional_id:
        raise NotPossible(_("Only the one who wrote an entry can correct it."))
    if Entry.objects.filter(supersedes=entry).exists():
        raise NotPossible(_("This entry has been corrected already. Correct the newer one."))
