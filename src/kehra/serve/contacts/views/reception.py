"""Staff open a matter for a resident: found, or unidentified for now."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.people import actions as people
from kehra.kernel.people.actions import Search
from kehra.kernel.people.models import Resident
from kehra.kernel.people.permissions import FIND, Finding
from kehra.kernel.time import helsinki
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.forms import FindForm, OpenForm
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.models.late import NotThen
from kehra.serve.matters.permissions import OPEN, READ

# The session keeps whom this worker found, so that nobody is opened by guessing a number.
FOUND = "found_residents"


@asks(FIND)
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """Looks for the resident. Sent as a form, not as an address: an identity code stays out of logs."""
    by, now = request.actor, request.now
    form = FindForm(request.POST if request.method == "POST" else None, today=helsinki.today(now))
    found: list[Resident] | None = None
    if form.is_valid():
        found = people.find(Search(**form.cleaned_data), by=by, now=now)
        request.session[FOUND] = [one.pk for one in found]
    else:
        require(by, FIND, Finding(str(by.county_id)), now=now)
    today = helsinki.today(now)
    context = {"form": form, "found": [(one, one.age_on(today)) for one in found or []]}
    context["nobody"] = found == []
    return render(request, "contacts/find.html", context, status=422 if form.errors else 200)


@asks(FIND, OPEN)
@require_http_methods(["GET", "POST"])
def open_for(request: Request, resident_id: int | None = None) -> HttpResponse:
    """What the worker heard, for a resident who was found, or without `resident_id` for one who cannot be
    identified now."""
    by, now = request.actor, request.now
    resident = None if resident_id is None else _found(request, resident_id)
    require(by, FIND, Finding(str(by.county_id), (resident.pk,) if resident else ()), now=now)
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        services=_services(by, now),
        unidentified=resident is None,
    )
    if form.is_valid():
        try:
            path = once(
                form.cleaned_data["once"],
                lambda: _open(request, resident, form),
                by=by,
                now=now,
            )
            return redirect(path)
        except NotThen as impossible:
            form.add_error("happened_time", str(impossible))
        except reception.CodeInUse as in_use:
            form.add_error("temporary_code", str(in_use))
        except NotPossible as impossible:
            form.add_error("service", str(impossible))
    age = resident.age_on(helsinki.today(now)) if resident else None
    context = {"form": form, "resident": resident, "age": age}
    return render(request, "contacts/open_for.html", context, status=422 if form.errors else 200)


def _found(request: Request, resident_id: int) -> Resident:
    """The resident, if this worker has found them in this session."""
    if resident_id not in request.session.get(FOUND, []):
        raise Http404
    return get_object_or_404(Resident.objects.select_related("municipality"), pk=resident_id)


def _services(by: Actor, now: datetime) -> list[Service]:
    """The services to choose from, those of the worker's own unit first."""
    today = helsinki.today(now)
    own = set(Offering.objects.on(today).filter(unit=by.unit_id).values_list("service_id", flat=True))
    everything = Service.objects.on(today).filter(county=by.county_id)
    return sorted(everything, key=lambda service: (service.pk not in own, str(service)))


def _open(request: Request, resident: Resident | None, form: OpenForm) -> str:
    by, now = request.actor, request.now
    if resident is None:
        resident = reception.note_unidentified(
            form.cleaned_data["description"],
            language=request.LANGUAGE_CODE,
            temporary_code=form.cleaned_data["temporary_code"],
            by=by,
            now=now,
        )
    contact: Contact = reception.open_for(
        resident, form.told(), by=by, now=now, happened_at=form.cleaned_data.get("happened_at")
    )
    matter: Any = contact.matter
    if may(by, READ, matter, now=now):
        notices.success(request, _("The matter was opened."))
        return reverse("matter", args=[matter.pk])
    notices.success(request, _("The matter was opened and went to: %(unit)s.") % {"unit": matter.unit})
    return reverse("contacts:find")
