"""The matter of the right person, built from that of the wrong one: each text once, with its author and its
time. What the wrong person wrote themselves is theirs and does not go along, unless somebody wrote who acts
for others: who chose the wrong child meant the right one with every word."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import Activity, JournalEntry
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.assessments import signals as assessments
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.booking.models.appointments import Appointment, CancelReason, Offer, State
from kehra.serve.contacts import signals as contacts
from kehra.serve.contacts.models import Contact, Notifier
from kehra.serve.corrections.actions import visits
from kehra.serve.matters import signals as matters
from kehra.serve.matters.models.clock import Clock, Pause
from kehra.serve.matters.models.matter import Matter, barred_holders
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.models.record import Entry
from kehra.serve.records import actions as records
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import CAUSE, Consequence
from kehra.serve.tasks.rules import TaskKind
from kehra.serve.tasks.signals import HANDOVER

# The rows of a kind of part that took each other's place, by id.
Places = dict[int, int]

_GOES_ON = (State.BOOKED, State.ARRIVED, State.DONE, State.NO_SHOW)
_OF_A_PROMISE = {matters.PROMISED.name, matters.CLOCK_STOPPED.name}


@transaction.atomic
def rebuild(wrong: Matter, resident: Resident, *, by: Actor, now: datetime) -> Matter:
    """The right person's matter, with its texts, promises, visits and what waits in it. The caller has
    asked, and hides the wrong one."""
    require(by, CAUSE, Consequence(wrong.county_id), now=now)
    _withdraw_questions(wrong, now)
    right = _row(wrong, resident)
    _carry_participations(wrong, right)
    right.refresh_viewers(now)
    all_words = _was_written_by_one_who_acts(wrong)
    _carry_contact(wrong, right)
    _carry_entries(wrong, right, all_words, now)
    _carry_messages(wrong, right, all_words, now)
    parts = _carry_assessments(wrong, right, all_words, now)
    _carry_visits(wrong, right, by, now)
    _carry_promises(wrong, right, now)
    _tell_again(wrong, right, all_words, now)
    _carry_tasks(wrong, right, {assessments.PART.name: parts, **_carry_calls(wrong, right, now)}, by, now)
    return right


def _row(wrong: Matter, resident: Resident) -> Matter:
    return Matter.objects.create(
        resident=resident,
        **{
            name: getattr(wrong, name)
            for name in (
                "county",
                "service",
                "unit",
                "responsible",
                "sector",
                "urgency",
                "channel",
                "opened_at",
                "closed_at",
                "outcome",
            )
        },
    )


def _withdraw_questions(wrong: Matter, now: datetime) -> None:
    """A unit that was asked, and times that were offered: they were about somebody else."""
    wrong.handovers.waiting().update(state=Handover.State.WITHDRAWN, answered_at=now)
    Appointment.objects.filter(matter=wrong, state=State.HELD).delete()
    for offer in Offer.objects.filter(matter=wrong, state=Offer.State.OPEN):
        offer.end(Offer.State.WITHDRAWN, CancelReason.WITHDRAWN, now=now)


def _carry_participations(wrong: Matter, right: Matter) -> None:
    """The same units from the same moments, but those whom the right person has forbidden."""
    barred = barred_holders(right.resident_id)
    for one in wrong.participations.filter(ended_at=None):
        if actors.unit_holder(one.unit_id) not in barred:
            right.participations.create(
                unit=one.unit, right=one.right, shares=one.shares, started_at=one.started_at
            )


def _was_written_by_one_who_acts(wrong: Matter) -> bool:
    """Whether one who acted for the wrong person told the need: neither staff nor they themselves."""
    contact = Contact.objects.filter(matter=wrong, professional=None).select_related("writer").first()
    writer = contact.writer if contact is not None else None
    return writer is not None and writer.resident_id != wrong.resident_id


def _carry_contact(wrong: Matter, right: Matter) -> None:
    contact = Contact.objects.filter(matter=wrong).first()
    if contact is None:
        return
    notifier = Notifier.objects.filter(contact=contact).first()
    contact.pk, contact._state.adding = None, True
    contact.matter, contact.resident_id = right, right.resident_id
    contact.save()
    if notifier is not None:
        notifier.contact, notifier._state.adding = contact, True
        notifier.pk = contact.pk
        notifier.save(force_insert=True)


def _carry_entries(wrong: Matter, right: Matter, all_words: bool, now: datetime) -> None:
    """The words with which it was opened go along, whoever wrote them."""
    places: dict[int, Entry] = {}
    for entry in wrong.entries.filter(moved_at=None).order_by("written_at", "pk"):
        if entry.professional_id is not None or all_words or entry.written_at == wrong.opened_at:
            before = places.get(entry.supersedes_id or 0)
            places[entry.pk] = entry.carry(now, matter=right, supersedes=before)
            records.follow(entry, by=actors.system(entry.matter.county_id), now=now)


def _carry_messages(wrong: Matter, right: Matter, all_words: bool, now: datetime) -> None:
    """What was read was read by another: for the right person it is new."""
    for message in wrong.messages.filter(moved_at=None, activity=""):
        if message.to_resident or all_words:
            read_at = None if message.to_resident else message.read_at
            message.carry(now, matter=right, read_at=read_at)


def _carry_assessments(wrong: Matter, right: Matter, all_words: bool, now: datetime) -> Places:
    places: dict[int, AssessmentPart] = {}
    for old in wrong.assessments.order_by("opened_at", "pk"):
        new = Assessment.objects.get(pk=old.pk)
        new.pk, new._state.adding, new.matter = None, True, right
        new.save()
        for part in old.parts.filter(moved_at=None):
            if part.professional_id is not None or all_words:
                places[part.pk] = part.carry(
                    now,
                    assessment=new,
                    supersedes=places.get(part.supersedes_id or 0),
                    resident=right.resident if part.resident_id is not None else None,
                )
    return {before: after.pk for before, after in places.items()}


def _carry_visits(wrong: Matter, right: Matter, by: Actor, now: datetime) -> None:
    for visit in Appointment.objects.filter(matter=wrong, state__in=_GOES_ON).order_by("pk"):
        try:
            visits.carry(visit, right, by=by, now=now)
        except NotPossible as taken:
            raise NotPossible(
                _(
                    "The right person has another appointment at the time of the visit in this matter. "
                    "Cancel or move one of the two first."
                )
            ) from taken


def _carry_promises(wrong: Matter, right: Matter, now: datetime) -> None:
    """Those that the first contact begins are counted for the right person, whose age may be another; what
    was answered, is answered. The others go on as they are."""
    Clock.objects.start_for(right, "contact", now=wrong.opened_at)
    for old in Clock.objects.filter(matter=wrong).select_related("limit").order_by("pk"):
        if old.limit.event == "contact":
            new = Clock.objects.filter(matter=right, limit__promise=old.limit.promise).first()
        else:
            new = Clock.objects.create(
                matter=right,
                limit=old.limit,
                started_on=old.started_on,
                statutory_on=old.statutory_on,
                promised_on=old.promised_on,
            )
        if new is not None:
            _take_course(old, new)
        if old.running:  # a promise to the wrong person binds nobody, and no figure counts it
            old.stop(helsinki.today(now))


def _take_course(old: Clock, new: Clock) -> None:
    for pause in old.pauses.all():
        Pause.objects.create(clock=new, reason=pause.reason, days=pause.days)
    if old.stopped_on is not None:
        new.stop(old.stopped_on)


def _tell_again(wrong: Matter, right: Matter, all_words: bool, now: datetime) -> None:
    """The course of the matter with its true times, entered now. The wrong person's own deeds are not told,
    nor promises that do not hold for the right one."""
    before = set(wrong.clocks.values_list("limit__code", flat=True))
    clocks = {clock.limit.code: clock for clock in right.clocks.select_related("limit")}
    for note in JournalEntry.objects.filter(matter_id=wrong.pk).order_by("seq"):
        own = note.role == "resident" and not all_words and note.activity != matters.OPENED.name
        void = note.activity in _OF_A_PROMISE and note.data.get("limit") not in clocks
        if not own and not void:
            _note(
                Activity.named(note.activity),
                right,
                note.happened_at,
                now,
                note.unit_id,
                note.role,
                note.data,
            )
    for code in clocks.keys() - before:
        promised = {"due_on": clocks[code].promised_on, "limit": code}
        _note(matters.PROMISED, right, wrong.opened_at, now, right.unit_id, "", promised)


def _note(
    activity: Activity,
    right: Matter,
    happened_at: datetime,
    now: datetime,
    unit_id: int | None,
    role: str,
    data: dict[str, Any],
) -> None:
    JournalEntry.objects.note(
        activity,
        at=now,
        happened_at=happened_at,
        county_id=right.county_id,
        matter_id=right.pk,
        unit_id=unit_id,
        role=role,
        **{**data, "corrected": True},
    )


def _carry_calls(wrong: Matter, right: Matter, now: datetime) -> dict[str, Places]:
    """Who waits for a call waits on: the number was given by the right person. The old row says when it
    ended, and that nobody was called."""
    places: Places = {}
    for call in wrong.call_backs.filter(done_at=None):
        old = call.pk
        wrong.call_backs.filter(pk=old).update(done_at=now)
        call.pk, call._state.adding, call.matter = None, True, right
        call.save()
        places[old] = call.pk
    return {contacts.CALL.name: places}


def _carry_tasks(wrong: Matter, right: Matter, places: dict[str, Places], by: Actor, now: datetime) -> None:
    """What waits in the wrong matter waits in the right one for those who may see it."""
    for task in _that_go_on(wrong, right):
        keys = places.get(task.kind, {})
        opened = tasks.open_task(
            kind=TaskKind.named(task.kind),
            unit=task.unit,
            matter=right,
            professional=task.professional,
            key=str(keys.get(int(task.key), task.key)) if task.key.isdecimal() else task.key,
            urgency=task.urgency,
            due_on=task.due_on,
            by=by,
            now=now,
        )
        type(opened).objects.filter(pk=opened.pk).update(opened_at=task.opened_at)


def _that_go_on(wrong: Matter, right: Matter) -> Iterable[Task]:
    takes_part = set(right.participations.values_list("unit_id", flat=True))
    waiting = wrong.tasks.waiting().exclude(kind=HANDOVER.name).select_related("unit", "professional")
    return [task for task in waiting if task.unit_id in takes_part]
