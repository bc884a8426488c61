"""The authorization code flow of OpenID Connect, without HTTP: what is asked, granted and refused.

Only what the flow needs is here, and all of it is enforced: one registered client, exact addresses,
PKCE with S256 (RFC 7636), state, nonce, and codes that work once, for a minute, for whoever holds the
verifier. The client is public (it has no secret): PKCE is what ties a code to the browser that asked.
"""

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from kehra.site.identity_provider.cast import Cast, Member

CODE_SECONDS = 60
TOKEN_SECONDS = 300
# OpenID Connect Core §2: "0" says that nobody was authenticated to any level, which is the truth here.
ACR = "0"
# Whom access tokens are for (RFC 9068): the API of Kehrä.
API = "kehra-api"

Parameters = dict[str, str]


@dataclass(frozen=True)
class Client:
    """The one program that may ask. Addresses are compared as whole strings, never by prefix."""

    id: str
    redirect_uris: frozenset[str]
    signed_out_uris: frozenset[str]


@dataclass(frozen=True)
class Request:
    """A request to sign somebody in that has passed every check."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str


class RefusedHere(Exception):
    """Told on our own page, because the address to go back to cannot be trusted."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class RefusedToClient(Exception):
    """Told to the client at its own registered address (OpenID Connect Core §3.1.2.6)."""

    def __init__(self, redirect_uri: str, state: str, error: str, description: str) -> None:
        answer = {"error": error, "error_description": description}
        self.location = _with_query(redirect_uri, answer | ({"state": state} if state else {}))


