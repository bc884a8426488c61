"""Writing in the thread of a matter, and telling the resident what has happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import User
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Guardianship, Resident
from kehra.kernel.time import helsinki
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN, WORK
from kehra.serve.messages import jobs, signals
from kehra.serve.messages.models import Attachment, AttachmentContent, EmailState, Message, Notification
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
def announce(resident: Resident, *, by: Actor, now: datetime) -> Notification | None:
    """There is something new for the resident that belongs to no matter: an e-mail says so, and nothing
    else. Asked within the action that did it. None if there is nowhere to write to."""
    require(by, CAUSE, Consequence(resident.county_id), now=now)
    return _email(resident, None, now=now)


@transaction.atomic
def mark_read(matter: Matter, *, by: Actor, now: datetime) -> int:
    """The resident has opened the thread, or one who acts for a resident who has never signed in: what a
    guardian opens is still new to a minor who reads for themselves. Returns how many were new."""
    require(by, DECIDE_OWN, matter, now=now)
    if by.on_behalf_of_id is not None and _reads_for_themselves(matter.resident_id):
        return 0
    return Message.objects.unread_for(by).filter(matter=matter).update(read_at=now)


def _reads_for_themselves(resident_id: int) -> bool:
    return User.objects.filter(resident=resident_id, last_login__isnull=False).exists()


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
    """One e-mail until the resident has read: what is already told to be waiting is not told again. One
    that could not be sent has told nothing. Guardians who are told in place of a resident who reads for
    themselves are told each time: it is not seen when they have read."""
    resident = message.matter.resident
    told = Notification.objects.exclude(state=EmailState.FAILED)
    earlier = told.filter(
        message__matter=message.matter_id, message__to_resident=True, message__read_at__isnull=True
    )
    if not earlier.exists() or (not resident.email and _reads_for_themselves(resident.pk)):
        _email(resident, message, now=now)


def _email(resident: Resident, message: Message | None, *, now: datetime) -> Notification | None:
    addresses = _addresses(resident, now)
    if not addresses:
        return None
    notification = Notification.objects.create(
        county_id=resident.county_id,
        message=message,
        addresses=addresses,
        language=resident.language if resident.language in {"fi", "sv", "en"} else "fi",
        queued_at=now,
    )
    jobs.send_email.defer(notification_id=notification.pk)
    return notification


def _addresses(resident: Resident, now: datetime) -> list[str]:
    """The resident's own address; for one without, those of the guardians of today, unless the
    resident has restricted them."""
    if resident.email:
        return [resident.email]
    if resident.restrictions.filter(from_those_acting_for=True, withdrawn_at__isnull=True).exists():
        return []
    guardianships = Guardianship.objects.on(helsinki.today(now)).filter(child=resident)
    return sorted(email for email in guardianships.values_list("guardian__email", flat=True) if email)
