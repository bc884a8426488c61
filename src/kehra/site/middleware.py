"""What stands around every page: the headers, the guard of permissions and the words of a refusal."""

import time
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from kehra.kernel.access import guard as access
from kehra.kernel.access.permissions import Asking, NotPossible, Refused
from kehra.kernel.accounts.middleware import is_api
from kehra.site.views import errors

Handler = Callable[[HttpRequest], HttpResponse]

READ_AWAY_SECONDS, READ_AWAY_BYTES = 1.0, 1024 * 1024


def headers(get_response: Handler) -> Handler:
    """Nothing inline, nothing from another host, nothing kept in a cache.

    WhiteNoise answers for static files before this is reached, so all that comes here is a page or a
    person's file. HTMX writes no style and evaluates no text (its settings are in shell.html), so no
    exception is needed.
    """
    issuer = urlsplit(settings.OIDC_ISSUER)
    policy = _content_security_policy(sign_in_origin=f"{issuer.scheme}://{issuer.netloc}")

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", policy)  # a file of a message has a stricter one
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "DENY"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        return response

    return middleware


def size(get_response: Handler) -> Handler:
    """Refuses what is larger than the page it is sent to can take, before it is read: nothing of it is kept
    in memory or on disk. What comes without a length is read as empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return get_response(request)
        if int(length) <= _most_bytes(request.path_info):
            return get_response(request)
        _read_away(request)
        return errors.too_large(request)

    return middleware


def _most_bytes(path: str) -> int:
    try:
        view = resolve(path).func
    except Resolver404:
        return 0
    return int(getattr(view, "most_bytes", 0))


def _read_away(request: HttpRequest) -> None:
    """A browser reads no answer before it has sent everything, so that is waited for, within measure."""
    end = time.monotonic() + READ_AWAY_SECONDS
    while time.monotonic() < end and request.read(READ_AWAY_BYTES):
        pass


class guard:  # noqa: N801 - named in settings beside function middleware
    """Serves no view that declares no permission, shows none that asked none, and turns a refusal
    into the page that the refused may see: 404 for what does not exist for them, else 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        with Asking() as asking:
            request.served_view = None  # type: ignore[attr-defined]
            response = self.get_response(request)
            view = request.served_view  # type: ignore[attr-defined]
            view = getattr(view, "by_method", {}).get(request.method, view)  # in the API, one for each
            if view is not None and response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
                access.check_asked(view, asking)
        if response.status_code == HTTPStatus.NOT_FOUND:
            _wait_until(begun + settings.NOT_FOUND_AFTER)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        access.check_declared(view)
        if hasattr(view, "asks") and request.actor.kind == "nobody":  # type: ignore[attr-defined]
            # Before anything is looked for: the answer is the same for what exists and what does not.
            return errors.not_signed_in(request) if is_api(request) else _to_sign_in(request)
        request.served_view = view  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        request.served_view = None  # type: ignore[attr-defined] # What is shown instead shows nobody's data.
        # The view's transaction has been rolled back by now; the refusal has one of its own.
        if isinstance(error, Refused):
            with transaction.atomic():
                access.record_refusal(error, at=request.now)  # type: ignore[attr-defined]
            return errors.not_found(request) if error.hidden else errors.forbidden(request)
        if isinstance(error, NotPossible):
            return errors.not_possible(request, str(error))
        return None


def _wait_until(moment: float) -> None:
    """What is not there is answered no sooner than what is there and not yours: deciding takes a few
    milliseconds more than finding nothing, and whoever measures that learns which numbers exist."""
    sleep(max(0.0, moment - monotonic()))


def _content_security_policy(sign_in_origin: str) -> str:
    """`form-action` names the identity provider, for the sign-in form is answered by a redirect to it."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {sign_in_origin}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign-in, and back to the page that was asked for (a form that was sent cannot be repeated)."""
    if getattr(request, "htmx", False):
        here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': here})}")
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': here})}")
