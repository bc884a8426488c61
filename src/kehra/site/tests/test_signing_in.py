"""The whole sign-in: our client and the demo's provider over HTTP, each enforcing its part."""

import re
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from kehra.kernel.accounts.models import Assignment, User
from kehra.kernel.accounts.tests.cast import TODAY, Cast
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.time import clock
from kehra.site.identity_provider.cast import Member
from kehra.site.identity_provider.flow import Client as Relying
from kehra.site.identity_provider.server import Server

CALLBACK, SIGNED_OUT = "http://testserver/oidc/callback/", "http://testserver/signed-out/"
FAILED, NO_ACCESS = "/sign-in/failed/", "/sign-in/no-access/"
ABOUT = {"fi": "-", "sv": "-", "en": "-"}


@pytest.fixture
def provider(settings: object) -> Iterator[Server]:
    """A running provider that our settings point to; it knows two of the cast and a stranger."""
    cast = {sub: Member(sub, sub, "residents", ABOUT) for sub in ("test-marja", "test-liisa", "stranger")}
    client = Relying("kehra", frozenset({CALLBACK}), frozenset({SIGNED_OUT}))
    server = Server(0, client=client, cast=cast, clock=lambda: clock.now().timestamp())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    for name, value in {
        "OIDC_ISSUER": server.issuer,
        "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{server.issuer}/authorize",
        "OIDC_OP_TOKEN_ENDPOINT": f"{server.issuer}/token",
        "OIDC_OP_JWKS_ENDPOINT": f"{server.issuer}/jwks",
        "OIDC_OP_LOGOUT_ENDPOINT": f"{server.issuer}/end-session",
    }.items():
        setattr(settings, name, value)
    yield server
    server.shutdown()
    server.server_close()


def _at_provider(client: Client, sub: str, next_url: str = "") -> str:
    """Our callback's address with the code and state that the provider gives for `sub`."""
    begin = client.get("/sign-in/", {"next": next_url} if next_url else {})
    page = requests.get(begin["Location"], timeout=5)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    address = begin["Location"].split("?")[0]
    chosen = requests.post(address, data=hidden | {"sub": sub}, allow_redirects=False, timeout=5)
    return chosen.headers["Location"]


def test_one_with_one_role_comes_to_the_page_asked_for(client: Client, cast: Cast, provider: Server) -> None:
    back = client.get(_at_provider(client, "test-liisa", "/desk/?all=1"))
    assert (back.status_code, back["Location"]) == (302, "/desk/?all=1")
    assert client.get("/role/").wsgi_request.actor.assignment_id == cast.assignments["liisa"].pk
    assert AuditEntry.objects.filter(kind=AuditKind.SESSION, action="accounts.sign_in").count() == 1


def test_one_with_several_roles_chooses_first(client: Client, cast: Cast, provider: Server) -> None:
    back = client.get(_at_provider(client, "test-marja", "/matters/"))
    assert back["Location"] == "/role/?next=%2Fmatters%2F"
    page = client.get(back["Location"])
    assert 'name="next" value="/matters/"' in page.text
    assert "/role/" in client.get("/help/").text  # the link to change it later


def test_the_key_of_the_session_is_new_and_nothing_is_carried_over(
    client: Client, cast: Cast, provider: Server
) -> None:
    address = _at_provider(client, "test-liisa")
    before = client.cookies["__Host-session"].value
    client.get(address)
    assert client.cookies["__Host-session"].value != before
    assert "oidc_states" not in client.session
    before = client.cookies["__Host-session"].value
    client.get(_at_provider(client, "test-liisa"))  # the same person again
    assert client.cookies["__Host-session"].value != before


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_leads_to_our_own_pages_only(
    client: Client, cast: Cast, provider: Server, next_url: str
) -> None:
    assert client.get(_at_provider(client, "test-liisa", next_url))["Location"] == "/"


def test_nobody_is_created_by_signing_in(client: Client, cast: Cast, provider: Server) -> None:
    users = User.objects.count()
    assert client.get(_at_provider(client, "stranger"))["Location"] == NO_ACCESS
    assert "You have no access here" in client.get(NO_ACCESS, headers={"Accept-Language": "en"}).text
    assert AuditEntry.objects.get(kind=AuditKind.REFUSAL).rule == "unknown_sub"
    assert User.objects.count() == users
    assert "_auth_user_id" not in client.session


