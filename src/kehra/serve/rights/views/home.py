"""My rights: where the log, the restrictions, the requests and the emergency accesses are found."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.kernel.time import helsinki
from kehra.serve.rights.models import Explanation
from kehra.serve.rights.permissions import READ_LOG
from kehra.serve.rights.views import log_lines
from kehra.serve.tasks.rules import standing


@asks(READ_LOG)
@require_GET
def rights(request: Request) -> HttpResponse:
    """What the resident may know and decide about the use of their data."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident, pk=by.resident_id)
    require(by, READ_LOG, resident, now=now)
    today = helsinki.today(now)
    context = {
        "own": by.on_behalf_of_id is None,
        "explanations": [
            (one, standing(one.due_on, today).state) for one in Explanation.objects.filter(resident=resident)
        ],
        "emergencies": EmergencyAccess.objects.filter(resident=resident, opened_at__gte=log_lines.since(now))
        .select_related("professional", "unit")
        .prefetch_related("remarks")
        .order_by("-opened_at"),
        "now": now,
    }
    return render(request, "rights/rights.html", context)
