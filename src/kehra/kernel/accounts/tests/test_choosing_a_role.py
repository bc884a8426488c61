"""After signing in, and later, a person chooses in which role or for whom they act."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client

from kehra.kernel.access.actors import own_holder
from kehra.kernel.access.permissions import may
from kehra.kernel.accounts.models import Assignment, Choice
from kehra.kernel.accounts.permissions import ACT_AS, SEE_ROLES, Acting
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.people.models import Mandate, Resident

pytestmark = pytest.mark.usefixtures("set_time")


def _sign_in(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.user(name))
    return client


def _choose(client: Client, choice: str, **fields: str) -> HttpResponse:
    return client.post("/role/", {"choice": choice, **fields})


def test_a_guardian_chooses_to_act_for_the_child(client: Client, cast: Cast) -> None:
    _sign_in(client, cast, "marja")
    page = client.get("/role/")
    assert f'value="resident-{cast.aino.pk}"' in page.text
    assert "Aino Laine, 6" in page.text
    answer = _choose(client, f"resident-{cast.aino.pk}")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/role/").wsgi_request.actor.on_behalf_of_id == cast.aino.pk


def test_the_change_is_in_the_log_with_its_ground(client: Client, cast: Cast) -> None:
    _choose(_sign_in(client, cast, "marja"), f"resident-{cast.aino.pk}")
    asked, acts = AuditEntry.objects.filter(kind=AuditKind.SESSION).order_by("at", "id")
    assert (asked.action, asked.relation, asked.residents) == (
        "accounts.act_as",
        "guardianship",
        [cast.aino.pk],
    )
    assert (acts.action, acts.on_behalf_of_id) == ("accounts.acts_as", cast.aino.pk)


def test_one_with_a_mandate_chooses_to_act_for_the_adult(client: Client, cast: Cast) -> None:
    Mandate.objects.create(principal=cast.eero, delegate=cast.marja, evidence="paper", valid_from=TODAY)
    _choose(_sign_in(client, cast, "marja"), f"resident-{cast.eero.pk}")
    actor = client.get("/role/").wsgi_request.actor
    assert (actor.resident_id, actor.behalf_ground) == (cast.eero.pk, "mandate")


def test_a_professional_with_two_units_chooses_one(client: Client, cast: Cast) -> None:
    second = Assignment.objects.create(
        professional=cast.professional("liisa"), unit=cast.social, role="professional", valid_from=TODAY
    )
    _sign_in(client, cast, "liisa")
    page = client.get("/role/").text
    assert "Saarijärven terveysasema" in page
    assert "Aikuissosiaalityö" in page
    _choose(client, f"assignment-{second.pk}")
    assert client.get("/role/").wsgi_request.actor.unit_id == cast.social.pk


def test_one_who_is_both_resident_and_professional_chooses_the_role(client: Client, cast: Cast) -> None:
    user = cast.user("liisa")
    user.resident = cast.elsa
    cast.user("elsa").delete()
    user.save()
    _sign_in(client, cast, "liisa")
    assert client.get("/role/").wsgi_request.actor.kind == "resident"
    _choose(client, f"assignment-{cast.assignments['liisa'].pk}")
    actor = client.get("/role/").wsgi_request.actor
    assert actor.kind == "professional"
    assert own_holder(cast.elsa.pk) in actor.holders  # their own record stays closed at work
    _choose(client, "self")
    assert client.get("/role/").wsgi_request.actor.kind == "resident"


def test_the_key_of_the_session_changes_with_the_role(client: Client, cast: Cast) -> None:
    _sign_in(client, cast, "marja")
    before = client.cookies["__Host-session"].value
    _choose(client, f"resident-{cast.aino.pk}")
    after = client.cookies["__Host-session"].value
    assert after != before
    client.cookies["__Host-session"] = before
    assert client.get("/role/").status_code == 302  # to sign-in: the old key opens nothing


def test_a_guardianship_that_ended_yesterday_is_not_offered(client: Client, cast: Cast) -> None:
    page = _sign_in(client, cast, "pekka").get("/role/")
    assert f"resident-{cast.aino.pk}" not in page.text
    assert "Aino" not in page.text


@pytest.mark.parametrize(("born", "offered"), [(date(2008, 3, 11), True), (date(2008, 3, 10), False)])
def test_a_guardianship_ends_when_the_child_comes_of_age_whatever_the_row_says(
    client: Client, cast: Cast, born: date, offered: bool
) -> None:
    Resident.objects.filter(pk=cast.aino.pk).update(birth_date=born)
    _sign_in(client, cast, "marja")
    assert (f"resident-{cast.aino.pk}" in client.get("/role/").text) is offered
    assert _choose(client, f"resident-{cast.aino.pk}").status_code == (302 if offered else 404)


@pytest.mark.parametrize("name", ["pekka", "eero", "liisa", "karl"])
def test_a_stranger_cannot_choose_the_child_and_the_attempt_is_in_the_log(
    client: Client, cast: Cast, name: str
) -> None:
    assert _choose(_sign_in(client, cast, name), f"resident-{cast.aino.pk}").status_code == 404
    refusal = AuditEntry.objects.get(kind=AuditKind.REFUSAL)
    assert (refusal.action, refusal.residents) == ("accounts.act_as", [cast.aino.pk])


@pytest.mark.parametrize("name", ["marja", "olli"])
def test_another_persons_assignment_cannot_be_chosen(client: Client, cast: Cast, name: str) -> None:
    theirs = cast.assignments["liisa"].pk
    assert _choose(_sign_in(client, cast, name), f"assignment-{theirs}").status_code == 404


@pytest.mark.parametrize("choice", ["resident-999999999", "assignment-999999999"])
def test_unknown_ids_get_the_same_answer_as_other_peoples(client: Client, cast: Cast, choice: str) -> None:
    _sign_in(client, cast, "eero")
    unknown, others = _choose(client, choice), _choose(client, f"resident-{cast.aino.pk}")
    assert unknown.status_code == others.status_code == 404


def test_one_without_a_record_of_their_own_cannot_act_as_a_resident(client: Client, cast: Cast) -> None:
    assert _choose(_sign_in(client, cast, "olli"), "self").status_code == 404


@pytest.mark.parametrize("choice", ["", "king", "resident-", "resident--1", "resident-٣"])
def test_a_malformed_choice_gets_the_page_with_a_message(client: Client, cast: Cast, choice: str) -> None:
    answer = _choose(_sign_in(client, cast, "marja"), choice)
    assert answer.status_code == 400
    assert "govuk-error-summary" in answer.text


@pytest.mark.parametrize(
    ("next_url", "goes_to"),
    [
        ("/matters/?page=2", "/matters/?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_going_on_leads_to_our_own_pages_only(
    client: Client, cast: Cast, next_url: str, goes_to: str
) -> None:
    answer = _choose(_sign_in(client, cast, "marja"), "self", next=next_url)
    assert answer["Location"] == goes_to


def test_one_who_has_not_signed_in_is_sent_to_sign_in(client: Client, cast: Cast) -> None:
    assert client.get("/role/")["Location"] == "/sign-in/?next=%2Frole%2F"
    assert client.post("/role/", {"choice": "self"})["Location"] == "/sign-in/?next=%2F"


def test_roles_are_seen_by_their_own_user_only(cast: Cast) -> None:
    assert may(cast.actor("marja"), SEE_ROLES, cast.user("marja"), now=NOW)
    assert not may(cast.actor("pekka"), SEE_ROLES, cast.user("marja"), now=NOW)
    assert not may(cast.actor("pekka"), ACT_AS, Acting(cast.user("marja"), Choice()), now=NOW)
