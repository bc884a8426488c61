"""Times for programs: what is free, and booking, moving and cancelling it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from kehra.kernel.access.api import Id, IdempotencyKey, PathId, Sent
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import booking, changing
from kehra.serve.booking.models.appointments import UNIT_REASONS, Appointment, State, not_taken
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import CHANGE, CHOOSE, SEE
from kehra.serve.matters.models.matter import Matter

api = Router(tags=["booking"])
MOST = 200


class FreeTimeOut(Schema):
    """A time that can be had at this moment; somebody may be faster."""

    id: int
    starts_at: datetime
    ends_at: datetime
    manner: str
    professional: str
    place: str


class AppointmentOut(Schema):
    """A time of a resident with a professional."""

    id: int
    matter: int
    state: str
    starts_at: datetime
    ends_at: datetime
    manner: str
    professional: str
    unit: str
    place: str


class BookIn(Sent):
    """Which time, for which matter."""

    matter: Id
    time: Id


class MoveIn(Sent):
    """To which time."""

    time: Id


class CancelIn(Sent):
    """A unit says why, one of `Appointment.UNIT_REASONS`; a resident need not."""

    reason: str = Field("", max_length=40)


@api.get("/matters/{matter_id}/times/", response=list[FreeTimeOut], summary="Free times for a matter")
@asks(CHOOSE)
def times(
    request: Request, matter_id: PathId, since: Annotated[date | None, Query(alias="from")] = None
) -> list[FreeTimeOut]:
    """At most 200, the earliest first, from the day `from` (Helsinki) on."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter, pk=matter_id)
    require(by, CHOOSE, matter, now=now)
    choosable = FreeTime.objects.choosable(matter, by_resident=by.kind == "resident", now=now)
    if since is not None and since > helsinki.today(now):
        choosable = choosable.filter(period__startswith__gte=helsinki.start_of_day(since))
    free = not_taken(choosable, now).select_related("professional", "booking_list__site")
    return [_time(time) for time in free.order_by("period__startswith", "pk")[:MOST]]


@api.get("/appointments/", response=list[AppointmentOut], summary="Coming appointments")
@asks(SEE)
def appointments(request: Request) -> list[AppointmentOut]:
    """At most 200, the next first: a resident's own, or those of the matters of one's unit."""
    by, now = request.actor, request.now
    coming = Appointment.objects.settled().coming(now).with_names()
    rows = visible(by, SEE, coming).order_by("period__startswith", "pk")[:MOST]
    return [_out(one) for one in shown(by, SEE, rows, now=now)]


@api.post("/appointments/", response={201: AppointmentOut}, summary="Book a time")
@asks(CHOOSE)
def book(request: Request, sent: BookIn, key: IdempotencyKey) -> Status[AppointmentOut]:
    """409 if somebody was faster."""
    matter = get_object_or_404(Matter, pk=sent.matter)
    require(request.actor, CHOOSE, matter, now=request.now)
    time = get_object_or_404(FreeTime, pk=sent.time)

    def make() -> Appointment:
        return booking.book(matter, time, by=request.actor, now=request.now)

    return Status(201, _once(request, key, make))


@api.get("/appointments/{appointment_id}/", response=AppointmentOut, summary="One appointment")
@asks(SEE)
def appointment(request: Request, appointment_id: PathId) -> AppointmentOut:
    """404 for what does not exist for the caller."""
    found = _find(appointment_id)
    require(request.actor, SEE, found, now=request.now)
    return _out(found)


@api.post("/appointments/{appointment_id}/move/", response=AppointmentOut, summary="Move to another time")
@asks(SEE)
def move(request: Request, appointment_id: PathId, sent: MoveIn, key: IdempotencyKey) -> AppointmentOut:
    """The answer is the new appointment; the old time is free for others."""
    found = _find(appointment_id)
    require(request.actor, SEE, found, now=request.now)
    time = get_object_or_404(FreeTime, pk=sent.time)

    def make() -> Appointment:
        return changing.move(found, time, by=request.actor, now=request.now)

    return _once(request, key, make)


@api.post("/appointments/{appointment_id}/cancel/", response=AppointmentOut, summary="Cancel")
@asks(CHANGE)
def cancel(request: Request, appointment_id: PathId, sent: CancelIn) -> AppointmentOut:
    """Cancelled twice is cancelled once."""
    reason = sent.reason if sent.reason in UNIT_REASONS else ""
    changing.cancel(_find(appointment_id), reason=reason, by=request.actor, now=request.now)
    return _out(_find(appointment_id))


def _once(request: Request, key: UUID, make: Callable[[], Appointment]) -> AppointmentOut:
    made = once(key, lambda: str(make().pk), by=request.actor, now=request.now)
    return _out(get_object_or_404(Appointment.objects.with_names(), pk=made))


def _find(appointment_id: int) -> Appointment:
    """Holds are no appointments yet."""
    rows = Appointment.objects.with_names().exclude(state=State.HELD).select_related("matter__resident")
    return get_object_or_404(rows, pk=appointment_id)


def _time(time: FreeTime) -> FreeTimeOut:
    site = time.booking_list.site
    return FreeTimeOut(
        id=time.pk,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        manner=time.manner,
        professional=str(time.professional),
        place=str(site) if site else "",
    )


def _out(one: Appointment) -> AppointmentOut:
    return AppointmentOut(
        id=one.pk,
        matter=one.matter_id,
        state=one.state,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        manner=one.manner,
        professional=str(one.professional),
        unit=str(one.unit),
        place=str(one.site) if one.site else "",
    )
