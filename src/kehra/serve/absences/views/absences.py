"""Who is away: seen by the unit, marked and ended by whoever is in charge of the day."""

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.models import WORKING_ROLES, Absence, Assignment, Duty
from kehra.kernel.accounts.once import once
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.serve.absences.actions import marking, returning
from kehra.serve.absences.forms import EndForm, MarkForm
from kehra.serve.absences.permissions import ARRANGE, SEE, Day
from kehra.serve.absences.views.plan import absences_of


def unit_of(request: Request) -> Unit:
    """The unit in which the actor works; there is no day without one."""
    return get_object_or_404(Unit, pk=request.actor.unit_id or 0)


@asks(SEE, ARRANGE)
@require_http_methods(["GET", "POST"])
def absences(request: Request) -> HttpResponse:
    """Who is away, and for whoever is in charge the form to mark others."""
    by, now = request.actor, request.now
    unit = unit_of(request)
    require(by, ARRANGE if request.method == "POST" else SEE, Day(unit), now=now)
    away = absences_of(unit, now)
    workers = _workers(unit, request).exclude(
        pk__in=[one.professional_id for one in away if one.period.lower <= now]
    )
    data = request.POST if request.method == "POST" else None
    form = MarkForm(data, workers=workers, today=helsinki.today(now))
    arranges = may(by, ARRANGE, Day(unit), now=now)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                once(form.cleaned_data["once"], lambda: _mark(request, unit, form), by=by, now=now)
            )
        except NotPossible as reason:
            form.add_error(None, str(reason))
    duty = Duty.objects.filter(unit=unit, period__contains=now).select_related("assignment").first()
    context = {
        "absences": away,
        "arranges": arranges,
        "unit": unit,
        "form": form,
        "now": now,
        "duty_away": duty is not None
        and any(
            one.professional_id == duty.assignment.professional_id and one.period.lower <= now for one in away
        ),
    }
    return render(request, "absences/absences.html", context, status=422 if form.errors else 200)


@asks(ARRANGE)
@require_http_methods(["GET", "POST"])
def end(request: Request, absence_id: int) -> HttpResponse:
    """Asks once, and then what was given on goes back."""
    by, now = request.actor, request.now
    absence = get_object_or_404(
        Absence.objects.in_force(now).select_related("professional", "unit"), pk=absence_id
    )
    unit = unit_of(request)
    if absence.pk not in {one.pk for one in absences_of(unit, now)} or absence.unit_id != unit.pk:
        raise Http404
    require(by, ARRANGE, Day(unit), now=now)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(once(form.cleaned_data["once"], lambda: _end(request, absence), by=by, now=now))
    return render(request, "absences/end.html", {"absence": absence, "form": EndForm(), "now": now})


def _workers(unit: Unit, request: Request) -> "QuerySet[Professional]":
    working = Assignment.objects.on(helsinki.today(request.now)).filter(unit=unit, role__in=WORKING_ROLES)
    chosen = Professional.objects.filter(pk__in=working.values("professional"))
    return chosen.order_by("family_name", "given_names", "pk")


def _mark(request: Request, unit: Unit, form: MarkForm) -> str:
    data = form.cleaned_data
    marked = marking.mark_away(
        unit, form.chosen(), data["first"], data["last"], kind=data["kind"], by=request.actor, now=request.now
    )
    names = ", ".join(one.professional.name for one in marked)
    notices.success(request, _("Marked as away: %(names)s. Now share out what waits.") % {"names": names})
    return reverse("absences:plan")


def _end(request: Request, absence: Absence) -> str:
    ended = returning.end(absence, by=request.actor, now=request.now)
    words = _("%(name)s is at work again.") % {"name": absence.professional.name}
    back = ngettext("%(n)s thing went back.", "%(n)s things went back.", ended.back) % {"n": ended.back}
    notices.success(request, f"{words} {back}" if ended.back else words)
    if ended.stayed:
        stayed = ngettext(
            "%(n)s thing stays with the colleague: it has been told or begun.",
            "%(n)s things stay with colleagues: they have been told or begun.",
            ended.stayed,
        )
        notices.info(request, stayed % {"n": ended.stayed})
    return reverse("absences:absences")
