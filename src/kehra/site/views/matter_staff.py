"""A matter as those who work in it see it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kehra.kernel.access.permissions import may
from kehra.kernel.access.requests import Request
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import ADDRESS, ANSWER_FOR, WORK
from kehra.site.views import matter_course


def page(request: Request, matter: Matter) -> HttpResponse:
    """The whole page, or only the matter, when it opens beside the desk's list."""
    beside = bool(request.htmx)
    template = "site/matter_staff.html#matter" if beside else "site/matter_staff.html"
    return render(request, template, _context(request, matter) | {"beside": beside})


def _facts(matter: Matter, age: int | None) -> list[tuple[str, Any]]:
    resident = matter.resident
    return [
        (_("Resident"), resident.name),
        (_("Age"), _("not known") if age is None else age),
        (_("Municipality"), resident.municipality or _("not known")),
        (_("Unit"), matter.unit),
        (_("Responsible"), matter.responsible or _("nobody yet")),
    ]


def _context(request: Request, matter: Matter) -> dict[str, Any]:
    by, now = request.actor, request.now
    resident = matter.resident
    return {
        "matter": matter,
        "resident": resident,
        "facts": _facts(matter, resident.age_on(helsinki.today(now))),
        "promises": matter_course.promises(matter, now),
        "course": matter_course.course(by, matter, now),
        "may_work": may(by, WORK, matter, now=now) and matter.is_open,
        "may_answer": may(by, ANSWER_FOR, matter, now=now) and matter.is_open,
        "may_see_address": may(by, ADDRESS, matter, now=now),
    }
