"""Writing in the thread of a matter, and telling the resident what has happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN, WORK
from kehra.serve.messages import outbox, signals
from kehra.serve.messages.models import (
    Attachment,
    AttachmentContent,
    Channel,
    EmailState,
    Message,
    Notification,
)
from kehra.serve.messages.rules import MAX_FILES, File
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.permissions import CAUSE, Consequence


@transaction.atomic
def send(matter: Matter, text: str, files: Sequence[File] = (), *, by: Actor, now: datetime) -> Message:
    """A message of the resident to the unit that reads it (`Message.objects.reader`), in the sector of that
    unit: the resident's own words are for the one who asked (docs/decisions/0010). It opens a task for the
    unit. Or a message of a worker to the resident, which answers it."""
    from_resident = by.kind == "resident"
    matter = matter.locked()
    require(by, DECIDE_OWN if from_resident else WORK, matter, now=now)
    must_be_open(matter)
    if len(files) > MAX_FILES:
        raise NotPossible(_("Send at most %(number)s files in one message.") % {"number": MAX_FILES})
    reader = Message.objects.reader(matter, now)
    message = Message.objects.create(
        matter=matter,
        sector=reader.sector if from_resident else by.sector or matter.sector,
        to_resident=not from_resident,
        professional_id=by.professional_id,
        unit_id=by.unit_id,
        written_by_id=by.own_resident_id if from_resident else None,
        text=text,
        sent_at=now,
    )
    _attach(message, files)
    if from_resident:
        _wait_for(reader, matter, by=by, now=now)
    else:
        for unit in _answered_for(matter, by):
            tasks.finish_tasks(matter=matter, kind=signals.UNREAD, unit=unit, by=by, now=now)
        _notify(message, now=now)
    activity = signals.RESIDENT_WROTE if from_resident else signals.UNIT_WROTE
    tell(activity, matter, by=by, now=now, about=message, files=len(files))
    return message


@transaction.atomic
def notice(
    matter: Matter, activity: Activity, *, by: Actor, now: datetime, **data: str | int
) -> Message | None:
    """Something happened in the matter that the resident should know: a notice in the thread. Asked
    within the action that did it: one who opens a matter for another unit does not see it. None if it was
    the resident's own doing."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    if by.kind == "resident":
        return None
    message = Message.objects.create(
        matter=matter,
        sector=matter.sector,
        to_resident=True,
        unit_id=by.unit_id,
        activity=activity.name,
        data=data,
        sent_at=now,
    )
    _notify(message, now=now)
    return message


@transaction.atomic
def announce(
    resident: Resident, sentence: str | Promise = "", *, unit: Unit | None = None, by: Actor, now: datetime
) -> None:
    """There is something new for the resident that belongs to no matter: an e-mail or text message says so,
    and nothing else; a letter, printed by the actor's unit or by `unit`, says the `sentence`, in the
    receiver's language. Asked within the action that did it."""
    require(by, CAUSE, Consequence(resident.county_id), now=now)
    if by.unit_id is not None:
        unit = Unit.objects.get(pk=by.unit_id)
    for way in outbox.ways(resident, now):
        with translation.override(way.receiver.written_language):
            text = str(
                sentence or _("There is something new for you in our service. Call us and we tell you.")
            )
        outbox.queue(way, unit=unit, text=text, now=now)


@transaction.atomic
def note_unreached(
    notification: Notification, *, wrong_address: bool, by: Actor, now: datetime
) -> Notification | None:
    """An e-mail or text message reached nobody: a wrong address is not used again, the next way is tried,
    and the unit of the matter is asked to call or write. Returns what was queued by the next way."""
    require(by, CAUSE, Consequence(notification.county_id), now=now)
    receiver, matter = notification.receiver, notification.matter
    if wrong_address and receiver is not None:
        field = "email_failed_at" if notification.channel == Channel.EMAIL else "sms_failed_at"
        setattr(receiver, field, now)
        receiver.save(update_fields=[field])
    if matter is not None and matter.is_open:
        tasks.open_task(
            kind=signals.UNREACHED,
            unit=matter.unit,
            matter=matter,
            key=str(notification.receiver_id),
            urgency=matter.urgency,
            by=by,
            now=now,
        )
    return outbox.again(notification, unit=matter.unit if matter is not None else None, now=now)


