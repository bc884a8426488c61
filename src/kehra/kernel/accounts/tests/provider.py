"""An identity provider for tests: one key, and access tokens as ours must be, or wrong in one place."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from kehra.kernel.accounts import tokens
from kehra.kernel.accounts.tests.cast import NOW, Cast

KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


class FakeKeys(tokens.Keys):
    """Asks nobody; counts how often it was asked."""

    asked = 0
    away = False

    def _ask(self) -> KeySet:
        self.asked += 1
        if self.away:
            raise tokens.ProviderAway("The provider does not answer.")
        return KeySet([KEY])


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeKeys:
    fake = FakeKeys()
    monkeypatch.setattr(tokens, "keys", fake)
    return fake


def token(cast: Cast, name: str, *, key: RSAKey = KEY, now: datetime = NOW, **claims: Any) -> str:
    """An access token of somebody of the cast; claims given here stand in place of the right ones."""
    right = {
        "iss": settings.OIDC_ISSUER,
        "aud": settings.OIDC_API_AUDIENCE,
        "sub": cast.user(name).sub,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 300,
    }
    wanted = {name: value for name, value in (right | claims).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, wanted, key)


def headers(cast: Cast, name: str, **others: str) -> dict[str, str]:
    """What a program sends that acts for somebody of the cast."""
    assignment = cast.assignments.get(name)
    role = {"Kehra-Assignment": str(assignment.pk)} if assignment else {}
    return {"Authorization": f"Bearer {token(cast, name)}", **role, **others}
