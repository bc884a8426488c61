"""Sign-in by OpenID Connect: what the library leaves to us, and where a person comes back to.

The library keeps state, nonce and PKCE. It checks the signature of the ID token but not for whom it was
made nor by whom; that is checked here. Only the token's `sub` is read: nobody is created by signing in.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from jwt import InvalidTokenError
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests import RequestException

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import record_refusal
from kehra.kernel.access.permissions import Concern, Refused
from kehra.kernel.accounts import actions
from kehra.kernel.accounts.models import Choice, User
from kehra.kernel.accounts.permissions import SIGN_IN


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Finds the user whom the identity provider has identified."""

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The claims of a token that our provider made for us; raises SuspiciousOperation."""
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = claims.get("aud")
        if claims.get("iss") != settings.OIDC_ISSUER:
            raise SuspiciousOperation("The ID token was made by another provider.")
        if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("The ID token was made for another client.")
        if "exp" not in claims or not claims.get("sub"):
            raise SuspiciousOperation("The ID token has no end or no subject.")
        if settings.OIDC_ACR and claims.get("acr") not in settings.OIDC_ACR:
            raise SuspiciousOperation("The person was not identified strongly enough.")
        return claims

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The ID token says all that we need; a second question could have a second answer."""
        return payload

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """They were verified with the token."""
        return True

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        """The user with this `sub`, known by nothing else."""
        return User.objects.filter(sub=claims["sub"])

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, with the resident whom nearly every page needs."""
        return User.objects.select_related("resident").filter(pk=user_id).first()


class Begin(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Sends a person to the identity provider, which is asked to speak their language."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Parameters of our own in the request."""
        return {**super().get_extra_params(request), "ui_locales": get_language() or "fi"}


class ComeBack(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Receives a person from the identity provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page for every way it can end; none of them says more than the person knows."""
        try:
            answer: HttpResponse = super().get(request)
        except (SuspiciousOperation, InvalidTokenError, RequestException):
            return self._failed()
        return answer

    def login_success(self) -> HttpResponse:
        """Begins the session, and lets those choose who can act in several roles."""
        user, now = self.user, self.request.now
        choices = user.choices(now)
        if not choices:
            return self._no_access("no_role", user)
        next_url = safe_next(self.request, self.request.session.get("oidc_login_next"))
        actions.sign_in(self.request, user, by=user.actor(Choice(), now=now), now=now)
        if len(choices) > 1:
            return redirect(f"{reverse('accounts:role')}?{urlencode({'next': next_url})}")
        return redirect(next_url)

    def login_failure(self) -> HttpResponse:
        """The person cancelled, is not known here, or came back without having asked."""
        if hasattr(self, "user"):
            return self._no_access("unknown_sub", None)
        if self.request.GET.get("error") == "access_denied":
            messages.info(self.request, _("You did not sign in."))
            return redirect("/")
        return self._failed()

    def _no_access(self, reason: str, user: User | None) -> HttpResponse:
        by = Actor(kind="nobody", user_id=user.pk if user else None)
        with transaction.atomic():
            refused = Refused(by, SIGN_IN, Concern(None), reason, hidden=True)
            record_refusal(refused, at=self.request.now)
        return redirect("accounts:no_access")

    def _failed(self) -> HttpResponse:
        # Pages of their own: this address holds a used code, and loading it again would fail.
        return redirect("accounts:sign_in_failed")


def safe_next(request: HttpRequest, url: str | None) -> str:
    """Where to go on: `url` if it is a page of ours, else the front page."""
    ours = {request.get_host()}
    if url and url_has_allowed_host_and_scheme(url, ours, require_https=request.is_secure()):
        return url
    return "/"


def provider_sign_out_url(request: HttpRequest) -> str:
    """The provider's page that ends its session too, and comes back to ours; ours if it has none.

    The ID token is not sent along (`id_token_hint`): it would stand in histories and logs.
    """
    here = reverse("accounts:signed_out")
    if not settings.OIDC_OP_LOGOUT_ENDPOINT:
        return here
    asked = {
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": request.build_absolute_uri(here),
        "ui_locales": get_language() or "fi",
    }
    return f"{settings.OIDC_OP_LOGOUT_ENDPOINT}?{urlencode(asked)}"
