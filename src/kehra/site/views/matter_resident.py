"""A matter as its resident, or one who acts for them, sees it."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kehra.kernel.access.permissions import may
from kehra.kernel.access.requests import Request
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN
from kehra.site.pages.filters import moment, on_day
from kehra.site.views import matter_course, matter_sections
from kehra.site.views.matter_course import Promise
from kehra.site.views.matter_sections import APPOINTMENTS, ASSESSMENT, CONTACT, CORRECTIONS, MESSAGES

SECTIONS = (APPOINTMENTS, MESSAGES, ASSESSMENT, CONTACT, CORRECTIONS)


def page(request: Request, matter: Matter) -> HttpResponse:
    """What was promised, what has happened and comes next, and what the resident can do."""
    by, now = request.actor, request.now
    promises = matter_course.promises(matter, now)
    appointment = matter.appointments.coming(now).with_names().first()
    context = matter_sections.shown(SECTIONS, by, matter, now) | {
        "matter": matter,
        "resident": matter.resident,
        "promises": promises,
        "course": matter_course.course(by, matter, now),
        "ahead": _ahead(matter, promises, appointment),
        "appointment": appointment,
        "may_add": matter.is_open and may(by, DECIDE_OWN, matter, now=now),
        "permit_asked": matter.permits.filter(
            Q(asked_at__isnull=False), given_at=None, refused_at=None
        ).exists(),
        "permit_given": matter.permits.at(now).exists(),
        "outcome": matter_course.outcome(matter, now),
    }
    return render(request, "site/matter_resident.html", context)


def _ahead(matter: Matter, promises: list[Promise], appointment: Appointment | None) -> list[dict[str, Any]]:
    """What is now and what comes next, while the matter is open."""
    if not matter.is_open:
        return []
    running = [promise for promise in promises if promise.clock.running]
    by_day = _by_day(running[0]) if running else ""
    if matter.responsible is None:
        title = _("A professional reads what you wrote and judges how soon you need help")
    else:
        title = _("%(name)s takes care of your matter") % {"name": matter.responsible.name}
    steps = [{"state": "now", "title": title, "when": by_day}]
    if appointment is not None:
        when = moment(appointment.starts_at)
        return [*steps, {"state": "next", "title": _("Your appointment"), "when": when}]
    return [*steps, {"state": "next", "title": _("You get an answer here"), "when": ""}]


def _by_day(promise: Promise) -> str:
    """Until when at the latest; a day that has passed is not told as one that is still to come."""
    if promise.standing.state == "broken":
        return _("late: promised by %(day)s") % {"day": on_day(promise.due_on)}
    return _("by %(day)s") % {"day": on_day(promise.due_on)}
