"""A time is chosen for a matter, read once more, and booked."""

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import OnceForm, once
from kehra.kernel.organisations.models import Site
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import CHOOSE
from kehra.serve.booking.views.timetable import (
    at_place,
    place_of,
    profession_names,
    sites_of,
    timetable,
)
from kehra.serve.matters.models.matter import Matter


@asks(CHOOSE)
@require_http_methods(["GET", "POST"])
def times(request: Request, matter_id: int) -> HttpResponse:
    """The free times; choosing one keeps it for a while."""
    by, now = request.actor, request.now
    matter = find_matter(matter_id)
    require(by, CHOOSE, matter, now=now)
    if request.method == "POST":
        return _hold(request, matter)
    coming = Appointment.objects.filter(matter=matter).coming(now)
    context = table_context(request, matter) | {
        "coming": coming.with_names().first() if by.kind == "resident" else None,
        "offer": Offer.objects.filter(matter=matter, state=Offer.State.OPEN, answer_by__gt=now).first(),
    }
    return render(request, "booking/times.html", context)


@asks(CHOOSE)
@require_http_methods(["GET", "POST"])
def confirm(request: Request, matter_id: int, time_id: int) -> HttpResponse:
    """What is about to be booked, until when it is kept, and the button that books it."""
    by, now = request.actor, request.now
    matter, time = find_matter(matter_id), find_time(time_id)
    require(by, CHOOSE, matter, now=now)
    form = OnceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            path = once(form.cleaned_data["once"], lambda: _book(request, matter, time), by=by, now=now)
        except NotPossible as reason:
            notices.error(request, str(reason))
            return redirect("booking:times", matter.pk)
        notices.success(request, _("The time is booked."))
        return redirect(path)
    context = confirm_context(matter, time) | {"form": form, "held": _held(matter, time, request)}
    return render(request, "booking/confirm.html", context)


def _hold(request: Request, matter: Matter) -> HttpResponse:
    """Keeps the chosen time; if somebody was faster, the page of times says so. If too many are choosing, it
    can be booked without being kept."""
    time = chosen_time(request)
    try:
        with transaction.atomic():
            booking.hold(matter, time, by=request.actor, now=request.now)
    except booking.NotKept as reason:
        notices.warning(request, str(reason))
    except NotPossible as reason:
        notices.error(request, str(reason))
        return redirect(request.get_full_path())
    return redirect("booking:confirm", matter.pk, time.pk)


def _book(request: Request, matter: Matter, time: FreeTime) -> str:
    appointment = booking.book(matter, time, by=request.actor, now=request.now)
    return reverse("booking:appointment", args=[appointment.pk])


def _held(matter: Matter, time: FreeTime, request: Request) -> Appointment | None:
    held = Appointment.objects.filter(matter=matter, free_time=time, state=State.HELD)
    return held.filter(hold_expires_at__gt=request.now).first()


def table_context(request: Request, matter: Matter) -> dict[str, Any]:
    """The timetable as the address asks for it: place, and the day from which on."""
    today = helsinki.today(request.now)
    start = max(today, _day(request.GET.get("from", "")) or today)
    by_resident = request.actor.kind == "resident"
    choosable = FreeTime.objects.choosable(matter, by_resident=by_resident, now=request.now)
    sites = sites_of(choosable)
    place = request.GET.get("place", _own_place(matter, sites))
    return {
        "matter": matter,
        "table": timetable(at_place(choosable, place), matter, start=start, now=request.now),
        "sites": sites,
        "place": place,
        "start": start if start > today else None,
        "moving": None,
    }


def _own_place(matter: Matter, sites: list[Site]) -> str:
    """Where the matter's unit is, so that the nearest times come first; anywhere if it has none there."""
    own = matter.unit.site_id
    return str(own) if any(site.pk == own for site in sites) else ""


def confirm_context(matter: Matter, time: FreeTime) -> dict[str, Any]:
    """The facts of a time that is about to be booked."""
    profession = time.professional.profession
    return {
        "matter": matter,
        "time": time,
        "place": place_of(time),
        "profession": profession_names([profession]).get(profession, ""),
        "moving": None,
    }


def find_matter(matter_id: int) -> Matter:
    """The matter with what the pages of choosing show."""
    return get_object_or_404(Matter.objects.select_related("service", "unit", "resident"), pk=matter_id)


def find_time(time_id: int) -> FreeTime:
    """The free time with its professional and place."""
    rows = FreeTime.objects.select_related(
        "professional", "booking_list__site__municipality", "booking_list__unit"
    )
    return get_object_or_404(rows, pk=time_id)


def chosen_time(request: Request) -> FreeTime:
    """The time whose button was pressed; whatever is no number is no time."""
    chosen = request.POST.get("time", "")
    return find_time(int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
