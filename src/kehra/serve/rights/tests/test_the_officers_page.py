"""The data protection officer sees what to check, and everybody they look at is in the log."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.rights.actions import emergencies, explaining, restricting
from kehra.serve.rights.models import EmergencyRemark, Explanation
from kehra.serve.rights.permissions import OVERSEE, OVERSEE_LOG, Oversight


@pytest.fixture
def tiina(cast: Cast, client: Client, set_time: Callable[[datetime], None]) -> Client:
    client = signed_in(client, cast, "tiina")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_page_shows_accesses_requests_refusals_and_restrictions(cast: Cast, tiina: Client) -> None:
    access = emergencies.open_access(cast.eero, "Löytyi tajuttomana kotoaan", by=cast.actor("noora"), now=NOW)
    asked = explaining.ask(cast.elsa, "Varför?", by=cast.actor("elsa"), now=NOW)
    restricting.restrict_unit(cast.sari, cast.parish, by=cast.actor("sari"), now=NOW)
    matter = make_matter(cast, cast.sari)
    stranger = signed_in(Client(), cast, "olli")
    for _time in range(3):
        signed_in(stranger, cast, "noora").get(f"/matters/{matter.pk}/")
    page = tiina.get("/officer/")
    assert page.status_code == 200
    for said in (
        f"/officer/emergencies/{access.pk}/",
        f"/officer/explanations/{asked.pk}/",
        "Noora Testi",
        "Eero Korhonen",
        "Elsa Lindholm",
        "Seurakunnan diakonia",
        ">3</td>",
    ):
        assert said in page.text
    assert "Sari Virta" not in page.text  # who made a restriction is not needed to see how many there are
    entry = AuditEntry.objects.filter(action="rights.oversee").latest("id")
    assert entry.residents == sorted([cast.eero.pk, cast.elsa.pk])


def test_an_empty_page_says_what_will_come(tiina: Client) -> None:
    assert "Nothing to review" in tiina.get("/officer/").text


def test_the_log_of_a_resident_is_found_by_identity_code_and_the_resident_sees_that(
    cast: Cast, tiina: Client
) -> None:
    found = tiina.post("/officer/", {"code": cast.eero.identity_code})
    assert found.url == f"/officer/log/{cast.eero.pk}/"
    assert "Log: Eero Korhonen" in tiina.get(found.url).text
    entry = AuditEntry.objects.filter(residents__contains=[cast.eero.pk]).latest("id")
    assert (entry.action, entry.actor_name) == ("rights.oversee_log", "Tiina Testi")


@pytest.mark.parametrize("code", ["", "x", "010170-999X"])
def test_a_code_that_finds_nobody_is_told_at_the_field(tiina: Client, code: str) -> None:
    assert tiina.post("/officer/", {"code": code}).status_code == 422


def test_the_officer_sees_rows_of_the_log_but_no_matter(cast: Cast, tiina: Client) -> None:
    matter = make_matter(cast)
    assert tiina.get(f"/officer/log/{cast.eero.pk}/").status_code == 200
    assert tiina.get(f"/matters/{matter.pk}/").status_code == 404


def test_a_request_is_answered_on_its_page(cast: Cast, tiina: Client) -> None:
    asked = explaining.ask(cast.eero, "Miksi?", by=cast.actor("eero"), now=NOW)
    path = f"/officer/explanations/{asked.pk}/"
    assert "Miksi?" in tiina.get(path).text
    assert tiina.post(path, {"text": ""}).status_code == 422
    assert tiina.post(path, {"text": "Hoitaja soitti."}).status_code == 302
    assert Explanation.objects.get().answer == "Hoitaja soitti."
    assert "Hoitaja soitti." in tiina.get(path).text


def test_an_emergency_access_is_judged_on_its_page(cast: Cast, tiina: Client) -> None:
    access = emergencies.open_access(cast.eero, "Löytyi tajuttomana kotoaan", by=cast.actor("noora"), now=NOW)
    path = f"/officer/emergencies/{access.pk}/"
    assert "Löytyi tajuttomana" in tiina.get(path).text
    assert tiina.post(path, {"kind": "answered", "words": "Ei käy"}).status_code == 422
    assert tiina.post(path, {"kind": "lawful", "words": "Oli tarpeen."}).status_code == 302
    assert EmergencyRemark.objects.get().kind == "lawful"
    assert "Oli tarpeen." in signed_in(Client(), cast, "eero").get("/log/").text


@pytest.mark.parametrize("name", ["eero", "liisa", "pia", "mikko", "karl"])
def test_nobody_else_watches_over(cast: Cast, client: Client, name: str) -> None:
    asked = explaining.ask(cast.elsa, "Varför?", by=cast.actor("elsa"), now=NOW)
    access = emergencies.open_access(cast.elsa, "Löytyi tajuttomana kotoaan", by=cast.actor("noora"), now=NOW)
    client = signed_in(client, cast, name)
    for path in ("", f"log/{cast.eero.pk}/", f"explanations/{asked.pk}/", f"emergencies/{access.pk}/"):
        assert client.get(f"/officer/{path}").status_code == 404
    for permission, thing in ((OVERSEE, Oversight("15")), (OVERSEE_LOG, cast.eero)):
        with pytest.raises(Refused):
            require(cast.actor(name), permission, thing, now=NOW)


def test_an_officer_does_not_watch_over_their_own_log(cast: Cast, tiina: Client) -> None:
    worker = cast.professional("tiina")
    worker.resident = cast.eero
    worker.save()
    assert tiina.get(f"/officer/log/{cast.eero.pk}/").status_code == 404
