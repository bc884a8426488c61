"""The resident's appointments, and one appointment for whoever may see it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require, show, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.permissions import CHANGE, SEE
from kehra.serve.booking.views.calendar import calendar_of
from kehra.serve.booking.views.notes import notes_of
from kehra.serve.booking.views.timetable import profession_names

PAST = 30  # past appointments on the page; older ones are found in their matters


@asks(SEE)
@require_GET
def mine(request: Request) -> HttpResponse:
    """What waits for an answer, what comes next, and what has been."""
    by, now = request.actor, request.now
    if by.kind != "resident":
        raise Http404
    own = Appointment.objects.filter(resident=by.resident_id).with_names()
    coming = show(by, SEE, own.settled().coming(now), now=now)
    been = own.settled().exclude(pk__in=[one.pk for one in coming]).order_by("-period__startswith", "-pk")
    past = shown(by, SEE, visible(by, SEE, been)[:PAST], now=now)
    offered = own.filter(state=State.OFFERED, hold_expires_at__gt=now).order_by("period__startswith")
    context = {
        "coming": coming,
        "past": past,
        "offered": show(by, SEE, offered, now=now),
        "professions": profession_names(row.professional.profession for row in [*coming, *past]),
        "notes": notes_of(coming),
    }
    return render(request, "booking/mine.html", context)


@asks(SEE)
@require_GET
def appointment(request: Request, appointment_id: int) -> HttpResponse:
    """Everything about one appointment: when, where, with whom, what to bring, what can be done."""
    found = find(appointment_id)
    require(request.actor, SEE, found, now=request.now)
    return render(request, "booking/appointment.html", facts_of(found, request.actor, request.now))


@asks(SEE)
@require_GET
def calendar_file(request: Request, appointment_id: int) -> HttpResponse:
    """The calendar file; that of a moved appointment is the one that took its place."""
    found = find(appointment_id)
    require(request.actor, SEE, found, now=request.now)
    successor = Appointment.objects.filter(moved_from=found).first()
    if successor is not None:
        return redirect("booking:calendar", successor.pk)
    response = HttpResponse(calendar_of(found, now=request.now), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def next_appointment(by: Actor, now: datetime) -> Appointment | None:
    """The resident's next appointment, with the names that a line shows; written to the log as shown."""
    own = Appointment.objects.filter(resident=by.resident_id).coming(now).with_names()
    return next(iter(shown(by, SEE, visible(by, SEE, own)[:1], now=now)), None)


def find(appointment_id: int) -> Appointment:
    """The appointment with what its page shows; holds are no appointments yet."""
    rows = Appointment.objects.with_names().exclude(state=State.HELD)
    return get_object_or_404(rows.select_related("matter__resident"), pk=appointment_id)


def facts_of(found: Appointment, by: Actor, now: datetime) -> dict[str, Any]:
    """What the pages of one appointment show."""
    code = found.professional.profession
    offering = (
        Offering.objects.on(helsinki.today(now))
        .filter(service=found.matter.service_id, unit=found.unit_id)
        .exclude(instructions={})
        .first()
    )
    ahead = found.state == State.BOOKED and found.starts_at > now
    return {
        "appointment": found,
        "profession": profession_names([code]).get(code, ""),
        "instructions": offering.instructions if offering else {},
        "notes": notes_of([found]).get(found.pk, []),
        "is_resident": by.kind == "resident",
        "may_change": ahead and may(by, CHANGE, found, now=now),
        "successor": Appointment.objects.filter(moved_from=found).first(),
        "offer_open": found.state == State.OFFERED and found.offer is not None and found.offer.waits_at(now),
    }
