"""How long data is kept, what is due to be deleted, and what has been deleted. No names are shown: the
decision is about rules, and a matter is known by its number."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.retention import actions
from kehra.serve.retention.forms import ApproveForm, HoldForm
from kehra.serve.retention.models import HELD, KINDS, Deletion, Hold, RetentionRule
from kehra.serve.retention.permissions import HOLD, READ, Keeping

MOST_LINES = 50


@asks(READ)
@require_GET
def home(request: Request) -> HttpResponse:
    """Each rule in force with what is due and held by it, and the deletions made."""
    by, now = request.actor, request.now
    require(by, READ, Keeping(by.county_id), now=now)
    county_id = str(by.county_id)
    rules = RetentionRule.objects.on(helsinki.today(now)).order_by("valid_from", "pk")
    lines = [
        {"rule": rule, "due": rule.due(county_id, now).count(), "held": rule.held(county_id, now).count()}
        for rule in rules
    ]
    deletions = Deletion.objects.filter(county=county_id).select_related("rule", "approved_by")
    return render(request, "retention/home.html", {"lines": lines, "deletions": deletions[:MOST_LINES]})


@asks(READ)
@require_http_methods(["GET", "POST"])
def due(request: Request, rule_id: int) -> HttpResponse:
    """What would be deleted by one rule and why, what is held back, and the decision."""
    by, now = request.actor, request.now
    require(by, READ, Keeping(by.county_id), now=now)
    rule = get_object_or_404(RetentionRule, pk=rule_id)
    holding = request.method == "POST" and "reason" in request.POST
    form, hold_form = ApproveForm(), HoldForm(request.POST if holding else None)
    if request.method == "POST" and not holding:
        form = ApproveForm(request.POST)
        if form.is_valid():
            return _approved(request, rule, form)
    elif holding and hold_form.is_valid():
        return _held(request, hold_form)
    context = _due(request, rule) | {"form": form, "hold_form": hold_form}
    return render(request, "retention/due.html", context, status=422 if hold_form.errors else 200)


@asks(HOLD)
@require_POST
def release(request: Request, hold_id: int) -> HttpResponse:
    """The matter is not held back any more."""
    by, now = request.actor, request.now
    held = get_object_or_404(Hold.objects.select_related("matter"), pk=hold_id)
    actions.release(held, by=by, now=now)
    notices.success(request, _("The matter is not held back any more."))
    return redirect("retention:home")


def _due(request: Request, rule: RetentionRule) -> dict[str, Any]:
    by, now, kind = request.actor, request.now, KINDS[rule.kind]
    due, held = rule.due(str(by.county_id), now), rule.held(str(by.county_id), now)
    columns = ("pk", kind.moment, kind.matter, kind.resident, *HELD)
    lines = [
        [
            {
                "moment": moment,
                "matter": matter,
                "resident": resident,
                "why": dict(zip(HELD, why, strict=True)),
            }
            for _pk, moment, matter, resident, *why in rows.values_list(*columns)[:MOST_LINES]
        ]
        for rows in (due, held)
    ]
    residents = tuple({line["resident"] for part in lines for line in part})
    actions.look(residents, by=by, now=now)
    holds = Hold.objects.filter(matter__county=by.county_id, ended_at__isnull=True).select_related("matter")
    count = due.count()
    under_way = rule.deletions.filter(county=by.county_id, finished_at__isnull=True).first()
    return {
        "rule": rule,
        "lines": lines[0],
        "held": lines[1],
        "count": count,
        "more": count - len(lines[0]),
        "holds": {hold.matter_id: hold for hold in holds},
        "under_way": under_way,
    }


def _approved(request: Request, rule: RetentionRule, form: ApproveForm) -> HttpResponse:
    by, now = request.actor, request.now

    def approve() -> str:
        actions.approve(rule, by=by, now=now)
        return request.path

    path = once(form.cleaned_data["once"], approve, by=by, now=now)
    notices.success(request, _("The deletion was approved. It is carried out within a few minutes."))
    return redirect(path)


def _held(request: Request, form: HoldForm) -> HttpResponse:
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter, pk=form.cleaned_data["matter"], county=by.county_id)

    def hold() -> str:
        actions.hold(matter, form.cleaned_data["reason"], by=by, now=now)
        return request.path

    path = once(form.cleaned_data["once"], hold, by=by, now=now)
    notices.success(request, _("The matter is held back until you let it go."))
    return redirect(path)
