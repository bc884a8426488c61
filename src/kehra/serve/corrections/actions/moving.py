"""Something was written, sent, attached, booked or assessed in the wrong matter. The right matter gets it
with its author and its time; where it stood it is not shown any more, and both matters say so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.corrections import signals
from kehra.serve.corrections.actions import incidents, visits
from kehra.serve.corrections.models import Correction, Kind
from kehra.serve.corrections.permissions import MOVE
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.permissions import WORK
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import Attachment, Message
from kehra.serve.records import actions as records

Thing = Entry | Message | Attachment | Appointment | AssessmentPart

# What stays when an appointment has been moved: it was agreed on, whatever became of it.
_AGREED = (State.BOOKED, State.ARRIVED, State.DONE, State.NO_SHOW)


@transaction.atomic
def move(thing: Thing, to: Matter, reason: str, *, by: Actor, now: datetime) -> Correction:
    """It stands in `to` from now on. Raises NotPossible without a reason, for the same matter, a closed
    one, a text of the resident, a part that is not signed, and a visit at a time when the right person is
    expected elsewhere. If the matters are of two persons, the officer is told of the breach."""
    Appointment.objects.lock_for(to)
    both = {one.pk: one.locked() for one in sorted((thing.matter, to), key=lambda one: one.pk)}
    wrong, to = both[thing.matter.pk], both[to.pk]
    thing = type(thing)._default_manager.get(pk=thing.pk)
    require(by, MOVE, thing, now=now)
    require(by, WORK, to, now=now)
    _must_be_possible(thing, wrong, to, reason)
    since = _written_at(thing)
    kind = _carry(thing, to, by=by, now=now)
    correction = Correction.objects.create(
        county_id=wrong.county_id,
        kind=kind,
        about=thing.pk,
        from_matter=wrong,
        to_matter=to,
        reason=reason.strip(),
        made_at=now,
        professional_id=by.professional_id or 0,
        unit_id=by.unit_id or 0,
    )
    # Only written down where it stood: an e-mail about it would make the mistake larger.
    JournalEntry.objects.note(
        signals.MOVED_OUT,
        at=now,
        county_id=wrong.county_id,
        matter_id=wrong.pk,
        unit_id=by.unit_id,
        role=by.speaks_as,
        what=kind.value,
    )
    tell(signals.MOVED_IN, to, by=by, now=now, about=correction, what=kind.value)
    if correction.between_persons:
        incidents.note(to.resident, wrong.resident, of=correction, since=since, by=by, now=now)
    return correction


def _must_be_possible(thing: Thing, wrong: Matter, to: Matter, reason: str) -> None:
    if not reason.strip():
        raise NotPossible(_("Say why it belongs to the other matter."))
    if wrong.pk == to.pk:
        raise NotPossible(_("It stands in this matter already. Choose another one."))
    must_be_open(to)
    if _is_of_resident(thing):
        raise NotPossible(
            _("The resident wrote this. It stays where they wrote it; write an entry in the right matter.")
        )
    if isinstance(thing, Message) and thing.activity:
        raise NotPossible(_("The program wrote this notice. It stays where it happened."))
    if isinstance(thing, Appointment) and thing.state not in _AGREED:
        raise NotPossible(_("This time has been moved or cancelled already."))
    if isinstance(thing, AssessmentPart) and any(one.signed_at is None for one in thing.versions()):
        raise NotPossible(_("This part has not been signed. Say that it is not needed, and write it anew."))


def _is_of_resident(thing: Thing) -> bool:
    if isinstance(thing, Appointment):
        return False
    return (thing.message if isinstance(thing, Attachment) else thing).professional_id is None and not (
        isinstance(thing, Message) and thing.activity
    )


def _written_at(thing: Thing) -> datetime:
    """From when on it could be seen in the wrong matter."""
    if isinstance(thing, Entry):
        return thing.written_at
    if isinstance(thing, Message):
        return thing.sent_at
    if isinstance(thing, Attachment):
        return thing.message.sent_at
    if isinstance(thing, Appointment):
        return thing.made_at
    return thing.signed_at or thing.invited_at


def _carry(thing: Thing, to: Matter, *, by: Actor, now: datetime) -> Kind:
    """Makes the row in the right matter, and says what it is."""
    if isinstance(thing, Entry):
        _carry_entry(thing, to, now)
        return Kind.ENTRY
    if isinstance(thing, Message):
        messages.carry(thing, to, by=by, now=now)
        return Kind.MESSAGE
    if isinstance(thing, Attachment):
        _carry_file(thing, to, by, now)
        return Kind.ATTACHMENT
    if isinstance(thing, Appointment):
        visits.carry(thing, to, by=by, now=now)
        return Kind.APPOINTMENT
    _carry_part(thing, to, now)
    return Kind.PART


def _carry_entry(entry: Entry, to: Matter, now: datetime) -> None:
    """The text with its earlier versions, which stood in the wrong matter as well."""
    before: Entry | None = None
    for version in entry.versions():
        before = version.carry(now, matter=to, supersedes=before)
        records.follow(version, by=actors.system(version.matter.county_id), now=now)


def _carry_file(attachment: Attachment, to: Matter, by: Actor, now: datetime) -> None:
    """The file alone, in a notice of its own: what was written beside it is about the other matter."""
    message = messages.notice(to, signals.FILE_MOVED, by=by, now=now)
    if message is not None:
        attachment.carry(now, message=message)


def _carry_part(part: AssessmentPart, to: Matter, now: datetime) -> None:
    """The part with its earlier versions, in the assessment of its sector that is open in the right matter,
    or in one that is begun for it."""
    assessment = to.assessments.filter(sector=part.assessment.sector, completed_at__isnull=True).first()
    if assessment is None:
        assessment = Assessment.objects.create(
            matter=to, unit=part.assessment.unit, sector=part.assessment.sector, opened_at=part.invited_at
        )
    before: AssessmentPart | None = None
    for version in part.versions():
        resident = to.resident if version.resident_id is not None else None
        before = version.carry(now, assessment=assessment, supersedes=before, resident=resident)
