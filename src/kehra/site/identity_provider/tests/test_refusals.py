"""What a stranger, a thief or a broken client tries is refused; nobody is sent to an unknown place."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jws import extract_compact

from kehra.site.identity_provider.tests.conftest import CALLBACK, REQUEST, VERIFIER, Visitor

EVIL = "http://evil.example/oidc/callback/"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "stranger"},
        {"redirect_uri": EVIL},
        {"redirect_uri": f"{CALLBACK}more"},
        {"redirect_uri": CALLBACK.replace("127.0.0.1", "localhost")},
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_client_or_address_gets_a_page_and_no_redirect(
    visitor: Visitor, method: str, changes: dict[str, str]
) -> None:
    answer = getattr(visitor, method)("/authorize", **(REQUEST | changes), lang="en", sub="cast-aino")
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "Signing in cannot go on" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_faulty_request_is_told_to_the_client(
    visitor: Visitor, changes: dict[str, str], error: str
) -> None:
    answer = visitor.get("/authorize", **(REQUEST | changes))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["error"] == [error]
    assert query.get("state", [""]) == [changes.get("state", "the-state")]


def test_a_person_who_is_not_in_the_cast_cannot_be_chosen(visitor: Visitor) -> None:
    answer = visitor.post("/authorize", **REQUEST, sub="cast-nobody")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
        ({"code_verifier": "v" * 42}, 400, "invalid_grant"),
        ({"redirect_uri": EVIL}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_grant"),
        ({"client_id": "stranger"}, 401, "invalid_client"),
        ({"client_secret": "a-secret"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_code_is_not_exchanged_for_anybody_else(
    visitor: Visitor, changes: dict[str, str], status: int, error: str
) -> None:
    answer = visitor.exchange(visitor.choose(), **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("code", ["made-up", ""])
def test_a_code_that_was_never_given_is_refused(visitor: Visitor, code: str) -> None:
    assert visitor.exchange(code).json()["error"] == "invalid_grant"


def test_a_code_works_once_and_its_second_use_takes_back_what_the_first_gave(visitor: Visitor) -> None:
    code = visitor.choose()
    token = visitor.exchange(code).json()["access_token"]
    assert visitor.exchange(code).json()["error"] == "invalid_grant"
    assert visitor.userinfo(f"Bearer {token}").status_code == 401


def test_a_failed_attempt_uses_the_code_up(visitor: Visitor) -> None:
    code = visitor.choose()
    visitor.exchange(code, code_verifier="w" * 64)
    assert visitor.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
def test_a_code_lives_for_a_minute(visitor: Visitor, seconds: int, status: int) -> None:
    code = visitor.choose()
    visitor.clock.seconds += seconds
    assert visitor.exchange(code).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 401)])
def test_an_access_token_lives_for_five_minutes(visitor: Visitor, seconds: int, status: int) -> None:
    token = visitor.exchange(visitor.choose()).json()["access_token"]
    visitor.clock.seconds += seconds
    assert visitor.userinfo(f"Bearer {token}").status_code == status


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer made-up", "Basic a2VocmE6"])
def test_userinfo_is_for_holders_of_a_token(visitor: Visitor, header: str) -> None:
    answer = visitor.userinfo(header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_token_carries_the_nonce_of_its_own_request(visitor: Visitor) -> None:
    tokens = visitor.exchange(visitor.choose(nonce="another-nonce")).json()
    payload = extract_compact(tokens["id_token"].encode()).payload
    assert b'"another-nonce"' in payload
    assert b'"the-nonce"' not in payload


def test_signing_out_goes_to_no_unknown_address(visitor: Visitor) -> None:
    answer = visitor.get("/end-session", post_logout_redirect_uri=EVIL)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"), [("/", 404), ("/admin", 404), ("/token", 405), ("/style.css/..", 404)]
)
def test_other_addresses_and_methods_are_not_there(visitor: Visitor, path: str, status: int) -> None:
    assert visitor.get(path).status_code == status


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"a=%ff", {}, 400),
        (b"a=1&a=2", {}, 400),
        (b"\xff", {}, 400),
        (b"a" * 20_000, {}, 413),
        (b"&".join(b"n%d=1" % n for n in range(60)), {}, 400),
    ],
)
def test_unreadable_bodies_are_refused(
    visitor: Visitor, body: bytes, headers: dict[str, str], status: int
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(f"{visitor.issuer}/token", data=body, headers=form | headers, timeout=5)
    assert answer.status_code == status


def test_codes_and_tokens_are_not_logged(visitor: Visitor, capfd: pytest.CaptureFixture[str]) -> None:
    code = visitor.choose()
    visitor.exchange(code)
    visitor.exchange(code)
    written = "".join(capfd.readouterr())
    assert written == "POST /token 400\n"
    assert code not in written
    assert VERIFIER not in written
