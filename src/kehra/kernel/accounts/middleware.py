"""Puts the actor on the request, read anew from rows at each one."""

from collections.abc import Callable

from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse

from kehra.kernel.access.actors import NOBODY, Actor
from kehra.kernel.accounts.models import Choice, ChoiceEnded, User

CHOICE = "choice"  # the session's key


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sets `request.user`, `request.actor` and `request.choice_ended`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = get_user(request)
        request.user = user
        request.choice_ended = False  # type: ignore[attr-defined]
        request.actor = _actor(request, user) if isinstance(user, User) else NOBODY  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _actor(request: HttpRequest, user: User) -> Actor:
    now = request.now  # type: ignore[attr-defined]
    choice = Choice(**request.session.get(CHOICE, {}))
    try:
        return user.actor(choice, now=now)
    except ChoiceEnded:
        # The right ended while the session was open: from now on they are only themselves.
        request.session.pop(CHOICE, None)
        request.session.cycle_key()
        request.choice_ended = True  # type: ignore[attr-defined]
        return user.actor(Choice(), now=now)
