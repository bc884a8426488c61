"""A professional opens the same person in the other system: no name in an address, once, and in the log."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Resident
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.records.permissions import OPEN_ELSEWHERE, SEND, TELL_WHO
from kehra.serve.records.tests.beside import SECRET, Beside


def launched(client: Client, cast: Cast, matter_id: int, name: str = "liisa") -> str:
    answer = signed_in(client, cast, name).get(f"/matters/{matter_id}/elsewhere/patients/")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer["Location"]).query)["launch"][0]


def who(token: Any, secret: str = SECRET) -> Any:
    return Client().post(
        "/other-systems/who/",
        json.dumps({"launch": token}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


@pytest.fixture
def matter(cast: Cast, set_time: Any, beside: Beside) -> Any:
    return make_taken_matter(cast)


def test_the_link_leads_to_the_same_person_and_names_nobody(cast: Cast, client: Client, matter: Any) -> None:
    assert "/elsewhere/patients/" in signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/").text
    address = signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/elsewhere/patients/")["Location"]
    assert cast.eero.identity_code not in address
    assert "Eero" not in address
    token = parse_qs(urlsplit(address).query)["launch"][0]
    told = who(token).json()
    assert told["patient"]["identifier"]["value"] == cast.eero.identity_code
    assert told["practitioner"]["name"] == "Liisa Testi"


def test_both_steps_are_in_the_log(cast: Cast, client: Client, matter: Any) -> None:
    who(launched(client, cast, matter.pk))
    for permission in (OPEN_ELSEWHERE, TELL_WHO):
        logged = AuditEntry.objects.filter(action=permission.name, residents__contains=[cast.eero.pk])
        assert logged.count() == 1, permission.name


def test_a_token_is_told_once(cast: Cast, client: Client, matter: Any) -> None:
    token = launched(client, cast, matter.pk)
    assert who(token).status_code == 200
    assert who(token).status_code == 404


def test_a_token_is_told_for_a_minute(cast: Cast, client: Client, matter: Any, set_time: Any) -> None:
    token = launched(client, cast, matter.pk)
    later: datetime = NOW + timedelta(seconds=61)
    set_time(later)
    assert who(token).status_code == 404


@pytest.mark.parametrize("token", ["", "x", None, 5, ["x"], "x" * 5000])
def test_what_is_no_token_is_nothing(cast: Cast, matter: Any, token: Any) -> None:
    assert who(token).status_code == 404


def test_without_the_secret_a_token_is_nothing(cast: Cast, client: Client, matter: Any) -> None:
    token = launched(client, cast, matter.pk)
    for secret in ("", "wrong", "\u00e4"):
        assert who(token, secret).status_code == 404
    assert who(token).status_code == 200


def test_a_stranger_opens_nobody_elsewhere(cast: Cast, client: Client, matter: Any) -> None:
    path = f"/matters/{matter.pk}/elsewhere/patients/"
    for name in ("sami", "elsa", "eero"):
        answer = signed_in(client, cast, name).get(path)
        assert answer.status_code == (403 if name == "eero" else 404), name
    assert SEND.writes


def test_a_system_that_is_not_declared_is_nothing(cast: Cast, client: Client, matter: Any) -> None:
    assert signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/elsewhere/other/").status_code == 404


def test_somebody_unknown_cannot_be_opened_and_it_says_why(cast: Cast, client: Client, matter: Any) -> None:
    Resident.objects.filter(pk=cast.eero.pk).update(identity_code=None)
    liisa = signed_in(client, cast, "liisa")
    assert liisa.get(f"/matters/{matter.pk}/elsewhere/patients/").status_code == 409
    assert "/elsewhere/patients/" not in liisa.get(f"/matters/{matter.pk}/").text


def test_entries_stand_as_text_to_copy(cast: Cast, client: Client, matter: Any) -> None:
    first = work.write(matter, "Vasen polvi.", by=cast.actor("liisa"), now=NOW)
    work.write(matter, "Oikea polvi.", by=cast.actor("liisa"), now=NOW, supersedes=first)
    page = signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/as-text/").text
    assert "Oikea polvi." in page
    assert "Vasen polvi." not in page
    assert signed_in(client, cast, "sami").get(f"/matters/{matter.pk}/as-text/").status_code == 404


def test_everybody_reads_where_the_record_is(client: Client, db: None, beside: Beside) -> None:
    answer = client.get("/about/records/")
    assert answer.status_code == 200, answer.headers
    page = answer.text
    assert "Ammattilaisten kirjaukset" in page
    assert page.count("Kehrä") > 5


def test_where_there_is_no_other_system_the_matter_says_nothing_of_it(
    cast: Cast, client: Client, set_time: Any
) -> None:
    own = make_taken_matter(cast)
    assert "/as-text/" not in signed_in(client, cast, "liisa").get(f"/matters/{own.pk}/").text
