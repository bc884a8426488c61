"""What can be corrected in a matter, what has been, and what stood where before."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.serve.corrections.models import Correction, Kind
from kehra.serve.corrections.permissions import READ_CORRECTION, REASSIGN
from kehra.serve.corrections.views.things import described, movable, thing_of
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ, WORK


@asks(READ)
@require_GET
def choose(request: Request, matter_id: int) -> HttpResponse:
    """What is wrong: the person, or one thing that belongs elsewhere."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service"), pk=matter_id)
    require(by, READ, matter, now=now)
    if not may(by, WORK, matter, now=now):
        require(by, WORK, matter, now=now)
    context = {
        "matter": matter,
        "movable": movable(by, matter, now),
        "may_reassign": may(by, REASSIGN, matter, now=now),
    }
    return render(request, "corrections/choose.html", context)


@asks(READ_CORRECTION)
@require_GET
def correction(request: Request, correction_id: int) -> HttpResponse:
    """What stood where, who moved it and why: for the unit that corrected it."""
    by, now = request.actor, request.now
    found = get_object_or_404(
        Correction.objects.select_related(
            "from_matter__resident",
            "from_matter__service",
            "to_matter__resident",
            "to_matter__service",
            "professional",
            "unit",
        ),
        pk=correction_id,
    )
    require(by, READ_CORRECTION, found, now=now)
    stood = None if found.kind == Kind.MATTER else described(thing_of(found.kind, found.about))
    context = {"correction": found, "stood": stood, "to_seen": may(by, READ, found.to_matter, now=now)}
    return render(request, "corrections/correction.html", context)


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial corrections/section.html shows of a matter, as `corrections`. One query."""
    found = Correction.objects.filter(Q(from_matter=matter) | Q(to_matter=matter)).select_related(
        "professional", "unit", "from_matter", "to_matter"
    )
    return {
        "corrections": [
            {
                "correction": one,
                "moved_in": one.to_matter_id == matter.pk,
                "may_read": may(by, READ_CORRECTION, one, now=now),
            }
            for one in found
        ]
    }
