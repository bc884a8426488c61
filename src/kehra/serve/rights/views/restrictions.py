"""Forbidding a unit, or those who act for one, to see one's matters."""

from datetime import datetime

from django.contrib import messages as notices
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.models import WORKING_ROLES
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident, Restriction
from kehra.serve.matters.models.participation import Participation
from kehra.serve.rights.actions import restricting
from kehra.serve.rights.forms import ForbidForm
from kehra.serve.rights.permissions import READ_RESTRICTIONS, RESTRICT
from kehra.serve.rights.views import log_lines

THOSE_ACTING = "those_acting"


@asks(READ_RESTRICTIONS)
@require_http_methods(["GET", "POST"])
def restrictions(request: Request) -> HttpResponse:
    """What has been forbidden, and a new restriction: chosen first, made when what follows has been read."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident, pk=by.resident_id)
    require(by, READ_RESTRICTIONS, resident, now=now)
    in_force = list(
        Restriction.objects.filter(resident=resident, withdrawn_at__isnull=True)
        .select_related("unit")
        .order_by("-made_at")
    )
    targets = _targets(resident, in_force, by=by, now=now)
    form = ForbidForm(request.POST if request.method == "POST" else None, targets=targets)
    confirming = ""
    if request.method == "POST" and form.is_valid():
        if "sure" in request.POST:
            _make(resident, form.cleaned_data["target"], by=by, now=now)
            notices.success(request, _("The restriction is in force from now on."))
            return redirect("rights:restrictions")
        confirming = form.cleaned_data["target"]
    context = {
        "resident": resident,
        "own": by.on_behalf_of_id is None,
        "in_force": [(one, may(by, RESTRICT, one, now=now)) for one in in_force],
        "form": form if targets else None,
        "confirming": confirming,
        "confirming_words": dict(targets).get(confirming, ""),
        "those_acting": confirming == THOSE_ACTING,
    }
    return render(request, "rights/restrictions.html", context, status=422 if form.errors else 200)


@asks(RESTRICT)
@require_POST
def withdraw(request: Request, restriction_id: int) -> HttpResponse:
    """The resident allows again what they had forbidden."""
    found = get_object_or_404(Restriction.objects.select_related("resident"), pk=restriction_id)
    restricting.withdraw(found, by=request.actor, now=request.now)
    notices.success(request, _("The restriction was withdrawn."))
    return redirect("rights:restrictions")


def _targets(
    resident: Resident, in_force: list[Restriction], *, by: Actor, now: datetime
) -> list[tuple[str, str]]:
    """The units that take part in the resident's matters or have used their data; those who act for them."""
    looked = (
        log_lines.entries_of(resident, now)
        .filter(unit_id__isnull=False, actor_role__in=WORKING_ROLES)
        .values_list("unit_id", flat=True)
    )
    taking_part = Participation.objects.filter(matter__resident=resident).values("unit")
    units = Unit.objects.filter(
        Q(pk__in=list(looked.order_by().distinct())) | Q(pk__in=taking_part), county=resident.county_id
    ).exclude(pk__in=[one.unit_id for one in in_force if one.unit_id])
    targets = sorted(((f"unit-{unit.pk}", str(unit)) for unit in units), key=lambda target: target[1])
    against_those_acting = Restriction(resident=resident, from_those_acting_for=True)
    if may(by, RESTRICT, against_those_acting, now=now) and not any(
        one.from_those_acting_for for one in in_force
    ):
        targets.append((THOSE_ACTING, _("Those who act for me (guardians, and whom I have given a mandate)")))
    return targets


def _make(resident: Resident, target: str, *, by: Actor, now: datetime) -> None:
    if target == THOSE_ACTING:
        restricting.restrict_those_acting(resident, by=by, now=now)
        return
    unit = get_object_or_404(Unit, pk=int(target.removeprefix("unit-")), county=resident.county_id)
    restricting.restrict_unit(resident, unit, by=by, now=now)
