"""Signing in and out, and changing the role or the person acted for. Each is written to the log."""

from datetime import datetime

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.kernel.accounts import sessions
from kehra.kernel.accounts.models import Choice, User
from kehra.kernel.accounts.permissions import ACT_AS, SIGN_IN, SIGN_OUT, Acting
from kehra.kernel.audit.models import AuditEntry, AuditKind


@transaction.atomic
def sign_in(request: HttpRequest, user: User, *, by: Actor, now: datetime) -> None:
    """Begins a session with a new key; nothing of an earlier session is carried over.

    The first choice is kept in so many words: an assignment that ends is then told to have ended,
    instead of another taking its place unseen.
    """
    require(by, SIGN_IN, user, now=now)
    request.session.flush()
    auth.login(request, user)
    sessions.begin(request.session, now=now)
    choices = user.choices(now)
    sessions.choose(request.session, choices[0], many=len(choices) > 1)


@transaction.atomic
def act_as(request: HttpRequest, user: User, choice: Choice, *, by: Actor, now: datetime) -> Actor:
    """The actor that the user is from now on, in another role or for another person."""
    rule = require(by, ACT_AS, Acting(user, choice), now=now)
    actor = user.actor(choice, now=now)
    sessions.choose(request.session, choice, many=len(user.choices(now)) > 1)
    # The first row tells who changed; this one as whom and for which unit they go on.
    AuditEntry.objects.record(
        actor,
        at=now,
        kind=AuditKind.SESSION,
        action="accounts.acts_as",
        rule=rule.sentence,
        relation=rule.relation,
        purpose=rule.purpose,
    )
    return actor


@transaction.atomic
def sign_out(request: HttpRequest, user: User, *, by: Actor, now: datetime) -> None:
    """Ends the session; its key opens nothing any more."""
    require(by, SIGN_OUT, user, now=now)
    auth.logout(request)


@transaction.atomic
def end(request: HttpRequest, user: User, *, by: Actor, reason: str, now: datetime) -> None:
    """Ends a session that has run out or whose user has nothing left to act as."""
    require(by, SIGN_OUT, user, now=now)
    AuditEntry.objects.record(
        by, at=now, kind=AuditKind.SESSION, action="accounts.session_ended", rule=reason
    )
    auth.logout(request)


@transaction.atomic
def go_on(request: HttpRequest, user: User, choice: Choice, *, by: Actor, now: datetime) -> Actor:
    """The actor that the user is after the right that was chosen has ended."""
    require(by, ACT_AS, Acting(user, choice), now=now)
    actor = user.actor(choice, now=now)
    AuditEntry.objects.record(by, at=now, kind=AuditKind.SESSION, action="accounts.right_ended")
    sessions.choose(request.session, choice, many=len(user.choices(now)) > 1)
    return actor
