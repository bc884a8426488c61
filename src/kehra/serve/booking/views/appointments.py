"""The resident's appointments, and one appointment for whoever may see it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.booking.permissions import CHANGE, SEE
from kehra.serve.booking.views.calendar import calendar_of
from kehra.serve.booking.views.timetable import profession_names

PAST = 30  # past appointments on the page; older ones are found in their matters


@asks(SEE)
@require_GET
def mine(request: Request) -> HttpResponse:
    """What waits for an answer, what comes next, and what has been."""
    by, now = request.actor, request.now
    if by.kind != "resident":
        raise Http404
    own = visible(by, SEE, Appointment.objects.filter(resident=by.resident_id)).with_names()
    settled = own.settled()
    offered = own.filter(state=State.OFFERED, hold_expires_at__gt=now).select_related("offer")
    coming = shown(by, SEE, settled.coming(now), now=now)
    past = settled.exclude(pk__in=[one.pk for one in coming]).order_by("-period__startswith", "-pk")
    rows = [*coming, *shown(by, SEE, past[:PAST], now=now)]
    context = {
        "coming": coming,
        "past": rows[len(coming) :],
        "offered": shown(by, SEE, offered.order_by("period__startswith"), now=now),
        "professions": profession_names(row.professional.profession for row in rows),
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
    coming = visible(by, SEE, Appointment.objects.filter(resident=by.resident_id)).coming(now).with_names()
    return next(iter(shown(by, SEE, coming[:1], now=now)), None)


def find(appointment_id: int) -> Appointment:
    """The appointment with what its page shows; holds are no appointments yet."""
    rows = Appointment.objects.with_names().exclude(state=State.HELD)
    return get_object_or_404(rows.select_related("matter__resident"), pk=appointment_id)


def facts_of(found: Appointment, by: Actor, now: datetime) -> dict[str, Any]:
    """What the pages of one appointment show."""
    offering = (
        Offering.objects.on(helsinki.today(now))
        .filter(service=found.matter.service_id, unit=found.unit_id)
        .exclude(instructions={})
        .first()
    )
    ahead = found.state == State.BOOKED and found.starts_at > now
    return {
        "appointment": found,
        "profession": profession_names([found.professional.profession]).get(
            found.professional.profession, ""
        ),
        "instructions": offering.instructions if offering else {},
        "is_resident": by.kind == "resident",
        "may_change": ahead and may(by, CHANGE, found, now=now),
        "successor": Appointment.objects.filter(moved_from=found).first(),
        "offer_open": found.state == State.OFFERED and found.offer is not None and waits(found.offer, now),
    }


def waits(offer: Offer, now: datetime) -> bool:
    """Whether the offer can still be answered."""
    return offer.waits_at(now)
