"""A person is chosen, and the client learns who it is."""

from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kehra.site.identity_provider.tests.conftest import CALLBACK, REQUEST, SIGNED_OUT, Visitor


def test_the_configuration_tells_every_address(visitor: Visitor) -> None:
    told = visitor.get("/.well-known/openid-configuration").json()
    assert told["issuer"] == visitor.issuer
    assert told["authorization_endpoint"] == f"{visitor.issuer}/authorize"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint_auth_methods_supported"] == ["none"]


def test_the_page_lists_the_cast_by_group_and_says_it_is_for_practice(visitor: Visitor) -> None:
    page = visitor.get("/authorize", **REQUEST, lang="en")
    assert page.status_code == 200
    assert "This is a practice sign-in: nobody is asked for a password." in page.text
    assert page.text.index("Residents") < page.text.index("Aino &lt;Virtanen&gt;")
    assert page.text.index("Aino") < page.text.index("Professionals") < page.text.index("Olli Hoitaja")
    assert "A mother." in page.text
    assert "Partners" not in page.text  # nobody is in that group


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({}, '<html lang="fi">'),
        ({"lang": "sv"}, "Välj vem du är"),
        ({"ui_locales": "de sv-FI en"}, "Välj vem du är"),
        ({"lang": "en", "ui_locales": "sv"}, "Choose who you are"),
        ({"lang": "xx"}, "Valitse, kuka olet"),
    ],
)
def test_the_page_speaks_the_language_asked_for(visitor: Visitor, asked: dict[str, str], text: str) -> None:
    assert text in visitor.get("/authorize", **REQUEST, **asked).text


def test_the_choice_goes_back_to_the_client_with_code_and_state(visitor: Visitor) -> None:
    answer = visitor.post("/authorize", **REQUEST, sub="cast-olli")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(CALLBACK)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["the-state"]
    assert len(query["code"][0]) >= 43


def test_going_back_without_choosing_tells_the_client_so(visitor: Visitor) -> None:
    answer = visitor.post("/authorize", **REQUEST, cancel="1")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == ["access_denied"]


def test_the_token_can_be_verified_and_names_the_person(visitor: Visitor) -> None:
    tokens = visitor.exchange(visitor.choose()).json()
    token = jwt.decode(
        tokens["id_token"], KeySet.import_key_set(visitor.get("/jwks").json()), algorithms=["RS256"]
    )
    now = int(visitor.clock())
    assert token.claims == {
        "iss": visitor.issuer,
        "sub": "cast-aino",
        "aud": "kehra",
        "iat": now,
        "exp": now + 300,
        "auth_time": now,
        "nonce": "the-nonce",
        "acr": "0",
    }


def test_the_published_keys_hold_nothing_private(visitor: Visitor) -> None:
    (key,) = visitor.get("/jwks").json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_userinfo_gives_the_name(visitor: Visitor) -> None:
    token = visitor.exchange(visitor.choose()).json()["access_token"]
    assert visitor.userinfo(f"Bearer {token}").json() == {"sub": "cast-aino", "name": "Aino <Virtanen>"}


def test_signing_out_goes_back_to_the_registered_address(visitor: Visitor) -> None:
    answer = visitor.get("/end-session", post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SIGNED_OUT}?state=s")


def test_signing_out_without_an_address_says_so_on_a_page(visitor: Visitor) -> None:
    assert "You have signed out" in visitor.get("/end-session", lang="en").text


def test_headers_are_strict_and_let_the_choice_reach_the_client(visitor: Visitor) -> None:
    headers = visitor.get("/authorize", **REQUEST).headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8000" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "Python" not in headers["Server"]


def test_the_page_fetches_nothing_from_elsewhere_and_runs_no_script(visitor: Visitor) -> None:
    page = visitor.get("/authorize", **REQUEST).text
    assert "<script" not in page
    assert "//" not in page.replace("<!DOCTYPE html>", "").replace(CALLBACK, "")
    assert visitor.get("/style.css").headers["Content-Type"].startswith("text/css")
