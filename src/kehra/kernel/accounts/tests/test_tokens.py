"""Who may call the API: only who has a token of our provider, in a role of theirs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.accounts.tests.provider import FakeKeys, headers, token

pytestmark = pytest.mark.usefixtures("set_time")


def call(client: Client, **sent: str) -> Any:
    return client.get("/api/matters/", headers=sent)


def test_a_token_opens_what_its_person_may_see(cast: Cast, client: Client, provider: FakeKeys) -> None:
    assert call(client, **headers(cast, "eero")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": RSAKey.generate_key(2048, auto_kid=True)},
        {"aud": "kehra"},
        {"aud": None},
        {"iss": "http://elsewhere.example"},
        {"iss": None},
        {"exp": int((NOW - timedelta(seconds=1)).timestamp())},
        {"exp": None},
        {"sub": "nobody-here"},
        {"sub": None},
    ],
    ids=["key", "audience", "no audience", "issuer", "no issuer", "old", "endless", "stranger", "no subject"],
)
def test_a_token_that_is_wrong_in_one_place_opens_nothing(
    cast: Cast, client: Client, provider: FakeKeys, wrong: dict[str, Any]
) -> None:
    answer = call(client, Authorization=f"Bearer {token(cast, 'eero', **wrong)}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x.y.z", "Basic abc", "Bearer \u00e4"])
def test_what_is_no_token_opens_nothing(cast: Cast, client: Client, provider: FakeKeys, sent: str) -> None:
    assert call(client, Authorization=sent).status_code == 401


def test_an_unsigned_token_opens_nothing(cast: Cast, client: Client, provider: FakeKeys) -> None:
    _header, claims, _signature = token(cast, "eero").split(".")
    assert call(client, Authorization=f"Bearer eyJhbGciOiJub25lIn0.{claims}.").status_code == 401


def test_a_session_opens_no_operation(cast: Cast, client: Client) -> None:
    assert call(signed_in(client, cast, "eero")).status_code == 401


def test_a_token_opens_no_page(cast: Cast, client: Client, provider: FakeKeys) -> None:
    assert client.get("/log/", headers=headers(cast, "eero")).status_code == 302


def test_a_role_that_is_not_ones_own_opens_nothing(cast: Cast, client: Client, provider: FakeKeys) -> None:
    for role in (str(cast.assignments["liisa"].pk), "0", "x", "9" * 30):
        assert call(client, **headers(cast, "eero", **{"Kehra-Assignment": role})).status_code == 403


def test_a_guardian_acts_for_the_child_and_only_while_guardian(
    cast: Cast, client: Client, provider: FakeKeys
) -> None:
    for_aino = {"Kehra-Acting-For": str(cast.aino.pk)}
    assert call(client, **headers(cast, "marja", **for_aino)).status_code == 200
    assert call(client, **headers(cast, "pekka", **for_aino)).status_code == 403


def test_while_the_provider_is_away_nothing_is_said_of_a_token(
    cast: Cast, client: Client, provider: FakeKeys
) -> None:
    provider.away = True
    assert call(client, **headers(cast, "eero")).status_code == 503


def test_the_keys_are_asked_once_and_again_for_a_key_that_is_not_known(
    cast: Cast, client: Client, provider: FakeKeys
) -> None:
    for _time in range(3):
        call(client, **headers(cast, "eero"))
    assert provider.asked == 1
    other = RSAKey.generate_key(2048, auto_kid=True)
    provider._asked_at = NOW - timedelta(minutes=1)
    for _time in range(3):
        call(client, Authorization=f"Bearer {token(cast, 'eero', key=other)}")
    assert provider.asked == 2
