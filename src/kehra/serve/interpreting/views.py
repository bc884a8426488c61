"""What the interpreting service answered is noted on the matter's page."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, may
from kehra.kernel.access.requests import Request
from kehra.serve.interpreting import actions
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.interpreting.permissions import ANSWER
from kehra.serve.interpreting.rules import language_name
from kehra.serve.matters.models.matter import Matter


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial interpreting/section.html shows, as `interpreting`: the orders of coming visits,
    for those who may note an answer."""
    rows = InterpreterRequest.objects.filter(
        appointment__matter=matter, appointment__period__endswith__gt=now
    ).exclude(state=State.CANCELLED)
    rows = rows.select_related("appointment__matter", "appointment__unit", "provider")
    orders = [
        {"order": order, "language": language_name(order.language)}
        for order in rows.order_by("appointment__period__startswith")
        if may(by, ANSWER, order, now=now)
    ]
    return {"interpreting": orders}


@asks(ANSWER)
@require_POST
def answer(request: Request, request_id: int) -> HttpResponse:
    """Confirmed, or nobody was found."""
    rows = InterpreterRequest.objects.select_related("appointment__matter", "appointment__unit")
    order = get_object_or_404(rows, pk=request_id)
    found = request.POST.get("found") == "yes"
    try:
        actions.answer(order, found=found, by=request.actor, now=request.now)
    except NotPossible as reason:
        notices.error(request, str(reason))
    else:
        notices.success(request, _("Noted. The resident is told."))
    return redirect("matter", order.appointment.matter_id)
