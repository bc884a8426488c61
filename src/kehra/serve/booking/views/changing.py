"""An appointment is moved to another time, or cancelled."""

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import OnceForm, once
from kehra.serve.booking.actions import booking, changing
from kehra.serve.booking.forms import ReasonForm
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import CHANGE, SEE
from kehra.serve.booking.views.appointments import facts_of, find
from kehra.serve.booking.views.asking import require_page
from kehra.serve.booking.views.choosing import (
    chosen_time,
    confirm_context,
    find_time,
    table_context,
)


@asks(SEE)
@require_http_methods(["GET", "POST"])
def move(request: Request, appointment_id: int) -> HttpResponse:
    """Another time is chosen; until it is confirmed, the old one stays."""
    found = find(appointment_id)
    require_page(request, found, reads=SEE, leads_to=CHANGE)
    if request.method == "POST":
        time = chosen_time(request)
        try:
            with transaction.atomic():
                booking.hold(found.matter, time, by=request.actor, now=request.now)
        except booking.NotKept as reason:
            notices.warning(request, str(reason))
        except NotPossible as reason:
            notices.error(request, str(reason))
            return redirect(request.get_full_path())
        return redirect("booking:confirm_move", found.pk, time.pk)
    context = table_context(request, found.matter) | {"moving": found, "coming": None, "offer": None}
    return render(request, "booking/times.html", context)


@asks(SEE)
@require_http_methods(["GET", "POST"])
def confirm_move(request: Request, appointment_id: int, time_id: int) -> HttpResponse:
    """Both times, side by side, and the button that moves."""
    by, now = request.actor, request.now
    found, time = find(appointment_id), find_time(time_id)
    require_page(request, found, reads=SEE, leads_to=CHANGE)
    form = OnceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            path = once(form.cleaned_data["once"], lambda: _move(request, found, time), by=by, now=now)
        except NotPossible as reason:
            notices.error(request, str(reason))
            return redirect("booking:move", found.pk)
        notices.success(request, _("The time was moved. The old time is free for others."))
        return redirect(path)
    context = confirm_context(found.matter, time) | {"form": form, "moving": found, "held": None}
    return render(request, "booking/confirm.html", context)


@asks(SEE)
@require_http_methods(["GET", "POST"])
def cancel(request: Request, appointment_id: int) -> HttpResponse:
    """Asks once, in words. A resident need not say why; the unit does."""
    by, now = request.actor, request.now
    found = find(appointment_id)
    require_page(request, found, reads=SEE, leads_to=CHANGE)
    data = request.POST if request.method == "POST" else None
    form = OnceForm(data) if by.kind == "resident" else ReasonForm(data)
    if request.method == "POST" and form.is_valid():
        changing.cancel(found, reason=form.cleaned_data.get("reason", ""), by=by, now=now)
        notices.success(request, _("The time was cancelled. It is free for others."))
        return redirect("booking:appointment", found.pk)
    context = facts_of(found, by, now) | {"form": form}
    return render(request, "booking/cancel.html", context, status=422 if form.errors else 200)


def _move(request: Request, found: Appointment, time: FreeTime) -> str:
    moved = changing.move(found, time, by=request.actor, now=request.now)
    return reverse("booking:appointment", args=[moved.pk])
