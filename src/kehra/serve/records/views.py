"""Where the record is, what is on its way there, and the same person in the other system."""

import json
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks, public
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import PartKind
from kehra.serve.matters.permissions import parts_seen
from kehra.serve.records import actions, declared, jobs
from kehra.serve.records.models import Launch, Sending
from kehra.serve.records.permissions import OPEN_ELSEWHERE, SEND_AGAIN
from kehra.serve.records.rules.declaration import KINDS, SECTORS, System
from kehra.serve.records.rules.document import CODE, REGISTER_NUMBER, text

LONGEST_ASKED = 4096


@public("says which system holds which kind of data; shows nobody's data")
@require_GET
def where(request: Request) -> HttpResponse:
    """Each kind of data, and which system holds it."""
    declaration = declared.current()
    rows: list[tuple[Any, Any, System | None]] = []
    for kind, words in KINDS.items():
        by_sector = {
            sector: declaration.holder(kind, sector)
            for sector in SECTORS
            if (kind, sector) in declaration.truth
        }
        if by_sector:
            rows += [(words, SECTORS[sector], system) for sector, system in by_sector.items()]
        else:
            rows.append((words, "", declaration.holder(kind, "")))
    return render(request, "records/where.html", {"rows": rows})


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial records/section.html shows: the doors to the same person, and the entries of the
    reader's sector that are not in the other system yet. Nothing is asked where there is no other system."""
    declaration = declared.current()
    holder = declaration.holder("entry", by.sector)
    if holder is None and not declaration.to_open(by.sector):
        return {"records_beside": False}
    works = may(by, OPEN_ELSEWHERE, matter, now=now)
    known = matter.resident.identified
    waiting = Sending.objects.filter(entry__matter=matter, entry__sector=by.sector).exclude(state="taken")
    return {
        "records_beside": works,
        "records_holder": holder,
        "records_systems": declaration.to_open(by.sector) if known else [],
        "records_unidentified": not known,
        "records_waiting": list(waiting.select_related("entry").order_by("queued_at")) if works else [],
    }


def is_empty(shown: dict[str, Any]) -> bool:
    """Whether there is nothing beside Kehrä for this reader."""
    return not shown["records_beside"]


@asks(OPEN_ELSEWHERE)
@require_GET
def as_text(request: Request, matter_id: int) -> HttpResponse:
    """The entries that the reader may read, as text with headings, to copy into a system without FHIR."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service", "unit"), pk=matter_id)
    require(by, OPEN_ELSEWHERE, matter, now=now)
    rows = matter.entries.filter(kind=PartKind.ENTRY, moved_at__isnull=True, entry__isnull=True)
    rows = rows.select_related("professional", "unit__county", "matter__service", "matter__resident")
    texts = [
        text(jobs.facts_of(entry), _headings())
        for entry, seen in parts_seen(by, matter, rows, now=now)
        if seen
    ]
    return render(request, "records/as_text.html", {"matter": matter, "texts": texts})


@asks(OPEN_ELSEWHERE)
@require_GET
def elsewhere(request: Request, matter_id: int, code: str) -> HttpResponse:
    """Goes to the same person in the other system. The address carries a token and no name."""
    matter = get_object_or_404(Matter.objects.select_related("resident"), pk=matter_id)
    system = declared.current().systems.get(code)
    if system is None or not system.opens:
        raise Http404
    token = actions.launch(matter, system, by=request.actor, now=request.now)
    return HttpResponseRedirect(f"{system.opens}?{urlencode({'iss': settings.PUBLIC_URL, 'launch': token})}")


@csrf_exempt  # no browser comes here
@public("a system shows the secret that it and Kehrä know, and a token; the action asks TELL_WHO")
@require_POST
def who(request: Request) -> HttpResponse:
    """Whom a link stands for. A wrong secret, token or system looks like nothing at all."""
    system, token = _asking_system(request), _token(request)
    launch = Launch.objects.with_token(token, system.code, request.now) if system and token else None
    if launch is None:
        raise Http404
    found = actions.tell_who(launch, by=actors.system(launch.matter.county_id), now=request.now)
    given, family = found.names
    return JsonResponse(
        {
            "patient": {
                "identifier": {"system": CODE, "value": found.code},
                "name": {"family": family, "given": given},
                "birthDate": found.birth_date.isoformat() if found.birth_date else None,
            },
            "practitioner": {
                "identifier": {"system": REGISTER_NUMBER, "value": found.register_number},
                "name": found.professional,
            },
            "organization": {"name": found.unit},
        }
    )


@asks(SEND_AGAIN)
@require_POST
def send_again(request: Request, sending_id: UUID) -> HttpResponse:
    """Tries again what was refused."""
    sending = get_object_or_404(Sending.objects.select_related("entry__matter"), pk=sending_id)
    actions.send_again(sending, by=request.actor, now=request.now)
    notices.success(request, _("The entry is being sent again."))
    return redirect("matter", sending.matter.pk)


def _headings() -> dict[str, str]:
    return {"when": _("When"), "who": _("Who wrote"), "about": _("About"), "entry": _("Entry")}


def _asking_system(request: Request) -> System | None:
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    for system in declared.current().systems.values():
        known = declared.secret_of(system)
        if scheme == "Bearer" and known and secrets.compare_digest(sent.encode(), known.encode()):
            return system
    return None


def _token(request: Request) -> str:
    """The token in the JSON that was sent; empty if it is not what a system sends."""
    try:
        sent = json.loads(request.body[:LONGEST_ASKED])
    except (ValueError, RecursionError):
        return ""
    token = sent.get("launch") if isinstance(sent, dict) else None
    return token if isinstance(token, str) else ""
