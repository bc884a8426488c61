"""The permit to show parts to the other sector: asked by a unit, decided by the resident."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.requests import Request
from kehra.kernel.organisations.models import Sector
from kehra.serve.matters.actions import permits
from kehra.serve.matters.forms import PermitForm
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.matters.permissions import ASK_PERMIT, DECIDE_OWN, READ
from kehra.serve.matters.views.opening import matter_for

SECTORS = {Sector.HEALTH.value, Sector.SOCIAL.value}


@asks(ASK_PERMIT)
@require_POST
def ask(request: Request, matter_id: int) -> HttpResponse:
    """One button beside a part that may not be read."""
    matter = get_object_or_404(Matter, pk=matter_id)
    sector = request.POST.get("sector", "")
    permits.ask(matter, sector if sector in SECTORS else matter.sector, by=request.actor, now=request.now)
    notices.success(request, _("The resident was asked. You get a task when there is an answer."))
    return redirect("matter", matter_id)


@asks(READ)
@require_http_methods(["GET", "POST"])
def permit(request: Request, matter_id: int) -> HttpResponse:
    """The resident reads who asks and what for, and decides: gives, narrows, refuses, takes back."""
    matter = matter_for(request, matter_id, DECIDE_OWN)
    rows = list(matter.permits.select_related("asked_by").order_by("pk"))
    standing = [row for row in rows if row.refused_at is None and row.revoked_at is None]
    forms = {row.pk: PermitForm(permit=row) for row in standing}
    if request.method == "POST":
        row = get_object_or_404(matter.permits, pk=_number(request.POST.get("permit")))
        form = PermitForm(request.POST, permit=row)
        if _decide(request, row, form):
            return redirect("matters:permit", matter_id)
        forms[row.pk] = form
    context: dict[str, Any] = {
        "matter": matter,
        "asked": [(row, forms[row.pk]) for row in standing if row.given_at is None],
        "given": [(row, forms[row.pk]) for row in standing if row.given_at is not None],
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "matters/permit.html", context, status=422 if wrong else 200)


def _decide(request: Request, row: DisclosurePermit, form: PermitForm) -> bool:
    """Does what the pressed button says; False if what may be shown must still be chosen."""
    by, now, wish = request.actor, request.now, request.POST.get("wish")
    if wish == "refuse":
        permits.refuse(row, by=by, now=now)
        notices.success(request, _("You did not give the permit. Nothing is shown."))
        return True
    if wish == "revoke":
        permits.revoke(row, by=by, now=now)
        notices.success(request, _("You took the permit back. From now on nothing is shown by it."))
        return True
    if not form.is_valid():
        return False
    kinds = form.cleaned_data["kinds"]
    if row.given_at is None:
        permits.give(row.matter, row.from_sector, kinds, by=by, now=now)
        notices.success(request, _("You gave the permit. You can take it back whenever you want."))
    else:
        permits.narrow(row, kinds, by=by, now=now)
        notices.success(request, _("Your permit was narrowed."))
    return True


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else 0
