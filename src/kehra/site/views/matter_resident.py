"""A matter as its resident, or one who acts for them, sees it."""

from django.http import HttpResponse
from django.shortcuts import render

from kehra.kernel.access.requests import Request
from kehra.serve.booking.views import section as booking
from kehra.serve.matters.models.matter import Matter
from kehra.site.views import matter_course


def page(request: Request, matter: Matter) -> HttpResponse:
    """What was promised, when the visits are, what has happened."""
    context = {
        "matter": matter,
        "promises": matter_course.promises(matter, request.now),
        "course": matter_course.course(request.actor, matter, request.now),
    }
    context |= booking.section_for(request.actor, matter, request.now)
    return render(request, "site/matter_resident.html", context)
