"""The provider over HTTP: addresses, headers, and limits on what is read."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from kehra.site.identity_provider import pages
from kehra.site.identity_provider.cast import LANGUAGES, Cast
from kehra.site.identity_provider.flow import (
    ACR,
    Client,
    Parameters,
    Provider,
    RefusedHere,
    RefusedToClient,
    TokenRefused,
)

ADDRESS = "127.0.0.1"
BODY_BYTES = 16_384
SILENCE_SECONDS = 10


class Server(ThreadingHTTPServer):
    """Listens on this machine only. Port 0 means any free one; `issuer` tells which it became."""

    daemon_threads = True

    def __init__(self, port: int, *, client: Client, cast: Cast, clock: Callable[[], float]) -> None:
        super().__init__((ADDRESS, port), _Handler)
        issuer = f"http://{ADDRESS}:{self.server_address[1]}"
        self.provider = Provider(issuer=issuer, client=client, cast=cast, clock=clock)

    @property
    def issuer(self) -> str:
        """The address that names this provider in its tokens."""
        return self.provider.issuer


class _Unreadable(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


@dataclass(frozen=True)
class _Asked:
    provider: Provider
    parameters: Parameters
    bearer: str
    lang: str


@dataclass(frozen=True)
class _Answer:
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kehra-practice-sign-in", ""
    timeout = SILENCE_SECONDS

    def do_GET(self) -> None:
        self._answer(_GET)

    def do_POST(self) -> None:
        self._answer(_POST)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Only what was refused, and of it only the path: queries and bodies hold codes and states."""
        if int(code) >= HTTPStatus.BAD_REQUEST:
            sys.stderr.write(f"{self.command} {urlsplit(self.path).path} {int(code)}\n")

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """A browser that keeps silent is no error."""

    def _answer(self, routes: "_Routes") -> None:
        path = urlsplit(self.path).path
        try:
            if path not in routes:
                known = path in _GET or path in _POST
                raise _Unreadable(HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND)
            answer = routes[path](self._asked())
        except _Unreadable as fault:
            # The body may be unread, so the connection cannot be used for another request.
            self.close_connection = True
            answer = _Answer(fault.status.phrase.encode(), "text/plain; charset=utf-8", fault.status)
        self._send(answer)

    def _asked(self) -> _Asked:
        text = self._body() if self.command == "POST" else urlsplit(self.path).query
        try:
            pairs = parse_qsl(text, errors="strict", max_num_fields=50)
        except ValueError:
            raise _Unreadable(HTTPStatus.BAD_REQUEST) from None
        parameters = dict(pairs)
        if len(parameters) != len(pairs):  # RFC 6749 §3.1: no parameter twice
            raise _Unreadable(HTTPStatus.BAD_REQUEST)
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return _Asked(
            provider=self.server.provider,
            parameters=parameters,
            bearer=token if scheme.lower() == "bearer" else "",
            lang=pages.language(parameters, self.headers.get("Accept-Language", "")),
        )

    def _body(self) -> str:
        kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        length = self.headers.get("Content-Length", "")
        if kind != "application/x-www-form-urlencoded":
            raise _Unreadable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if not length.isascii() or not length.isdecimal():
            raise _Unreadable(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > BODY_BYTES:
            raise _Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            return self.rfile.read(int(length)).decode("ascii")
        except UnicodeDecodeError:
            raise _Unreadable(HTTPStatus.BAD_REQUEST) from None

    def _send(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in (self._strict_headers() | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _strict_headers(self) -> dict[str, str]:
        # The browser follows the redirect after the choice only to an origin that form-action names.
        origins = sorted({_origin(uri) for uri in self.server.provider.client.redirect_uris})
        return {
            "Content-Security-Policy": (
                "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                f"form-action 'self' {' '.join(origins)}"
            ),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _html(text: str, status: HTTPStatus = HTTPStatus.OK) -> _Answer:
    return _Answer(text.encode(), status=status)


def _json(value: object, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> _Answer:
    return _Answer(json.dumps(value).encode(), "application/json", status, headers)


def _redirect(location: str) -> _Answer:
    # 303: a browser that posted its choice must come to the client with GET.
    return _Answer(status=HTTPStatus.SEE_OTHER, headers={"Location": location})


def _refused(refusal: RefusedHere, lang: str) -> _Answer:
    return _html(pages.refused(refusal.reason, lang), HTTPStatus.BAD_REQUEST)


def _show_cast(asked: _Asked) -> _Answer:
    try:
        asked.provider.check(asked.parameters)
    except RefusedHere as refusal:
        return _refused(refusal, asked.lang)
    except RefusedToClient as refusal:
        return _redirect(refusal.location)
    return _html(pages.choose(asked.provider.cast, asked.parameters, asked.lang))


def _choose(asked: _Asked) -> _Answer:
    try:
        request = asked.provider.check(asked.parameters)
        if "cancel" in asked.parameters:
            return _redirect(asked.provider.cancel(request))
        return _redirect(asked.provider.grant(request, asked.parameters.get("sub", "")))
    except RefusedHere as refusal:
        return _refused(refusal, asked.lang)
    except RefusedToClient as refusal:
        return _redirect(refusal.location)


def _token(asked: _Asked) -> _Answer:
    try:
        return _json(asked.provider.exchange(asked.parameters))
    except TokenRefused as refusal:
        status = HTTPStatus.UNAUTHORIZED if refusal.error == "invalid_client" else HTTPStatus.BAD_REQUEST
        return _json({"error": refusal.error, "error_description": refusal.description}, status)


def _userinfo(asked: _Asked) -> _Answer:
    member = asked.provider.person(asked.bearer)
    if member is None:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return _json({"error": "invalid_token"}, HTTPStatus.UNAUTHORIZED, **headers)
    return _json({"sub": member.sub, "name": member.name})


def _end_session(asked: _Asked) -> _Answer:
    try:
        address = asked.provider.signed_out_address(asked.parameters)
    except RefusedHere as refusal:
        return _refused(refusal, asked.lang)
    return _redirect(address) if address else _html(pages.signed_out(asked.lang))


def _keys(asked: _Asked) -> _Answer:
    return _json(asked.provider.public_keys())


def _configuration(asked: _Asked) -> _Answer:
    issuer = asked.provider.issuer
    return _json(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end-session",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "profile"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "name"],
            "acr_values_supported": [ACR],
            "ui_locales_supported": list(LANGUAGES),
        }
    )


def _style(asked: _Asked) -> _Answer:
    return _Answer(pages.STYLESHEET, "text/css; charset=utf-8")


def _no_icon(asked: _Asked) -> _Answer:
    return _Answer(status=HTTPStatus.NO_CONTENT)


_Routes = dict[str, Callable[[_Asked], _Answer]]

_GET: _Routes = {
    "/authorize": _show_cast,
    "/userinfo": _userinfo,
    "/jwks": _keys,
    "/.well-known/openid-configuration": _configuration,
    "/end-session": _end_session,
    "/style.css": _style,
    "/favicon.ico": _no_icon,
}
_POST: _Routes = {
    "/authorize": _choose,
    "/token": _token,
    "/userinfo": _userinfo,
    "/end-session": _end_session,
}
