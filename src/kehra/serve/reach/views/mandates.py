"""A paper mandate is recorded, its paper is read, and it is ended."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people.models import Mandate, Resident
from kehra.kernel.time import helsinki
from kehra.serve.reach.actions import mandates as actions
from kehra.serve.reach.forms import MandateForm
from kehra.serve.reach.models import MandatePaper
from kehra.serve.reach.permissions import SEE_PAPER, SEE_WAYS, WITHDRAW_MANDATE
from kehra.serve.reach.views.ways import must_be_met


@asks(SEE_WAYS)
@require_http_methods(["GET", "POST"])
def record(request: Request, resident_id: int) -> HttpResponse:
    """Who may act for the resident, from when until when, and by which evidence."""
    by, now = request.actor, request.now
    must_be_met(request, resident_id)
    principal = get_object_or_404(Resident, pk=resident_id)
    require(by, SEE_WAYS, principal, now=now)
    posted = request.method == "POST"
    form = MandateForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"start": helsinki.today(now)},
    )
    if posted and form.is_valid():
        try:
            path = once(form.cleaned_data["once"], lambda: _record(principal, form, request), by=by, now=now)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            notices.success(request, _("The mandate was recorded. Both are told."))
            return redirect(path)
    context = {"resident": principal, "form": form}
    return render(request, "reach/mandate.html", context, status=422 if form.errors else 200)


@asks(SEE_PAPER)
@require_GET
def paper(request: Request, mandate_id: int) -> HttpResponse:
    """The scanned paper, as a file; never shown inside a page."""
    rows = MandatePaper.objects.select_related("mandate__principal", "mandate__delegate")
    found = get_object_or_404(rows, pk=mandate_id)
    if request.actor.kind != "resident":
        must_be_met(request, found.mandate.principal_id)
    require(request.actor, SEE_PAPER, found.mandate, now=request.now)
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@asks(WITHDRAW_MANDATE)
@require_http_methods(["GET", "POST"])
def end(request: Request, mandate_id: int) -> HttpResponse:
    """Asks once, then ends the mandate: by the resident, or by a worker at the resident's word."""
    by, now = request.actor, request.now
    mandate = get_object_or_404(Mandate.objects.select_related("principal", "delegate"), pk=mandate_id)
    at_work = by.kind != "resident"
    if at_work:
        must_be_met(request, mandate.principal_id)
    back = reverse("reach:of_resident", args=[mandate.principal_id]) if at_work else reverse("reach:own")
    if request.method == "POST":
        actions.withdraw(mandate, by=by, now=now)
        notices.success(request, _("The mandate has ended. Both are told."))
        return redirect(back)
    require(by, WITHDRAW_MANDATE, mandate, now=now)
    return render(request, "reach/end_mandate.html", {"mandate": mandate, "back": back})


def _record(principal: Resident, form: MandateForm, request: Request) -> str:
    actions.record(principal, form.delegate(), form.given(), by=request.actor, now=request.now)
    return reverse("reach:of_resident", args=[principal.pk])
