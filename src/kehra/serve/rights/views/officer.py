"""What the data protection officer watches over: emergency accesses, requests, refusals, restrictions, and
the log of one resident. The officer sees rows of the log, never what the matters say."""

from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import EmergencyAccess, Resident, Restriction
from kehra.kernel.time import helsinki
from kehra.serve.rights.actions import emergencies, explaining
from kehra.serve.rights.forms import AnswerForm, CodeForm, ReviewForm
from kehra.serve.rights.models import JUDGED, Explanation, RemarkKind
from kehra.serve.rights.permissions import (
    EXPLAIN,
    OVERSEE,
    OVERSEE_LOG,
    READ_EMERGENCY,
    READ_EXPLANATION,
    REVIEW_EMERGENCY,
    Oversight,
)
from kehra.serve.rights.views import log_lines
from kehra.serve.tasks.rules import standing

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
MOST_LINES = 100


@asks(OVERSEE)
@require_http_methods(["GET", "POST"])
def officer(request: Request) -> HttpResponse:
    """What to check, and the search for one resident's log. Everybody who is shown is in the log."""
    by, now = request.actor, request.now
    require(by, OVERSEE, Oversight(by.county_id), now=now)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = Resident.objects.with_code(form.cleaned_data["code"], str(by.county_id)).first()
        if found is not None:
            return redirect("rights:officer_log", found.pk)
        form.add_error("code", _("Nobody was found. Check what you wrote."))
    accesses = list(
        EmergencyAccess.objects.filter(resident__county=by.county_id)
        .exclude(remarks__kind__in=JUDGED)
        .select_related("resident", "professional", "unit")
        .prefetch_related("remarks")
        .order_by("opened_at")[:MOST_LINES]
    )
    requests = list(
        Explanation.objects.waiting()
        .filter(county=by.county_id)
        .select_related("resident")
        .order_by("due_on", "pk")[:MOST_LINES]
    )
    shown = (*(access.resident_id for access in accesses), *(one.resident_id for one in requests))
    require(by, OVERSEE, Oversight(by.county_id, shown), now=now)
    today = helsinki.today(now)
    context = {
        "form": form,
        "accesses": [(access, _step(access)) for access in accesses],
        "requests": [(one, standing(one.due_on, today)) for one in requests],
        "refusals": _refusals(request),
        "restrictions": _restrictions(request),
        "now": now,
    }
    return render(request, "rights/officer.html", context, status=422 if form.errors else 200)


@asks(OVERSEE_LOG)
@require_GET
def officer_log(request: Request, resident_id: int) -> HttpResponse:
    """One resident's log, as the resident sees it, with every name."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident, pk=resident_id)
    require(by, OVERSEE_LOG, resident, now=now)
    context = log_lines.page_of(resident, request.GET, by=by, now=now)
    return render(request, "rights/officer_log.html", context | {"resident": resident, "may_ask": False})


@asks(READ_EXPLANATION)
@require_http_methods(["GET", "POST"])
def officer_explanation(request: Request, explanation_id: int) -> HttpResponse:
    """What a resident asks, the rows of the log that they ask about, and the answer."""
    by, now = request.actor, request.now
    found = get_object_or_404(
        Explanation.objects.select_related("resident", "asked_by", "answered_by"), pk=explanation_id
    )
    require(by, READ_EXPLANATION, found, now=now)
    require(by, OVERSEE_LOG, found.resident, now=now)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def answer() -> str:
            explaining.answer(found, form.cleaned_data["text"], by=by, now=now)
            return request.path

        path = once(form.cleaned_data["once"], answer, by=by, now=now)
        notices.success(
            request, _("The answer was sent. The resident gets an e-mail that there is something new.")
        )
        return redirect(path)
    context = {
        "explanation": found,
        "lines": log_lines.lines_by_id(found.entries, found.resident, by=by, now=now),
        "standing": standing(found.due_on, helsinki.today(now)),
        "may_answer": found.answered_at is None and may(by, EXPLAIN, found, now=now),
        "form": form,
    }
    return render(request, "rights/officer_explanation.html", context, status=422 if form.errors else 200)


@asks(READ_EMERGENCY)
@require_http_methods(["GET", "POST"])
def officer_emergency(request: Request, access_id: int) -> HttpResponse:
    """One emergency access: who, why, what was looked at, and the judgement."""
    by, now = request.actor, request.now
    access = get_object_or_404(
        EmergencyAccess.objects.select_related("resident", "professional", "unit"), pk=access_id
    )
    require(by, READ_EMERGENCY, access, now=now)
    require(by, OVERSEE_LOG, access.resident, now=now)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def review() -> str:
            emergencies.review(access, data["kind"], data["words"], by=by, now=now)
            return request.path

        path = once(data["once"], review, by=by, now=now)
        notices.success(request, _("Your review was recorded."))
        return redirect(path)
    remarks = list(access.remarks.select_related("professional"))
    judged = any(remark.kind in JUDGED for remark in remarks)
    context = {
        "access": access,
        "is_open": access.open_at(now),
        "remarks": remarks,
        "used": log_lines.lines_of_emergency(access, by=by, now=now),
        "may_review": not judged and may(by, REVIEW_EMERGENCY, access, now=now),
        "form": form,
    }
    return render(request, "rights/officer_emergency.html", context, status=422 if form.errors else 200)


def _step(access: EmergencyAccess) -> str:
    """How far the review is: new, asked or answered."""
    remarks = list(access.remarks.all())
    return RemarkKind(remarks[-1].kind).value if remarks else "new"


def _refusals(request: Request) -> list[dict[str, Any]]:
    """The refusals of the last week, by who and what, the most frequent first."""
    rows = (
        AuditEntry.objects.filter(
            county_id=request.actor.county_id, kind=AuditKind.REFUSAL, at__gte=request.now - WEEK
        )
        .order_by()
        .values("actor_user_id", "actor_name", "unit_id", "action")
        .annotate(times=Count("id"), latest=Max("at"))
        .order_by("-times", "-latest")[:MOST_LINES]
    )
    found = list(rows)
    units = Unit.objects.in_bulk({row["unit_id"] for row in found if row["unit_id"]})
    return [
        row | {"what": log_lines.said(row["action"]), "unit": str(units.get(row["unit_id"], ""))}
        for row in found
    ]


def _restrictions(request: Request) -> list[dict[str, Any]]:
    """How often each unit was forbidden in the last month: no names of residents are needed for that."""
    rows = (
        Restriction.objects.filter(resident__county=request.actor.county_id, made_at__gte=request.now - MONTH)
        .values("unit_id")
        .annotate(times=Count("id"), latest=Max("made_at"))
        .order_by("-times")
    )
    found = list(rows)
    units = Unit.objects.in_bulk({row["unit_id"] for row in found if row["unit_id"]})
    return [
        row | {"whom": str(units[row["unit_id"]]) if row["unit_id"] else _("Those who act for the resident")}
        for row in found
    ]
