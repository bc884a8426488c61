"""A matter as its resident, or one who acts for them, sees it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kehra.serve.matters.models.matter import Matter
from kehra.site.views import matter_course


def page(request: HttpRequest, matter: Matter) -> HttpResponse:
    """What was promised, what has happened."""
    context = {
        "matter": matter,
        "promises": matter_course.promises(matter, request.now),  # type: ignore[attr-defined]
        "course": matter_course.course(request.actor, matter, request.now),  # type: ignore[attr-defined]
    }
    return render(request, "site/matter_resident.html", context)
