"""The thread of a matter, and the resident's list of threads."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks, takes_files
from kehra.kernel.access.permissions import may, require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.journal.models import Activity
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN, READ, SEE_PART, WORK, parts_seen
from kehra.serve.messages import actions
from kehra.serve.messages.forms import MessageForm
from kehra.serve.messages.models import Attachment, EmailState, Message, Notification
from kehra.serve.messages.rules import MAX_TOGETHER

MIB = 1024 * 1024  # for the text and for what stands between the files


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial messages/section.html shows of a matter's thread: at most three queries."""
    thread = matter.messages.select_related("professional", "unit", "written_by").prefetch_related(
        "attachments"
    )
    unsure = Notification.objects.filter(message=OuterRef("pk"), state=EmailState.UNKNOWN)
    thread = thread.annotate(unsure=Exists(unsure))
    permission = DECIDE_OWN if by.kind == "resident" else WORK
    return {
        "matter": matter,
        "thread": [
            {"message": message, "seen": seen, "sentence": _sentence(message)}
            for message, seen in parts_seen(by, matter, thread, now=now)
        ],
        "may_write": matter.is_open and may(by, permission, matter, now=now),
        "is_resident": by.kind == "resident",
    }


def _sentence(message: Message) -> str:
    return Activity.named(message.activity).say(message.data) if message.activity else ""


@asks(READ)
@require_GET
def threads(request: Request) -> HttpResponse:
    """The resident's matters that have messages, the latest first."""
    by, now = request.actor, request.now
    new = Count("messages", filter=Q(messages__to_resident=True, messages__read_at__isnull=True))
    matters = (
        visible(by, READ, Matter.objects.all())
        .filter(resident=by.resident_id)
        .annotate(latest=Max("messages__sent_at"), new=new)
        .filter(latest__isnull=False)
        .select_related("service", "unit")
        .order_by("-latest")[:100]
    )
    return render(request, "messages/threads.html", {"matters": shown(by, READ, matters, now=now)})


@takes_files(MAX_TOGETHER + MIB)
@asks(READ)
@require_http_methods(["GET", "POST"])
def thread(request: Request, matter_id: int) -> HttpResponse:
    """Reads and writes in the thread. What the resident had not seen counts as read from now on."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("service", "unit", "resident"), pk=matter_id)
    require(by, READ, matter, now=now)
    sent = request.method == "POST"
    form = MessageForm(request.POST, request.FILES) if sent else MessageForm()
    if sent and form.is_valid():
        path = once(form.cleaned_data["once"], lambda: _send(matter, form, request), by=by, now=now)
        notices.success(request, _("Your message was sent."))
        return redirect(path)
    if by.kind == "resident":
        actions.mark_read(matter, by=by, now=now)
    reader = Message.objects.reader(matter, now)
    context = section_for(by, matter, now) | {
        "form": form,
        "reader": reader,
        "unit_open": reader.is_open(now),
    }
    return render(request, "messages/thread.html", context, status=422 if form.errors else 200)


def _send(matter: Matter, form: MessageForm, request: Request) -> str:
    data = form.cleaned_data
    actions.send(matter, data["text"], data["attached"], by=request.actor, now=request.now)
    return reverse("messages:thread", args=[matter.pk])


@asks(SEE_PART)
@require_GET
def attachment(request: Request, attachment_id: int) -> HttpResponse:
    """A file of a message, by the permission of its message; never shown inside a page."""
    found = get_object_or_404(
        Attachment.objects.select_related("message__matter__resident"), pk=attachment_id
    )
    require(request.actor, SEE_PART, found, now=request.now)
    response = HttpResponse(bytes(found.attachmentcontent.content), content_type=found.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
