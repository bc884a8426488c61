"""One screen for the paper: what became of the day's visits and of what could not wait, with the true times.
All that was filled in is saved at once, or nothing is and the page says what to mend."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require, show, shown
from kehra.kernel.access.requests import Request
from kehra.kernel.codes.texts import localised
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import COMING, Appointment
from kehra.serve.booking.permissions import SEE
from kehra.serve.contacts.signals import ALERT, CALL
from kehra.serve.day_lists.actions import entering
from kehra.serve.day_lists.contents import cannot_wait
from kehra.serve.day_lists.forms import AfterwardsForm, Row
from kehra.serve.day_lists.models import EnteredLater
from kehra.serve.day_lists.permissions import ENTER, own_list
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.permissions import READ
from kehra.serve.tasks.signals import MATTER

# What the resident is reached for; the other tasks are not done on paper.
REACHABLE = (MATTER.name, CALL.name, ALERT.name)


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the page shows: its fields, or what has been entered of it already."""

    title: str
    detail: str
    matter_id: int | None
    row: Row
    entered: EnteredLater | None
    open: bool


@asks(ENTER)
@require_http_methods(["GET", "POST"])
def afterwards(request: Request) -> HttpResponse:
    """The day of `?day=`, today if it says nothing that can be entered any more."""
    by, now = request.actor, request.now
    require(by, ENTER, own_list(by), now=now)
    day = _chosen(request.GET.get("day", ""), now)
    lines = [*_visits(by, day, now), *_tasks(by, day, now)]
    data = request.POST if request.method == "POST" else None
    form = AfterwardsForm(data, day=day, rows=[line.row for line in lines if line.open])
    if form.is_valid() and (saved := _save(form, by, now)) is not None:
        told = ngettext("%(count)s thing was entered.", "%(count)s things were entered.", saved)
        notices.success(request, told % {"count": saved})
        return redirect(f"{reverse('day_lists:afterwards')}?day={day.isoformat()}")
    first = helsinki.today(LateRule.objects.first_moment(now))
    today = helsinki.today(now)
    context = {
        "form": form,
        "lines": lines,
        "day": day,
        "days": [today - timedelta(days=number) for number in range((today - first).days + 1)],
    }
    return render(request, "day_lists/afterwards.html", context, status=422 if form.errors else 200)


def _save(form: AfterwardsForm, by: Actor, now: datetime) -> int | None:
    """How many were entered; None, with nothing saved and the form saying why, if one could not be."""
    done = list(form.done())
    with transaction.atomic():
        for row, what in done:
            enter: Any = entering.enter_visit if row.visit else entering.enter_task
            try:
                with transaction.atomic():
                    enter(row.thing, what, by=by, now=now)
            except NotPossible as reason:
                form.add_error(f"{row.key}-at", str(reason))
        if form.errors:
            transaction.set_rollback(True)
            return None
    return len(done)


def _visits(by: Actor, day: date, now: datetime) -> list[Line]:
    """The agreed times of the day, by professional; those noted in some other way only to be seen."""
    start, end = (helsinki.start_of_day(day + timedelta(days=number)) for number in (0, 1))
    agreed = Appointment.objects.filter(
        unit=by.unit_id, period__startswith__gte=start, period__startswith__lt=min(end, now)
    ).settled()
    named = agreed.with_names().select_related("resident")
    rows = show(by, SEE, named.order_by("professional__family_name", "professional", "period"), now=now)
    entered = _entered(EnteredLater.Thing.VISIT, [row.pk for row in rows])
    return [
        Line(
            visit.resident.name,
            _told(visit.resident, visit.matter, visit.professional.name),
            visit.matter_id,
            Row(f"visit-{visit.pk}", visit, visit.resident.name, True, visit.starts_at),
            entered.get(visit.pk),
            visit.state in COMING and visit.pk not in entered,
        )
        for visit in rows
    ]


def _tasks(by: Actor, day: date, now: datetime) -> list[Line]:
    """What could not wait on that day and waits still."""
    end = helsinki.start_of_day(day + timedelta(days=1))
    pressing = cannot_wait(by, helsinki.today(now)).filter(
        kind__in=REACHABLE, opened_at__lt=end, matter__unit=by.unit_id
    )
    rows = shown(by, READ, pressing, now=now)
    entered = _entered(EnteredLater.Thing.TASK, [row.pk for row in rows])
    return [
        Line(
            str(task.resident and task.resident.name),
            _told(task.resident, task.matter, task.words),
            task.matter_id,
            Row(f"task-{task.pk}", task, str(task.resident and task.resident.name), False),
            entered.get(task.pk),
            task.pk not in entered,
        )
        for task in rows
    ]


def _told(resident: Resident | None, matter: Matter | None, words: str) -> str:
    """What tells two of one name, and two matters of one person, from each other."""
    born = resident.birth_date if resident is not None else None
    year = [_("born %(year)s") % {"year": born.year}] if born is not None else []
    return ", ".join([*year, *([localised(matter.service.names)] if matter is not None else []), words])


def _entered(thing: str, ids: list[int]) -> dict[int, EnteredLater]:
    rows = EnteredLater.objects.filter(thing=thing, thing_id__in=ids).select_related("professional")
    return {row.thing_id: row for row in rows}


def _chosen(text: str, now: datetime) -> date:
    today = helsinki.today(now)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if helsinki.today(LateRule.objects.first_moment(now)) <= day <= today else today
