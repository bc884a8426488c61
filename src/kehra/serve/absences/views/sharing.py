"""The one screen on which everything that an absent worker had is shared out."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.models import WORKING_ROLES
from kehra.kernel.accounts.once import once
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki
from kehra.serve.absences.actions import sharing
from kehra.serve.absences.forms import PlanForm, clashes
from kehra.serve.absences.models import Share
from kehra.serve.absences.permissions import PLAN, Day
from kehra.serve.absences.rules import Deed
from kehra.serve.absences.views.absences import unit_of
from kehra.serve.absences.views.plan import Plan, plan_of, span_of
from kehra.serve.absences.views.rows import Row, Screen, screen_of, summary
from kehra.serve.booking.rules import told

SHOWN = 100  # of what has been shared out


@asks(PLAN)
@require_http_methods(["GET", "POST"])
def plan(request: Request) -> HttpResponse:
    """Shows the proposal, and does what was chosen at one press."""
    by, now = request.actor, request.now
    unit = unit_of(request)
    proposed = plan_of(unit, by=by, now=now)
    seen = proposed.work.residents() - proposed.work.hidden
    require(by, PLAN, Day(unit, tuple(sorted(seen))), now=now)
    form = PlanForm(request.POST if request.method == "POST" else None)
    errors: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        errors = _clashes(proposed, form)
        if not errors:
            return redirect(
                once(form.cleaned_data["once"], lambda: _share(request, unit, form, proposed), by=by, now=now)
            )
    screen = screen_of(proposed, form.sent() if errors else {}, errors, now)
    context = {
        "absences": list(proposed.work.absences.values()),
        "several": len(proposed.work.absences) > 1,
        "screen": screen,
        "sum": summary(screen, _chosen),
        "form": form,
        "errors": [row for row in screen.all() if row.error],
        "shares": _shares(proposed),
        "today": helsinki.today(now),
        "links": by.role in WORKING_ROLES,
    }
    return render(request, "absences/plan.html", context, status=422 if errors else 200)


def _chosen(row: Row) -> str:
    return next((option.value for option in row.options if option.chosen), "")


def _clashes(proposed: Plan, form: PlanForm) -> dict[str, str]:
    spans = {visit.pk: span_of(visit) for visit in proposed.work.visits}
    times = {time.pk: (time.professional_id, span_of(time)) for time in proposed.times.values()}
    return clashes(form.choices(), spans, times)


def _shares(proposed: Plan) -> list[Share]:
    """What was done; what waits until they are back stands among the rows still."""
    shares = Share.objects.standing().filter(absence__in=proposed.work.absences.values())
    named = shares.select_related(
        "absence__professional", "to", "appointment", "task", "matter__service", "matter__resident"
    )
    seen = named.exclude(matter__resident__in=proposed.work.hidden).exclude(deed=Deed.STAY)
    return list(seen.order_by("-shared_at", "-pk")[:SHOWN])


def _share(request: Request, unit: Unit, form: PlanForm, proposed: Plan) -> str:
    outcomes = sharing.share(unit, form.choices(), by=request.actor, now=request.now)
    saved = [outcome.choice for outcome in outcomes if not outcome.refused]
    done = sum(choice.deed != Deed.STAY for choice in saved)
    words = ngettext("%(n)s thing was shared out.", "%(n)s things were shared out.", done) % {"n": done}
    if saved:
        notices.success(request, words if done else _("The changes were saved."))
    screen = screen_of(proposed, {}, {}, request.now)
    for outcome in outcomes:
        if outcome.refused:
            name = f"{outcome.choice.kind}-{outcome.choice.pk}"
            notices.warning(request, f"{_named(screen, name)}: {outcome.refused}")
    return reverse("absences:plan")


def _named(screen: Screen, name: str) -> str:
    """A row in a few words: when and whose."""
    row = next((row for row in screen.all() if row.name == name), None)
    if row is None:
        return _("A row that was on the screen")
    when = [told(row.start)] if row.start else []
    return ", ".join([*when, *([row.resident.name] if row.resident else []), *row.what[:1]])