@transaction.atomic
def mark_read(matter: Matter, *, by: Actor, now: datetime) -> int:
    """The resident has opened the thread, or one who acts for a resident who has never signed in: what a
    guardian opens is still new to a minor who reads for themselves. Returns how many were new."""
    require(by, DECIDE_OWN, matter, now=now)
    if by.on_behalf_of_id is not None and outbox.reads_for_themselves(matter.resident_id):
        return 0
    return Message.objects.unread_for(by).filter(matter=matter).update(read_at=now)


@transaction.atomic
def carry(message: Message, matter: Matter, *, by: Actor, now: datetime) -> Message:
    """A message that was written in the wrong matter stands in `matter`, with its author and time, and its
    resident is told that there is something to read. Asked within the action that corrects."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    carried = message.carry(now, matter=matter, read_at=None)
    withdraw_notices(message.matter, by=by, now=now)
    if carried.to_resident:
        _notify(carried, now=now)
    return carried


@transaction.atomic
def withdraw_notices(matter: Matter, *, by: Actor, now: datetime) -> int:
    """What waits to be sent or printed about this matter is not: a letter that would say what has been moved,
    and everything, if nothing is left to read or the matter is another person's. Returns how many were
    stopped in time."""
    require(by, CAUSE, Consequence(matter.county_id), now=now)
    queued = Notification.objects.filter(
        Q(matter=matter) | Q(message__matter=matter), state=EmailState.QUEUED
    )
    unread = Message.objects.filter(matter=matter, to_resident=True, read_at=None, moved_at=None)
    if matter.mistaken_at is None:
        moved = Q(message__moved_at__isnull=False)
        nothing_left = moved if not unread.exists() else moved & Q(channel=Channel.LETTER)
        queued = queued.filter(nothing_left)
    return queued.update(state=EmailState.WITHDRAWN)


def _attach(message: Message, files: Iterable[File]) -> None:
    for file in files:
        attachment = Attachment.objects.create(
            message=message, name=file.name, content_type=file.content_type, size=len(file.content)
        )
        AttachmentContent.objects.create(attachment=attachment, content=file.content)


def _answered_for(matter: Matter, by: Actor) -> QuerySet[Unit]:
    """Whose waiting a worker's message ends: that of the units of the worker's sector, who see the same."""
    units = Unit.objects.filter(participation__matter=matter).distinct()
    return units.filter(sector=by.sector) if by.sector else units


def _wait_for(reader: Unit, matter: Matter, *, by: Actor, now: datetime) -> None:
    tasks.open_task(
        kind=signals.UNREAD,
        unit=reader,
        matter=matter,
        professional=matter.responsible if reader == matter.unit else None,
        urgency=matter.urgency,
        by=by,
        now=now,
    )


def _notify(message: Message, *, now: datetime) -> None:
    """One e-mail or text message until the resident has read: what is already told to be waiting is not
    told again. One that could not be sent has told nothing. Those who are told beside or in place of a
    resident who reads for themselves are told each time: it is not seen when they have read. A letter says
    it itself, so each message is in one."""
    matter = message.matter
    earlier = Notification.objects.filter(
        message__matter=matter, message__to_resident=True, message__read_at__isnull=True
    ).exclude(Q(state__in=[EmailState.FAILED, EmailState.WITHDRAWN]) | Q(channel=Channel.LETTER))
    for way in outbox.ways(matter.resident, now):
        beside = way.receiver != matter.resident and outbox.reads_for_themselves(matter.resident_id)
        told = way.channel != Channel.LETTER and earlier.filter(receiver=way.receiver).exists()
        if beside or not told:
            outbox.queue(way, message=message, matter=matter, unit=message.unit or matter.unit, now=now)
