"""What a resident finds and does on the way of a matter that was sent."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.serve.contacts.actions import writing
from kehra.serve.contacts.forms import AdditionForm
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN, READ


@asks(READ)
@require_GET
def ground(request: Request, matter_id: int, clock_id: int) -> HttpResponse:
    """On what ground something is promised: the limit, its ground and source, and what has moved it."""
    clock = get_object_or_404(Clock.objects.select_related("limit", "matter"), pk=clock_id, matter=matter_id)
    require(request.actor, READ, clock, now=request.now)
    context = {"clock": clock, "matter": clock.matter, "pauses": clock.pauses.select_related("reason")}
    return render(request, "contacts/ground.html", context)


@asks(DECIDE_OWN)
@require_http_methods(["GET", "POST"])
def add(request: Request, matter_id: int) -> HttpResponse:
    """The resident tells more about the need."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("unit", "service", "resident"), pk=matter_id)
    require(by, DECIDE_OWN, matter, now=now)
    form = AdditionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():

        def make() -> str:
            writing.add_to_need(matter, form.cleaned_data["text"], by=by, now=now)
            notices.success(request, _("The unit got what you added. A professional reads it."))
            return reverse("matter", args=[matter.pk])

        return redirect(once(form.cleaned_data["once"], make, by=by, now=now))
    context = {
        "form": form,
        "matter": matter,
        "resident": matter.resident,
        "unit": matter.unit,
        "is_open": matter.unit.is_open(now),
        "opens_at": matter.unit.opens_at(now),
    }
    return render(request, "contacts/add.html", context, status=422 if request.method == "POST" else 200)
