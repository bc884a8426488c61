"""The officer sees what is due and why, without names, approves it or holds it back."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.retention.models import Deletion, Hold
from kehra.serve.retention.permissions import READ
from kehra.serve.retention.tests.situations import make_old_matter, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiina(cast: Cast, client: Client, set_time: Callable[[datetime], None]) -> Client:
    client = signed_in(client, cast, "tiina")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_it_lists_the_rules_with_their_grounds_and_what_is_not_verified(tiina: Client) -> None:
    page = tiina.get("/officer/retention/")
    assert page.status_code == 200
    for said in ("Client Data Act (703/2023), annex", "120 years from the resident", "Not verified"):
        assert said in page.text
    assert "Nothing has been deleted" in page.text


def test_nothing_due_is_said(tiina: Client) -> None:
    assert "Nothing is due" in tiina.get(f"/officer/retention/{rule().pk}/").text


def test_what_is_due_is_shown_without_names_and_the_look_is_logged(cast: Cast, tiina: Client) -> None:
    matter = make_old_matter(cast)
    page = tiina.get(f"/officer/retention/{rule().pk}/")
    assert f"Matter {matter.pk}" in page.text
    assert "Korhonen" not in page.text
    entry = AuditEntry.objects.filter(action=READ.name).latest("id")
    assert entry.residents == [cast.eero.pk]


def test_approving_twice_by_the_same_form_is_one_deletion(cast: Cast, tiina: Client) -> None:
    make_old_matter(cast)
    path = f"/officer/retention/{rule().pk}/"
    key = "6a0b9d06-57c5-4b0e-9d6c-0f6f1a0b0c0d"
    for _ in range(2):
        assert tiina.post(path, {"once": key}).status_code == 302
    assert Deletion.objects.count() == 1
    assert "being carried out" in tiina.get(path).text


def test_holding_back_and_letting_go(cast: Cast, tiina: Client) -> None:
    matter = make_old_matter(cast)
    path = f"/officer/retention/{rule().pk}/"
    assert tiina.post(path, {"matter": matter.pk, "reason": ""}).status_code == 422
    assert tiina.post(path, {"matter": matter.pk, "reason": "A trial"}).status_code == 302
    assert "A trial" in tiina.get(path).text
    held = Hold.objects.get()
    assert tiina.post(f"/officer/retention/holds/{held.pk}/end/").status_code == 302
    assert "A trial" not in tiina.get(path).text


def test_a_matter_that_is_not_there_cannot_be_held(cast: Cast, tiina: Client) -> None:
    path = f"/officer/retention/{rule().pk}/"
    assert tiina.post(path, {"matter": 99999999, "reason": "x"}).status_code == 404
    assert tiina.get("/officer/retention/99999999/").status_code == 404


@pytest.mark.parametrize("name", ["liisa", "mikko", "eero"])
def test_it_does_not_exist_for_others(cast: Cast, name: str) -> None:
    client = signed_in(Client(), cast, name)
    for path in ("/officer/retention/", f"/officer/retention/{rule().pk}/"):
        assert client.get(path).status_code == 404
