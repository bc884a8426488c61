"""What can be moved from one matter to another, as pages name it."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may
from kehra.serve.assessments.models import AssessmentPart
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.corrections.actions.moving import Thing
from kehra.serve.corrections.models import Kind
from kehra.serve.corrections.permissions import MOVE
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.messages.models import Attachment, Message

_TABLES: dict[str, tuple[Any, str]] = {
    Kind.ENTRY: (Entry, "matter"),
    Kind.MESSAGE: (Message, "matter"),
    Kind.ATTACHMENT: (Attachment, "message__matter"),
    Kind.APPOINTMENT: (Appointment, "matter"),
    Kind.PART: (AssessmentPart, "assessment__matter"),
}


def thing_in(matter: Matter, kind: str, row_id: int) -> Thing:
    """The row of this kind in the matter; Http404."""
    if kind not in _TABLES:
        raise Http404
    table, path = _TABLES[kind]
    found: Thing = get_object_or_404(table.objects.select_related(path), pk=row_id, **{path: matter})
    return found


def thing_of(kind: str, row_id: int) -> Thing:
    """The row of this kind; Http404."""
    found: Thing = get_object_or_404(_TABLES[kind][0], pk=row_id)
    return found


def movable(by: Actor, matter: Matter, now: datetime) -> list[dict[str, Any]]:
    """All that this worker may move from the matter: what it is, when it came, and how it begins."""
    entries = matter.entries.filter(professional__isnull=False, moved_at=None, entry=None)
    talk = matter.messages.filter(professional__isnull=False, moved_at=None, activity="")
    files = Attachment.objects.filter(message__in=talk, moved_at=None).select_related("message__matter")
    visits = matter.appointments.settled().exclude(state="cancelled")
    parts = AssessmentPart.objects.filter(
        assessment__matter=matter,
        professional__isnull=False,
        signed_at__isnull=False,
        moved_at=None,
        superseded_by=None,
    ).select_related("assessment__matter")
    found: list[tuple[Kind, Any]] = [
        *((Kind.ENTRY, one) for one in entries),
        *((Kind.MESSAGE, one) for one in talk),
        *((Kind.ATTACHMENT, one) for one in files),
        *((Kind.APPOINTMENT, one) for one in visits),
        *((Kind.PART, one) for one in parts),
    ]
    return [
        {"kind": kind.value, "row": thing.pk, **described(thing)}
        for kind, thing in found
        if may(by, MOVE, thing, now=now)
    ]


def described(thing: Thing) -> dict[str, Any]:
    """What it is in a word, when it came, and how its text begins."""
    if isinstance(thing, Entry):
        return {"what": _("An entry"), "at": thing.written_at, "text": thing.text}
    if isinstance(thing, Message):
        return {"what": _("A message to the resident"), "at": thing.sent_at, "text": thing.text}
    if isinstance(thing, Attachment):
        return {"what": _("A file"), "at": thing.message.sent_at, "text": thing.name}
    if isinstance(thing, Appointment):
        return {"what": _("An appointment"), "at": thing.starts_at, "text": thing.professional.name}
    return {
        "what": _("A part of the assessment"),
        "at": thing.signed_at or thing.invited_at,
        "text": "\n".join(text for text in _texts(thing) if text),
    }


def _texts(part: AssessmentPart) -> tuple[str, ...]:
    own = (part.own_words, part.strengths, part.matters_to_me)
    return (part.situation, part.need, part.proposal, *own)
