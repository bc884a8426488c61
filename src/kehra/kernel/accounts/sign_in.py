"""Finds the user whom the identity provider has identified."""

from typing import Any

from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from kehra.kernel.accounts.models import User


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """A user is known by `sub` alone; nobody is created by signing in."""

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return User.objects.filter(sub=claims.get("sub", ""))

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return "sub" in claims

    def create_user(self, claims: dict[str, Any]) -> None:
        return None
