"""Each refusal and failure is a page in plain words that says what to do next."""

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from kehra.site.views import errors


def test_an_unknown_address_says_so_and_leads_back(client: Client) -> None:
    response = client.get("/nothing-here/", headers={"accept-language": "fi"})
    assert response.status_code == 404
    text = response.content.decode()
    assert "Tällaista sivua ei ole" in text
    assert 'href="/"' in text
    assert "112" in text


def test_a_form_without_a_token_says_that_nothing_was_saved() -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "sv"})
    assert response.status_code == 403
    assert "Mitään ei tallennettu" in response.content.decode()


@pytest.mark.parametrize(
    ("page", "status"), [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404)]
)
def test_each_failure_has_a_page(rf: RequestFactory, page: object, status: int) -> None:
    assert callable(page)
    assert page(rf.get("/")).status_code == status


def test_what_is_not_possible_now_gives_its_reason(rf: RequestFactory) -> None:
    response = errors.not_possible(rf.get("/"), "Kollega otti asian.")
    assert response.status_code == 409
    assert "Kollega otti asian." in response.content.decode()


def test_a_broken_server_answers_without_a_database(rf: RequestFactory) -> None:
    # No fixture opens the database here, so a query would fail the test.
    response = errors.broken(_request_of_somebody(rf))
    assert response.status_code == 500
    assert "Vika ei ole sinussa" in response.content.decode()


def _request_of_somebody(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.actor = object()  # type: ignore[attr-defined]
    return request


def test_a_database_that_is_away_is_told_as_such(rf: RequestFactory) -> None:
    try:
        raise OperationalError("the connection is lost")
    except OperationalError:
        response = errors.broken(_request_of_somebody(rf))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Paina nappia uudelleen" in response.content.decode()


def test_a_session_that_the_database_could_not_save_does_not_say_that_nothing_was_saved(
    rf: RequestFactory,
) -> None:
    interrupted = SessionInterrupted()
    assert errors.bad_request(rf.get("/"), interrupted).status_code == 400
    interrupted.__context__ = OperationalError("the connection is lost")
    assert errors.bad_request(rf.get("/"), interrupted).status_code == 503
