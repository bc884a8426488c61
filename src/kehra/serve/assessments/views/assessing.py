"""The assessment of a matter: seen side by side, begun, asked into, and completed."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.serve.assessments import actions
from kehra.serve.assessments.forms import CompleteForm, InviteForm, own_form
from kehra.serve.assessments.models import Assessment
from kehra.serve.assessments.permissions import LEAD, WRITE_OWN
from kehra.serve.assessments.views.reading import assessments_of, permits_needed
from kehra.serve.booking.views.timetable import profession_names
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ, WORK


@asks(READ)
@require_GET
def page(request: Request, matter_id: int) -> HttpResponse:
    """All that has been written, in reading order, and what this reader can do."""
    by, now = request.actor, request.now
    matter = _matter(matter_id)
    require(by, READ, matter, now=now)
    shown = assessments_of(by, matter, now)
    under_way = any(one.assessment.is_open and one.assessment.sector == by.sector for one in shown)
    context = {
        "matter": matter,
        "assessments": shown,
        "is_resident": by.kind == "resident",
        "permits": [] if by.kind == "resident" else permits_needed(by, matter, shown),
        "may_begin": matter.is_open and not under_way and may(by, WORK, matter, now=now),
    }
    return render(request, "assessments/page.html", context)


@asks(WORK)
@require_POST
def begin(request: Request, matter_id: int) -> HttpResponse:
    """One button."""
    actions.begin(_matter(matter_id), by=request.actor, now=request.now)
    notices.success(request, _("The assessment began. Your own part waits for you below."))
    return redirect(reverse("assessments:page", args=[matter_id]))


@asks(LEAD)
@require_http_methods(["GET", "POST"])
def invite(request: Request, assessment_id: int) -> HttpResponse:
    """Chooses a colleague of another profession."""
    by, now = request.actor, request.now
    assessment = _assessment(assessment_id)
    require(by, LEAD, assessment, now=now)
    colleagues = assessment.colleagues(by, now)
    professions = profession_names(one.professional.profession for one in colleagues)
    form = InviteForm(request.POST or None, colleagues=colleagues, professions=professions)
    if form.is_valid():
        part = actions.invite(assessment, form.cleaned_data["colleague"], by=by, now=now)
        notices.success(request, _("%(name)s got a task: to write their part.") % {"name": part.professional})
        return redirect(_page_of(assessment))
    return _render(request, "assessments/invite.html", assessment, {"form": form, "colleagues": colleagues})


@asks(WRITE_OWN)
@require_http_methods(["GET", "POST"])
def own(request: Request, assessment_id: int) -> HttpResponse:
    """The resident's own words, strengths and what matters to them: by themselves, or as they tell."""
    by, now = request.actor, request.now
    assessment = _assessment(assessment_id)
    require(by, WRITE_OWN, assessment, now=now)
    form = own_form(request.POST, assessment, by)
    if form.is_valid():
        actions.write_own(assessment, **form.cleaned_data, by=by, now=now)
        notices.success(request, _own_words_saved(by.kind == "resident"))
        return redirect(_page_of(assessment))
    context = {"form": form, "is_resident": by.kind == "resident", "resident": assessment.matter.resident}
    return _render(request, "assessments/own.html", assessment, context)


@asks(LEAD)
@require_http_methods(["GET", "POST"])
def complete(request: Request, assessment_id: int) -> HttpResponse:
    """What came of it; says first whose part is missing."""
    by, now = request.actor, request.now
    assessment = _assessment(assessment_id)
    require(by, LEAD, assessment, now=now)
    form = CompleteForm(request.POST or None)
    if form.is_valid():
        actions.complete(assessment, **form.cleaned_data, by=by, now=now)
        notices.success(request, _("The assessment is ready. The resident has been told."))
        return redirect(_page_of(assessment))
    missing = [part.professional for part in assessment.parts.unsigned().select_related("professional")]
    return _render(request, "assessments/complete.html", assessment, {"form": form, "missing": missing})


def _matter(matter_id: int) -> Matter:
    return get_object_or_404(Matter.objects.select_related("service", "unit", "resident"), pk=matter_id)


def _assessment(assessment_id: int) -> Assessment:
    return get_object_or_404(
        Assessment.objects.select_related("matter__service", "matter__unit", "matter__resident", "unit"),
        pk=assessment_id,
    )


def _page_of(assessment: Assessment) -> str:
    return reverse("assessments:page", args=[assessment.matter_id])


def _own_words_saved(is_resident: bool) -> str:
    if is_resident:
        return _("Your part is in the assessment. Those who assess read it first.")
    return _("What the resident told is in the assessment, marked as told to you.")


def _render(
    request: Request, template: str, assessment: Assessment, context: dict[str, object]
) -> HttpResponse:
    context |= {"assessment": assessment, "matter": assessment.matter}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