def test_one_whose_roles_have_ended_has_no_access(client: Client, cast: Cast, provider: Server) -> None:
    Assignment.objects.filter(pk=cast.assignments["liisa"].pk).update(valid_until=TODAY)
    assert client.get(_at_provider(client, "test-liisa"))["Location"] == NO_ACCESS
    refusal = AuditEntry.objects.get(kind=AuditKind.REFUSAL)
    assert (refusal.rule, refusal.actor_user_id) == ("no_role", cast.user("liisa").pk)
    assert "_auth_user_id" not in client.session


def test_one_who_cancels_comes_to_the_front_page(client: Client, cast: Cast, provider: Server) -> None:
    assert client.get("/oidc/callback/?error=access_denied&state=x")["Location"] == "/"


def test_a_sign_in_cannot_be_used_twice_or_by_another_browser(
    client: Client, cast: Cast, provider: Server
) -> None:
    address = _at_provider(client, "test-liisa")
    assert Client().get(address)["Location"] == FAILED  # another browser: its session has no such state
    other = Client()
    _at_provider(other, "test-marja")
    assert other.get(address)["Location"] == FAILED
    assert client.get(address)["Location"] == "/"
    assert client.get(address)["Location"] == FAILED


def test_a_sign_in_without_the_verifier_of_its_request_fails(
    client: Client, cast: Cast, provider: Server
) -> None:
    address = _at_provider(client, "test-liisa")
    session = client.session
    (state,) = session["oidc_states"]
    session["oidc_states"][state]["code_verifier"] = "w" * 64
    session.save()
    assert client.get(address)["Location"] == FAILED


def test_a_sign_in_with_another_nonce_fails(client: Client, cast: Cast, provider: Server) -> None:
    address = _at_provider(client, "test-liisa")
    session = client.session
    (state,) = session["oidc_states"]
    session["oidc_states"][state]["nonce"] = "another"
    session.save()
    assert client.get(address)["Location"] == FAILED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://127.0.0.1:9"),
        ("OIDC_ACR", ["substantial"]),
        ("OIDC_OP_TOKEN_ENDPOINT", "http://127.0.0.1:9/token"),
    ],
)
def test_a_token_of_another_issuer_or_too_weak_or_none_signs_nobody_in(
    client: Client, cast: Cast, provider: Server, settings: object, name: str, value: object
) -> None:
    address = _at_provider(client, "test-liisa")
    setattr(settings, name, value)
    assert client.get(address)["Location"] == FAILED
    assert "Signing in did not succeed" in client.get(FAILED, headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    "changes",
    [{"aud": "another"}, {"aud": ["another"]}, {"exp": 1}, {"exp": None}, {"sub": ""}, {"iss": "x"}],
)
def test_a_token_made_for_another_or_outlived_signs_nobody_in(
    client: Client, cast: Cast, provider: Server, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    key: RSAKey = provider.provider._key

    def id_token(grant: object, now: float) -> str:
        claims = {"iss": provider.issuer, "sub": "test-liisa", "aud": "kehra", "exp": int(now) + 60}
        claims |= {"nonce": grant.request.nonce} | changes  # type: ignore[attr-defined]
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, kept, key)

    monkeypatch.setattr(provider.provider, "_id_token", id_token)
    assert client.get(_at_provider(client, "test-liisa"))["Location"] == FAILED
    assert "_auth_user_id" not in client.session


def test_the_provider_is_asked_with_pkce_and_in_the_readers_language(client: Client, cast: Cast) -> None:
    begin = client.get("/sign-in/", headers={"Accept-Language": "sv"})
    asked = parse_qs(urlsplit(begin["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["ui_locales"] == ["sv"]
    assert asked["state"] != asked["nonce"]


def test_signing_out_goes_round_by_the_provider_and_comes_back(
    client: Client, cast: Cast, provider: Server
) -> None:
    client.get(_at_provider(client, "test-liisa"))
    answer = client.post("/sign-out/")
    back = requests.get(answer["Location"], allow_redirects=False, timeout=5)
    assert back.headers["Location"] == SIGNED_OUT
    assert "_auth_user_id" not in client.session
