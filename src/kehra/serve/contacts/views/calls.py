"""Who wants a call: the unit's list, and the resident's wish."""

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import OnceForm, once
from kehra.kernel.time import helsinki
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.forms import CallForm
from kehra.serve.contacts.models import CallBack
from kehra.serve.contacts.permissions import CALL, WANT_CALL
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.rules import standing

MOST_SHOWN = 100


@asks(CALL)
@require_GET
def call_backs(request: Request) -> HttpResponse:
    """Those who wait for a call from this unit: what cannot wait first, then by the promise."""
    by, now = request.actor, request.now
    if by.unit_id is None:
        raise Http404
    waiting = visible(by, CALL, CallBack.objects.waiting()).filter(matter__unit=by.unit_id)
    rows = waiting.select_related("matter__resident", "matter__service", "matter__responsible")
    today = helsinki.today(now)
    lines = [
        (call, standing(call.promised_on, today), OnceForm(auto_id=False))
        for call in shown(by, CALL, rows[:MOST_SHOWN], now=now)
    ]
    return render(request, "contacts/call_backs.html", {"lines": lines})


@asks(CALL)
@require_POST
def no_answer(request: Request, call_id: int) -> HttpResponse:
    """Called, and nobody answered."""
    return _note(request, call_id, calls.no_answer, _("The try was noted. The resident sees it."))


@asks(CALL)
@require_POST
def done(request: Request, call_id: int) -> HttpResponse:
    """The resident was reached."""
    return _note(request, call_id, calls.done, _("The call was noted. Write in the matter what you agreed."))


@asks(WANT_CALL)
@require_http_methods(["GET", "POST"])
def want(request: Request, matter_id: int) -> HttpResponse:
    """The resident asks to be called about a matter that was sent."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "unit", "service"), pk=matter_id)
    require(by, WANT_CALL, matter, now=now)
    knows = by.resident_id == by.own_resident_id if by.kind == "resident" else may(by, CALL, matter, now=now)
    form = CallForm(
        request.POST if request.method == "POST" else None,
        initial={"phone": matter.resident.phone if knows else ""},
    )
    if form.is_valid():

        def make() -> str:
            calls.want(matter, form.cleaned_data["phone"], by=by, now=now)
            return reverse("matter", args=[matter.pk])

        path = once(form.cleaned_data["once"], make, by=by, now=now)
        notices.success(request, _("You are on the list of those who are called."))
        return redirect(path)
    context = {"form": form, "matter": matter, "resident": matter.resident, "unit": matter.unit}
    context |= {"is_open": matter.unit.is_open(now), "opens_at": matter.unit.opens_at(now)}
    return render(request, "contacts/want_call.html", context, status=422 if form.errors else 200)


def _note(request: Request, call_id: int, action: Any, words: str) -> HttpResponse:
    by, now = request.actor, request.now
    call = get_object_or_404(CallBack.objects.select_related("matter"), pk=call_id)
    require(by, CALL, call, now=now)
    form = OnceForm(request.POST)
    form.is_valid()

    def make() -> str:
        action(call, by=by, now=now)
        notices.success(request, words)
        return reverse("contacts:call_backs")

    return redirect(once(form.cleaned_data["once"], make, by=by, now=now))
