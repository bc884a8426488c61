"""Puts the actor on the request, read anew from rows at each one, and ends sessions in time."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from kehra.kernel.access.actors import NOBODY, Actor
from kehra.kernel.access.problems import problem
from kehra.kernel.accounts import actions, sessions, tokens
from kehra.kernel.accounts.models import Choice, ChoiceEnded, User

Handler = Callable[[HttpRequest], HttpResponse]


def actor(get_response: Handler) -> Handler:
    """Sets `request.user` and `request.actor`.

    A session that has ended, or a chosen right that has ended, is told on a page of its own; what was
    asked is then not done. The API knows tokens only, and pages know sessions only.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_api(request):
            return _by_token(request) or get_response(request)
        user = get_user(request)
        request.user, request.actor = user, NOBODY  # type: ignore[attr-defined]
        if isinstance(user, User):
            now = request.now  # type: ignore[attr-defined]
            told = _session_ended(request, user, now) or _right_ended(request, user, now)
            if told is not None:
                return told
        return get_response(request)

    return middleware


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON."""
    return request.path_info.startswith("/api/")


def _by_token(request: HttpRequest) -> HttpResponse | None:
    """Sets who calls, or says why it is nobody. A call without a token goes on as nobody: a few paths are
    for everybody."""
    request.user, request.actor = AnonymousUser(), NOBODY  # type: ignore[attr-defined]
    if "Authorization" not in request.headers:
        return None
    now = request.now  # type: ignore[attr-defined]
    try:
        user = tokens.user_of(request, now=now)
        request.user = user
        request.actor = user.actor(tokens.choice_of(request), now=now)  # type: ignore[attr-defined]
    except tokens.BadToken as error:
        return problem(HTTPStatus.UNAUTHORIZED, str(error))
    except tokens.ProviderAway:
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE, _("Signing in does not work just now. Try again soon.")
        )
    except ChoiceEnded:
        return problem(HTTPStatus.FORBIDDEN, _("You may not act in this role, or not any more."))
    return None


def _session_ended(request: HttpRequest, user: User, now: datetime) -> HttpResponse | None:
    """The page that says that the session has ended, or None."""
    at_work = _at_work(user, sessions.chosen(request.session))
    ended = sessions.ended(request.session, at_work=at_work, now=now)
    if ended is None:
        sessions.used(request.session, now=now)
        return None
    if _waits_for_part(request):
        return HttpResponseClientRefresh()
    actions.end(request, user, by=_before_any_role(user), reason=ended.value, now=now)
    minutes = sessions.idle_minutes(at_work=at_work)
    return _tell(request, "session_ended", reason=ended.value, minutes=minutes)


def _right_ended(request: HttpRequest, user: User, now: datetime) -> HttpResponse | None:
    """Sets the actor; or the page that says that what they were chosen to act as has ended."""
    choice = sessions.chosen(request.session)
    with suppress(ChoiceEnded):
        request.actor = user.actor(choice, now=now)  # type: ignore[attr-defined]
    if request.actor.kind != "nobody":  # type: ignore[attr-defined]
        return None
    if _waits_for_part(request):
        return HttpResponseClientRefresh()
    left = user.choices(now)
    by = _before_any_role(user)
    if left:
        request.actor = actions.go_on(request, user, left[0], by=by, now=now)  # type: ignore[attr-defined]
    else:
        actions.end(request, user, by=by, reason="nothing left to act as", now=now)
    return _tell(request, "right_ended", at_work=_at_work(user, choice), goes_on=bool(left))


def _before_any_role(user: User) -> Actor:
    """The user as the log names one who acts in no role."""
    return Actor(kind="nobody", user_id=user.pk)


def _at_work(user: User, choice: Choice) -> bool:
    return choice.assignment_id is not None or user.resident_id is None


def _waits_for_part(request: HttpRequest) -> bool:
    """HTMX would put what is told into a corner of the page; it is sent to fetch the whole page instead."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def _tell(request: HttpRequest, page: str, **values: Any) -> HttpResponse:
    asked = request.method in {"GET", "HEAD"}
    values |= {"lost": not asked, "here": request.get_full_path() if asked else "/"}
    return render(request, f"accounts/{page}.html", values, status=403)
