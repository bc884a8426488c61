"""How a resident is reached is changed by the resident, by those who act for them, and at the counter."""

from typing import Any

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages.models import SentCopy
from kehra.serve.reach.actions import ways
from kehra.serve.reach.actions.ways import Ways

NEW = Ways(sms="040 123 4567", interpreter_language="fse", wishes="Isot kirjaimet")
FORM = {"sms": "040-123 4567", "interpreter_language": "fse", "wishes": "Isot kirjaimet", "letters": "on"}


def test_a_resident_changes_them_and_what_failed_is_used_again(cast: Cast) -> None:
    cast.eero.sms_failed_at = NOW
    cast.eero.save()
    eero = ways.change(cast.eero, NEW, by=cast.actor("eero"), now=NOW)
    assert (eero.sms, eero.sms_failed_at, eero.email) == ("040 123 4567", None, "")


def test_a_guardian_changes_those_of_the_child_until_restricted(cast: Cast) -> None:
    by = cast.actor("marja", acting_for=cast.aino)
    ways.change(cast.aino, NEW, by=by, now=NOW)
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=NOW)
    with pytest.raises(Refused):
        ways.change(cast.aino, NEW, by=by, now=NOW)


@pytest.mark.parametrize("name", ["marja", "mikko", "tiina", "pia", "karl"])
def test_others_do_not_change_them(cast: Cast, name: str) -> None:
    """reach.change_ways and reach.see_ways: CHANGE_WAYS, SEE_WAYS."""
    with pytest.raises(Refused):
        ways.change(cast.eero, NEW, by=cast.actor(name), now=NOW)


def test_nobody_changes_their_own_as_a_professional(cast: Cast) -> None:
    professional = cast.professional("liisa")
    professional.resident = cast.eero
    professional.save()
    with pytest.raises(Refused):
        ways.change(cast.eero, NEW, by=cast.actor("liisa"), now=NOW)


def test_the_residents_page_saves_and_says_so(cast: Cast, client: Client, set_time: Any) -> None:
    signed_in(client, cast, "eero")
    page = client.get("/reach/", secure=True).content.decode()
    assert cast.eero.address.street in page
    assert client.post("/reach/", FORM, secure=True).status_code == 302
    cast.eero.refresh_from_db()
    assert (cast.eero.sms, cast.eero.letters, cast.eero.interpreter_language) == ("040 123 4567", True, "fse")


@pytest.mark.parametrize("wrong", [{"sms": "soita"}, {"email": "eero"}, {"interpreter_language": "xx"}])
def test_what_is_wrong_is_said(cast: Cast, client: Client, set_time: Any, wrong: dict[str, str]) -> None:
    signed_in(client, cast, "eero")
    assert client.post("/reach/", {**FORM, **wrong}, secure=True).status_code == 422


def test_a_worker_sees_no_address_there(cast: Cast, client: Client, set_time: Any) -> None:
    make_taken_matter(cast)
    signed_in(client, cast, "liisa")
    page = client.get(f"/desk/residents/{cast.eero.pk}/reach/", secure=True).content.decode()
    assert cast.eero.address.street not in page
    assert cast.eero.phone in page


def test_a_stranger_at_work_finds_nothing(cast: Cast, client: Client, set_time: Any) -> None:
    signed_in(client, cast, "noora")
    assert client.get(f"/desk/residents/{cast.eero.pk}/reach/", secure=True).status_code == 404
    assert client.get("/reach/", secure=True).status_code == 404


def test_the_demo_shows_what_was_sent_and_nothing_else_does(
    cast: Cast, client: Client, settings: Any
) -> None:
    SentCopy.objects.create(channel="sms", addresses=["040 1"], text="Sinulle on uutta.", at=NOW)
    settings.DEMO = True
    assert "Sinulle on uutta." in client.get("/demo/sent/", secure=True).content.decode()
    settings.DEMO = False
    assert client.get("/demo/sent/", secure=True).status_code == 404
