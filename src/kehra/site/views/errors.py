"""What went wrong, in plain words, and what to do next: a page for people, JSON for programs."""

import sys
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kehra.kernel.access.problems import problem
from kehra.kernel.accounts.middleware import is_api
from kehra.kernel.audit.models import NotLogged
from kehra.site.pages.shell import Shell

AWAY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of ours sends. 503 if it is the session that could not be
    saved because the database is away (Django takes that for a session that somebody has ended): what was
    sent may have been done, so nobody is told that nothing was saved."""
    if _database_is_away(exception):
        return _away(request, "errors/503.html")
    return _tell(request, "errors/400.html", HTTPStatus.BAD_REQUEST, _("The request could not be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may see this but not do it."""
    return _tell(request, "errors/403.html", HTTPStatus.FORBIDDEN, _("You may see this but not do it."))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid CSRF token: most often a page that was left open too long."""
    return render(request, "errors/stale_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: it does not exist, or this person may not know that it does. The words are the same."""
    return _tell(request, "errors/404.html", HTTPStatus.NOT_FOUND, _("There is nothing here."))


def not_possible(request: HttpRequest, reason: str) -> HttpResponse:
    """409: the thing has moved on meanwhile. `reason` says how, in the reader's words."""
    return _tell(request, "errors/409.html", HTTPStatus.CONFLICT, reason, reason=reason)


def not_signed_in(request: HttpRequest) -> HttpResponse:
    """401, for programs; people are led to the sign-in."""
    return problem(HTTPStatus.UNAUTHORIZED, _("Send an access token of the person who asks."))


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than any form of ours can hold. Nothing else of the request was looked at."""
    return HttpResponse(render_to_string("errors/413.html", {"shell": Shell()}), status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, so that it needs no session and no database. 503 if the log cannot
    be written, for then nothing may be shown, or if the database is away: then what was sent can be sent
    again, for it was done once or not at all."""
    error = sys.exc_info()[1]
    if isinstance(error, NotLogged):
        return _away(request, "errors/not_logged.html")
    if _database_is_away(error):
        return _away(request, "errors/503.html")
    if is_api(request):
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong here. What was sent can be sent again.")
        )
    return HttpResponse(render_to_string("errors/500.html", {"shell": Shell()}), status=500)


def _away(request: HttpRequest, page: str) -> HttpResponse:
    if is_api(request):
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE, _("Something went wrong here. What was sent can be sent again.")
        )
    answer = render_to_string(page, {"shell": Shell()})
    return HttpResponse(answer, status=503, headers={"Retry-After": str(AWAY_SECONDS)})


def _database_is_away(error: BaseException | None) -> bool:
    """Whether it is what the error says, or what led to it."""
    while error is not None and not isinstance(error, (OperationalError, InterfaceError)):
        error = error.__cause__ or error.__context__
    return error is not None


def _tell(request: HttpRequest, page: str, status: HTTPStatus, detail: str, **values: Any) -> HttpResponse:
    if is_api(request):
        return problem(status, detail)
    return render(request, page, values, status=status)
