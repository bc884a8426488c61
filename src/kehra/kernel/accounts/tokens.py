"""Who calls the API: an access token that our identity provider made for it (RFC 9068), and headers that
say in which role.

A session never opens the API, and a token never opens a page, so the API needs no protection from other
sites' forms. Nobody is created by calling.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kehra.kernel.accounts.models import Choice, User

KEPT, ASKED_AGAIN_AFTER = timedelta(minutes=10), timedelta(seconds=30)


class BadToken(Exception):
    """The token is missing, forged, old, for somebody else, or of nobody we know. The message says which."""


class ProviderAway(Exception):
    """The identity provider does not tell its keys: nothing can be said of the token."""


@dataclass
class Keys:
    """The provider's public keys, asked again when they are old or one is missing."""

    _keys: KeySet | None = None
    _asked_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, kid: str | None, *, now: datetime) -> KeySet:
        """Keys with `kid` among them, if the provider has it. Raises ProviderAway."""
        with self._lock:
            age = now - self._asked_at if self._asked_at else KEPT
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if self._keys is None or age >= KEPT or (not known and age >= ASKED_AGAIN_AFTER):
                self._keys, self._asked_at = self._ask(), now
            return self._keys

    def _ask(self) -> KeySet:
        try:
            answer = requests.get(settings.OIDC_OP_JWKS_ENDPOINT, timeout=settings.OIDC_TIMEOUT)
            answer.raise_for_status()
            return KeySet.import_key_set(answer.json())
        except (requests.RequestException, ValueError, JoseError) as error:
            raise ProviderAway(str(error)) from None


keys = Keys()


def user_of(request: HttpRequest, *, now: datetime) -> User:
    """Whose token the request carries. Raises BadToken, ProviderAway."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken("Send an access token: Authorization: Bearer …")
    user = User.objects.select_related("resident").filter(sub=_claims(token, now)["sub"]).first()
    if user is None:
        raise BadToken("This person has no access here.")
    return user


def choice_of(request: HttpRequest) -> Choice:
    """The role that the headers ask for: `Kehra-Assignment`, or `Kehra-Acting-For` a resident; oneself
    without them. What is no number is a role that nobody has."""
    return Choice(
        assignment_id=_number(request.headers.get("Kehra-Assignment")),
        resident_id=_number(request.headers.get("Kehra-Acting-For")),
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _claims(token: str, now: datetime) -> dict[str, Any]:
    try:
        read = jwt.decode(token, lambda found: keys.find(found.headers().get("kid"), now=now), ["RS256"])
        claims = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            iss={"essential": True, "value": settings.OIDC_ISSUER},
            aud={"essential": True, "value": settings.OIDC_API_AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )
        claims.validate(read.claims)
    except (JoseError, ValueError) as error:
        raise BadToken(f"The access token is not valid: {error}") from None
    if settings.OIDC_ACR and read.claims.get("acr") not in settings.OIDC_ACR:
        raise BadToken("The person was not identified strongly enough.")
    return read.claims
