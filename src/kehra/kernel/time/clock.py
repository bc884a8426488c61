"""The only place that reads the clock. Everywhere else time is passed in as `now`."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse


def now() -> datetime:
    """This moment in UTC, aware of its zone."""
    return datetime.now(UTC)


def stamp_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that sets `request.now` once, so that one request lives in one moment."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.now = now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
