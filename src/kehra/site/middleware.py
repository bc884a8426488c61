"""What stands around every page: the guard of permissions and the words of a refusal."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kehra.kernel.access import guard as access
from kehra.kernel.access.permissions import Asking, NotPossible, Refused


class guard:  # noqa: N801 - named in settings beside function middleware
    """Serves no view that declares no permission, shows none that asked none, and turns a refusal
    into the page that the refused may see: 404 for what does not exist for them, else 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with Asking() as asking:
            request.served_view = None  # type: ignore[attr-defined]
            response = self.get_response(request)
            view = request.served_view  # type: ignore[attr-defined]
            if view is not None and response.status_code < 400:
                access.check_asked(view, asking)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        access.check_declared(view)
        request.served_view = view  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        # The view's transaction has been rolled back by now; the refusal has one of its own.
        if isinstance(error, Refused):
            with transaction.atomic():
                access.record_refusal(error, at=request.now)  # type: ignore[attr-defined]
            status = 404 if error.hidden else 403
            return render(request, f"{status}.html", status=status)
        if isinstance(error, NotPossible):
            return render(request, "409.html", {"reason": str(error)}, status=409)
        return None
