"""The thread of a matter for programs: reading and writing. Files are sent on the page."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from kehra.kernel.access.api import IdempotencyKey, PathId, Sent, Text
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.journal.models import Activity
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ, parts_seen
from kehra.serve.messages import actions
from kehra.serve.messages.models import Message

api = Router(tags=["messages"])


class MessageIn(Sent):
    """What somebody writes."""

    text: Text


class MessageOut(Schema):
    """`text` is null where the other sector's words are not shown to the caller."""

    id: int
    to_resident: bool
    text: str | None
    written_by: str
    sent_at: datetime


@api.get("/matters/{matter_id}/messages/", response=list[MessageOut], summary="The thread of a matter")
@asks(READ)
def thread(request: Request, matter_id: PathId) -> list[MessageOut]:
    """The oldest first. Reading here marks nothing as read: a program reads, not a person."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter, pk=matter_id)
    require(by, READ, matter, now=now)
    rows = matter.messages.select_related("professional", "unit", "written_by")
    return [_out(message, seen) for message, seen in parts_seen(by, matter, rows, now=now)]


@api.post("/matters/{matter_id}/messages/", response={201: MessageOut}, summary="Write in the thread")
@asks(READ)
def write(request: Request, matter_id: PathId, sent: MessageIn, key: IdempotencyKey) -> Status[MessageOut]:
    """A resident writes to the unit, a professional to the resident."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter, pk=matter_id)
    require(by, READ, matter, now=now)

    def make() -> str:
        return str(actions.send(matter, sent.text, by=by, now=now).pk)

    made = once(key, make, by=by, now=now)
    return Status(201, _out(get_object_or_404(matter.messages, pk=made), seen=True))


def _out(message: Message, seen: bool) -> MessageOut:
    text = message.text or Activity.named(message.activity).say(message.data)
    author = message.professional or message.written_by or message.unit
    return MessageOut(
        id=message.pk,
        to_resident=message.to_resident,
        text=text if seen else None,
        written_by=str(author) if author else "",
        sent_at=message.sent_at,
    )
