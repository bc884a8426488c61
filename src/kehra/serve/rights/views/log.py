"""My log: who has looked at the resident's data or changed it, and on what ground."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.serve.rights.permissions import ASK_WHY, READ_LOG
from kehra.serve.rights.views import log_lines


@asks(READ_LOG)
@require_GET
def log(request: Request) -> HttpResponse:
    """The log of the resident whom the reader is or acts for. This reading is its first line."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident, pk=by.resident_id)
    require(by, READ_LOG, resident, now=now)
    context = log_lines.page_of(resident, request.GET, by=by, now=now) | {
        "resident": resident,
        "own": by.on_behalf_of_id is None,
        "emergencies": EmergencyAccess.objects.filter(resident=resident, opened_at__gte=log_lines.since(now))
        .select_related("professional", "unit")
        .prefetch_related("remarks")
        .order_by("-opened_at"),
        "may_ask": may(by, ASK_WHY, resident, now=now),
        "now": now,
    }
    return render(request, "rights/log.html", context)
