"""The unit's day: who comes to whom at what time, and what became of each visit."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import show
from kehra.kernel.access.requests import Request
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import visiting
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.permissions import RECEIVE, SEE
from kehra.serve.booking.views.appointments import find
from kehra.serve.booking.views.notes import notes_of
from kehra.serve.booking.views.timetable import profession_names

MARKS = {
    "arrived": visiting.mark_arrived,
    "done": visiting.mark_done,
    "no_show": visiting.mark_no_show,
}
SHOWN = (State.BOOKED, State.ARRIVED, State.DONE, State.NO_SHOW, State.CANCELLED)


@asks(SEE)
@require_GET
def day(request: Request) -> HttpResponse:
    """The appointments of one day in the actor's unit, by professional."""
    by, now = request.actor, request.now
    if by.unit_id is None:
        raise Http404
    today = helsinki.today(now)
    chosen = _chosen_day(request.GET.get("day", "")) or today
    start, end = (helsinki.start_of_day(chosen + timedelta(days=number)) for number in (0, 1))
    of_day = Appointment.objects.filter(
        unit=by.unit_id, period__startswith__gte=start, period__startswith__lt=end, state__in=SHOWN
    )
    named = of_day.settled().with_names().select_related("matter__resident")
    in_order = named.order_by("professional__family_name", "professional", "period")
    rows = show(by, SEE, in_order, now=now)
    context = {
        "chosen": chosen,
        "today": today,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "by_professional": _grouped(rows),
        "professions": profession_names(row.professional.profession for row in rows),
        "notes": notes_of(rows),
        "now": now,
    }
    return render(request, "booking/day.html", context)


@asks(RECEIVE)
@require_POST
def mark(request: Request, appointment_id: int) -> HttpResponse:
    """One button for each: came, done, did not come."""
    found = find(appointment_id)
    marking = MARKS.get(request.POST.get("what", ""), visiting.mark_arrived)
    marking(found, by=request.actor, now=request.now)
    notices.success(request, _("Noted."))
    return redirect(f"{reverse('booking:day')}?day={found.day.isoformat()}#appointment-{found.pk}")


def _grouped(rows: list[Appointment]) -> list[tuple[Any, list[Appointment]]]:
    return [(worker, list(own)) for worker, own in groupby(rows, lambda row: row.professional)]


def _chosen_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
