"""Emergency access: one resident is looked for exactly, a reason is typed, the matters open for a time."""

from collections.abc import Sequence

from django.contrib import messages as notices
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require, show
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people import actions as people
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.kernel.people.permissions import FIND, Finding
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.serve.rights.actions import emergencies
from kehra.serve.rights.forms import EmergencyForm, ExplainForm, FindForm
from kehra.serve.rights.models import RemarkKind, Threshold
from kehra.serve.rights.permissions import ANSWER_EMERGENCY, READ_EMERGENCY

FINDING_HOLDS = 15 * 60  # seconds from finding somebody to writing the reason
_SALT = "rights.emergency"


@asks(FIND)
@require_http_methods(["GET", "POST"])
def emergency(request: Request) -> HttpResponse:
    """What an emergency access is, and the search; what was found is shown with the field for the reason."""
    by, now = request.actor, request.now
    require(by, FIND, Finding(str(by.county_id)), now=now)
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = people.find(form.search(), by=by, now=now)
        if found:
            return _ask_reason(request, found, None)
        form.add_error(None, _("Nobody was found. Check what you wrote."))
    hours = Threshold.objects.of("emergency_access", helsinki.today(now)).amount
    context = {"form": form, "hours": hours}
    return render(request, "rights/emergency_find.html", context, status=422 if form.errors else 200)


@asks(FIND)
@require_POST
def open_emergency(request: Request) -> HttpResponse:
    """Opens the access for one of those whom this worker has just found."""
    by, now = request.actor, request.now
    ids = _found_by(by, request.POST.get("found", ""))
    require(by, FIND, Finding(str(by.county_id), ids), now=now)
    residents = list(
        Resident.objects.filter(pk__in=ids, county=by.county_id).select_related("municipality").order_by("pk")
    )
    if not residents:
        notices.warning(request, _("Too much time has passed since the search. Search again."))
        return redirect("rights:emergency")
    form = EmergencyForm(request.POST, found=_choices(residents))
    if not form.is_valid():
        return _ask_reason(request, residents, form)
    data = form.cleaned_data
    resident = next(one for one in residents if one.pk == data["resident"])

    def open_it() -> str:
        access = emergencies.open_access(resident, data["reason"], by=by, now=now)
        return reverse("rights:emergency_access", args=[access.pk])

    return redirect(once(data["once"], open_it, by=by, now=now))


@asks(READ_EMERGENCY)
@require_http_methods(["GET", "POST"])
def emergency_access(request: Request, access_id: int) -> HttpResponse:
    """The resident's matters while the access is open; what the officer asks, and the answer."""
    by, now = request.actor, request.now
    access = _access(access_id)
    require(by, READ_EMERGENCY, access, now=now)
    form = ExplainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def answer() -> str:
            emergencies.answer(access, form.cleaned_data["words"], by=by, now=now)
            return reverse("rights:emergency_access", args=[access.pk])

        path = once(form.cleaned_data["once"], answer, by=by, now=now)
        notices.success(request, _("Your explanation was sent to the data protection officer."))
        return redirect(path)
    remarks = list(access.remarks.select_related("professional"))
    is_open = access.open_at(now)
    matters = Matter.objects.filter(resident=access.resident).select_related("service", "unit")
    context = {
        "access": access,
        "is_open": is_open,
        "mine": may(by, ANSWER_EMERGENCY, access, now=now),
        "matters": show(by, READ, matters.order_by("-opened_at"), now=now) if is_open else [],
        "remarks": remarks,
        "asked": bool(remarks) and remarks[-1].kind == RemarkKind.ASKED,
        "form": form,
    }
    return render(request, "rights/emergency_access.html", context, status=422 if form.errors else 200)


@asks(ANSWER_EMERGENCY)
@require_POST
def end_emergency(request: Request, access_id: int) -> HttpResponse:
    """The professional ends it before its time."""
    emergencies.end_access(_access(access_id), by=request.actor, now=request.now)
    notices.success(request, _("The emergency access has ended."))
    return redirect("rights:emergency_access", access_id)


def _access(access_id: int) -> EmergencyAccess:
    return get_object_or_404(
        EmergencyAccess.objects.select_related("resident", "professional", "unit"), pk=access_id
    )


def _ask_reason(request: Request, found: Sequence[Resident], form: EmergencyForm | None) -> HttpResponse:
    token = signing.dumps([request.actor.user_id, [one.pk for one in found]], salt=_SALT)
    context = {
        "form": form or EmergencyForm(found=_choices(found)),
        "found": token,
        "hours": Threshold.objects.of("emergency_access", helsinki.today(request.now)).amount,
    }
    return render(request, "rights/emergency_reason.html", context, status=422 if form else 200)


def _found_by(by: Actor, token: str) -> tuple[int, ...]:
    """Whom this worker has found lately; nobody for a token that is old, changed, or another's."""
    try:
        user_id, ids = signing.loads(token, salt=_SALT, max_age=FINDING_HOLDS)
    except signing.BadSignature:
        return ()
    return tuple(ids) if user_id == by.user_id else ()


def _choices(found: Sequence[Resident]) -> list[tuple[int, str]]:
    return [(one.pk, _told_apart(one)) for one in found]


def _told_apart(resident: Resident) -> str:
    born = date_format(resident.birth_date, "j.n.Y") if resident.birth_date else ""
    town = "" if resident.address_protected else str(resident.municipality or "")
    return ", ".join(part for part in (resident.name, born, town) if part)
