"""A professional's own part: written, signed, corrected, or not needed."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.serve.assessments import actions
from kehra.serve.assessments.forms import PartForm
from kehra.serve.assessments.models import AssessmentPart
from kehra.serve.assessments.permissions import WITHDRAW, WRITE


@asks(WRITE)
@require_http_methods(["GET", "POST"])
def write(request: Request, part_id: int) -> HttpResponse:
    """Writes on; the second button leads to signing."""
    part = _part(part_id)
    require(request.actor, WRITE, part, now=request.now)
    form = PartForm(request.POST) if request.method == "POST" else PartForm.of(part)
    if form.is_valid():
        actions.write_part(part, **form.texts(), by=request.actor, now=request.now)
        if form.cleaned_data["then"] == "sign":
            return redirect(reverse("assessments:sign", args=[part.pk]))
        notices.success(request, _("Your draft was saved. Only you see it until you sign it."))
        return redirect(_page_of(part))
    if request.method == "GET" and not part.is_waiting:
        return redirect(_page_of(part))
    return render(request, "assessments/write.html", _context(part) | {"form": form}, status=_status(request))


@asks(WRITE)
@require_http_methods(["GET", "POST"])
def sign(request: Request, part_id: int) -> HttpResponse:
    """Shows what is signed, says what signing means, and asks once."""
    part = _part(part_id)
    require(request.actor, WRITE, part, now=request.now)
    if request.method == "POST":
        actions.sign_part(part, by=request.actor, now=request.now)
        notices.success(request, _("You signed your part. The resident has been told."))
        return redirect(_page_of(part))
    if not part.is_waiting:
        return redirect(_page_of(part))
    if not part.is_written:
        notices.info(request, _("Write the situation, the need and the proposal before you sign."))
        return redirect(reverse("assessments:write", args=[part.pk]))
    return render(request, "assessments/sign.html", _context(part))


@asks(WRITE)
@require_POST
def correct(request: Request, part_id: int) -> HttpResponse:
    """A new part with the same texts, to be written and signed."""
    part = actions.supersede_part(_part(part_id), by=request.actor, now=request.now)
    return redirect(reverse("assessments:write", args=[part.pk]))


@asks(WITHDRAW)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, part_id: int) -> HttpResponse:
    """Asks once, and says that the part is not needed."""
    part = _part(part_id)
    require(request.actor, WITHDRAW, part, now=request.now)
    if request.method == "POST":
        actions.withdraw_part(part, by=request.actor, now=request.now)
        notices.success(request, _("The part is no longer waited for."))
    if request.method == "POST" or not part.is_waiting:
        return redirect(_page_of(part))
    return render(request, "assessments/withdraw.html", _context(part))


def _part(part_id: int) -> AssessmentPart:
    return get_object_or_404(
        AssessmentPart.objects.select_related(
            "assessment__matter__service", "assessment__matter__resident", "professional", "unit"
        ),
        pk=part_id,
    )


def _page_of(part: AssessmentPart) -> str:
    return reverse("assessments:page", args=[part.assessment.matter_id])


def _context(part: AssessmentPart) -> dict[str, object]:
    return {"part": part, "assessment": part.assessment, "matter": part.matter}


def _status(request: Request) -> int:
    return 422 if request.method == "POST" else 200
