"""What is around every page says who I am, for whom I act, and which language I read."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

from kehra.kernel.accounts.tests.cast import Cast
from kehra.site.pages.shell import Shell


@pytest.mark.usefixtures("db")
def test_one_who_has_not_signed_in_is_offered_to(client: Client) -> None:
    text = client.get("/help/").content.decode()
    assert 'href="/sign-in/"' in text
    assert 'action="/sign-out/"' not in text


def test_a_guardian_sees_for_whom_they_act(rf: RequestFactory, cast: Cast) -> None:
    shell = _shell(rf, cast, "marja", acting_for="aino")
    with translation.override("fi"):
        assert shell.role == "asioit puolesta: Aino Laine"
        assert shell.county == "Keski-Suomen hyvinvointialue"


def test_a_resident_sees_that_they_act_for_themselves(rf: RequestFactory, cast: Cast) -> None:
    with translation.override("sv"):
        assert _shell(rf, cast, "elsa").role == "du uträttar egna ärenden"


def test_a_professional_sees_the_unit(rf: RequestFactory, cast: Cast) -> None:
    with translation.override("fi"):
        assert _shell(rf, cast, "liisa").role == "Saarijärven terveysasema"


def test_112_is_in_sight_of_residents_and_not_of_the_desk(rf: RequestFactory, cast: Cast) -> None:
    assert not _shell(rf, cast, "marja").is_desk
    assert _shell(rf, cast, "liisa").is_desk


@pytest.mark.usefixtures("db")
def test_a_language_is_remembered_and_leads_back(client: Client) -> None:
    response = client.post("/language/", {"language": "sv", "next": "/help/?q=1"})
    assert response.headers["Location"] == "/help/?q=1"
    assert response.cookies["__Host-language"].value == "sv"
    assert response.cookies["__Host-language"]["secure"]
    assert '<html lang="sv"' in client.get("/help/", secure=True).content.decode()


@pytest.mark.usefixtures("db")
def test_a_language_does_not_lead_to_another_host(client: Client) -> None:
    response = client.post("/language/", {"language": "sv", "next": "https://example.org/"})
    assert response.headers["Location"] == "/"


def _shell(rf: RequestFactory, cast: Cast, name: str, acting_for: str = "") -> Shell:
    request: HttpRequest = rf.get("/")
    someone = getattr(cast, acting_for) if acting_for else None
    request.actor = cast.actor(name, acting_for=someone)  # type: ignore[attr-defined]
    return Shell(request)