class TokenRefused(Exception):
    """The token endpoint's answer in the words of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description


@dataclass(frozen=True)
class _Grant:
    """What a code stands for until it is used."""

    sub: str
    request: Request
    given_at: float


@dataclass(frozen=True)
class _Access:
    sub: str
    code: str
    expires_at: float


class Provider:
    """Keys, codes and tokens of one running provider; all of it is forgotten when the process ends.

    `clock` gives seconds since 1970 (UTC); every time limit is measured by it.
    """

    def __init__(self, *, issuer: str, client: Client, cast: Cast, clock: Callable[[], float]) -> None:
        self.issuer, self.client, self.cast, self._clock = issuer, client, cast, clock
        self._key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        self._access: dict[str, _Access] = {}

    def check(self, asked: Parameters) -> Request:
        """The request, if it may be answered; raises RefusedHere or RefusedToClient."""
        if asked.get("client_id") != self.client.id:
            raise RefusedHere("unknown_client")
        if asked.get("redirect_uri") not in self.client.redirect_uris:
            raise RefusedHere("unknown_address")
        refusal = _fault(asked)
        if refusal:
            raise RefusedToClient(asked["redirect_uri"], asked.get("state", ""), *refusal)
        return Request(asked["redirect_uri"], asked["state"], asked["nonce"], asked["code_challenge"])

    def grant(self, request: Request, sub: str) -> str:
        """The address that takes the chosen person back to the client with a code; raises RefusedHere."""
        if sub not in self.cast:
            raise RefusedHere("unknown_person")
        code, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._forget_expired(now)
            self._grants[code] = _Grant(sub, request, now)
        return _with_query(request.redirect_uri, {"code": code, "state": request.state})

    def cancel(self, request: Request) -> str:
        """The address that takes a person back who chose nobody."""
        return RefusedToClient(
            request.redirect_uri, request.state, "access_denied", "Nobody was chosen."
        ).location

    def exchange(self, sent: Parameters) -> dict[str, str | int]:
        """Tokens for a code; raises TokenRefused. A code is used up by the first attempt, good or bad."""
        if sent.get("client_id") != self.client.id:
            raise TokenRefused("invalid_client", "The client is not known here.")
        if sent.get("client_secret"):
            raise TokenRefused("invalid_client", "This client has no secret; leave it empty.")
        if sent.get("grant_type") != "authorization_code":
            raise TokenRefused("unsupported_grant_type", "Only authorization_code is known here.")
        code, now = sent.get("code", ""), self._clock()
        with self._lock:
            grant = self._take(code, now)
            _require_same_asker(grant.request, sent)
            access_token = self._access_token(grant, now)
            self._access[access_token] = _Access(grant.sub, code, now + TOKEN_SECONDS)
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": self._id_token(grant, now),
        }

    def person(self, access_token: str) -> Member | None:
        """Whom a living access token stands for."""
        with self._lock:
            self._forget_expired(self._clock())
            access = self._access.get(access_token)
        return self.cast[access.sub] if access else None

    def signed_out_address(self, asked: Parameters) -> str | None:
        """Where to send a person who signed out at the client; None if no address is given.

        Nothing is remembered of a person here, so there is nothing else to end. Raises RefusedHere.
        """
        address = asked.get("post_logout_redirect_uri")
        if address is None:
            return None
        if address not in self.client.signed_out_uris:
            raise RefusedHere("unknown_address")
        return _with_query(address, {"state": asked["state"]}) if "state" in asked else address

    def public_keys(self) -> dict[str, list[dict[str, object]]]:
        """The keys that verify our tokens (RFC 7517)."""
        return {"keys": [dict(self._key.as_dict(private=False))]}

    def _take(self, code: str, now: float) -> _Grant:
        grant = self._grants.pop(code, None)
        if grant is None:
            # A code that comes twice may have been stolen: what the first one gave is taken back.
            self._access = {token: row for token, row in self._access.items() if row.code != code}
            raise TokenRefused("invalid_grant", "The code is not known, or it has been used.")
        if now - grant.given_at >= CODE_SECONDS:
            raise TokenRefused("invalid_grant", "The code has expired.")
        return grant

    def _forget_expired(self, now: float) -> None:
        self._grants = {code: row for code, row in self._grants.items() if now - row.given_at < CODE_SECONDS}
        self._access = {token: row for token, row in self._access.items() if now < row.expires_at}

    def _access_token(self, grant: _Grant, now: float) -> str:
        claims = {
            "iss": self.issuer,
            "sub": grant.sub,
            "aud": API,
            "client_id": self.client.id,
            "iat": int(now),
            "exp": int(now) + TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(16),
            "acr": ACR,
        }
        return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": self._key.kid}, claims, self._key)

    def _id_token(self, grant: _Grant, now: float) -> str:
        claims = {
            "iss": self.issuer,
            "sub": grant.sub,
            "aud": self.client.id,
            "iat": int(now),
            "exp": int(now) + TOKEN_SECONDS,
            "auth_time": int(grant.given_at),
            "nonce": grant.request.nonce,
            "acr": ACR,
        }
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)


def _fault(asked: Parameters) -> tuple[str, str] | None:
    """The first thing wrong with a request from a known client: error and description."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "Only the authorization code flow is known here."
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope", "The scope must contain openid."
    if not asked.get("state") or not asked.get("nonce"):
        return "invalid_request", "Both state and nonce are needed."
    if asked.get("code_challenge_method") != "S256":
        return "invalid_request", "PKCE is needed, with code_challenge_method S256."
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", asked.get("code_challenge", "")):
        return "invalid_request", "code_challenge must be a SHA-256 in base64url, 43 characters."
    if asked.get("prompt") == "none":
        return "login_required", "A person must choose who they are; that needs a page."
    return None


def _require_same_asker(request: Request, sent: Parameters) -> None:
    if sent.get("redirect_uri") != request.redirect_uri:
        raise TokenRefused("invalid_grant", "redirect_uri is not the one that the code was given to.")
    verifier = sent.get("code_verifier", "")
    if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
        raise TokenRefused("invalid_grant", "code_verifier is missing or malformed.")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not secrets.compare_digest(digest, request.challenge):
        raise TokenRefused("invalid_grant", "code_verifier does not match the challenge.")


def _with_query(address: str, parameters: Parameters) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"
