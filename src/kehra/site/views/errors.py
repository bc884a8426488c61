"""What went wrong, in plain words, and what to do next."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kehra.site.pages.shell import Shell

AWAY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of ours sends."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may see this but not do it."""
    return render(request, "errors/403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid CSRF token: most often a page that was left open too long."""
    return render(request, "errors/stale_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: it does not exist, or this person may not know that it does. The words are the same."""
    return render(request, "errors/404.html", status=404)


def not_possible(request: HttpRequest, reason: str) -> HttpResponse:
    """409: the thing has moved on meanwhile. `reason` says how, in the reader's words."""
    return render(request, "errors/409.html", {"reason": reason}, status=409)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, so that it needs no session and no database. 503 if it is the
    database that is away: then what was sent can be sent again, for it was done once or not at all."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        away = render_to_string("errors/503.html", {"shell": Shell()})
        return HttpResponse(away, status=503, headers={"Retry-After": str(AWAY_SECONDS)})
    return HttpResponse(render_to_string("errors/500.html", {"shell": Shell()}), status=500)
