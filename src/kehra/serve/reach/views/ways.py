"""How a resident is reached and who acts for them: the resident's own page, and that of the counter."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.people.models import Address, Mandate, Resident
from kehra.kernel.time import helsinki
from kehra.serve.contacts.views.reception import FOUND
from kehra.serve.interpreting.rules import language_name
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.reach.actions import ways as actions
from kehra.serve.reach.forms import WaysForm
from kehra.serve.reach.permissions import CHANGE_WAYS, RECORD_MANDATE, SEE_WAYS, WITHDRAW_MANDATE


@asks(SEE_WAYS)
@require_http_methods(["GET", "POST"])
def own(request: Request) -> HttpResponse:
    """The resident's own ways, or those of the one they act for."""
    if request.actor.resident_id is None:
        raise Http404
    return _page(request, request.actor.resident_id)


@asks(SEE_WAYS)
@require_http_methods(["GET", "POST"])
def of_resident(request: Request, resident_id: int) -> HttpResponse:
    """The ways of a resident who asks at the counter or by telephone."""
    must_be_met(request, resident_id)
    return _page(request, resident_id)


def must_be_met(request: Request, resident_id: int) -> None:
    """Nobody is opened by guessing a number: the worker has looked for the resident in this session, or their
    unit works in a matter of theirs. Raises Http404."""
    works = Participation.objects.at(request.now).filter(
        matter__resident=resident_id, unit=request.actor.unit_id, right=Right.WORK
    )
    if resident_id not in request.session.get(FOUND, []) and not works.exists():
        raise Http404


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial reach/section.html shows, as `reach`: how the resident is reached, for those who are
    to be in touch with them."""
    if by.kind == "resident" or not may(by, SEE_WAYS, matter.resident, now=now):
        return {"reach": None}
    resident = matter.resident
    language = resident.interpreter_language
    shown = {
        "resident": resident,
        "interpreter": language_name(language) if language else "",
        "mandates": mandates_of(resident, by, now),
    }
    return {"reach": shown}


def mandates_of(resident: Resident, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Who may deal with the resident's matters now or later, and whether the reader may end it."""
    today = helsinki.today(now)
    rows = Mandate.objects.filter(principal=resident, withdrawn_at__isnull=True).select_related(
        "delegate", "principal", "received_in", "paper"
    )
    return [
        {
            "mandate": one,
            "holds": one.holds_on(today),
            "has_paper": hasattr(one, "paper"),
            "may_end": may(by, WITHDRAW_MANDATE, one, now=now),
        }
        for one in rows.defer("paper__content").order_by("valid_from", "pk")
        if one.valid_until is None or one.valid_until > today
    ]


def _page(request: Request, resident_id: int) -> HttpResponse:
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident.objects.select_related("municipality"), pk=resident_id)
    require(by, SEE_WAYS, resident, now=now)
    form = WaysForm.of(resident, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change(resident, form.ways(), by=by, now=now)
        notices.success(request, _("Saved. From now on we reach you so."))
        return redirect(request.get_full_path())
    at_work = by.kind != "resident"
    context = {
        "resident": resident,
        "form": form,
        "at_work": at_work,
        "address": None if at_work else Address.objects.filter(resident=resident).first(),
        "may_change": may(by, CHANGE_WAYS, resident, now=now),
        "may_record": may(by, RECORD_MANDATE, resident, now=now) if at_work else False,
        "mandates": mandates_of(resident, by, now),
        "held": _held(by, resident, now),
    }
    return render(request, "reach/ways.html", context, status=422 if form.errors else 200)


def _held(by: Actor, resident: Resident, now: datetime) -> list[Mandate]:
    """Whose matters the resident may deal with, for their own eyes."""
    if by.kind != "resident" or by.on_behalf_of_id is not None:
        return []
    rows = Mandate.objects.on(helsinki.today(now)).filter(delegate=resident)
    return list(rows.select_related("principal").order_by("pk"))
