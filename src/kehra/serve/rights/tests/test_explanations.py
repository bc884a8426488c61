"""A resident asks why, and the data protection officer answers in time."""

from datetime import date

import pytest
from django.test import Client

from kehra.kernel.access.permissions import NotPossible, Refused, require, show
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages.models import Notification
from kehra.serve.rights.actions import explaining
from kehra.serve.rights.models import Explanation
from kehra.serve.rights.permissions import ASK_WHY, EXPLAIN, READ_EXPLANATION
from kehra.serve.tasks import permissions as tasks
from kehra.serve.tasks.models import Task


@pytest.fixture
def asked(cast: Cast) -> Explanation:
    return explaining.ask(cast.eero, "Miksi katsottiin?", by=cast.actor("eero"), now=NOW)


def test_it_waits_for_the_officer_and_is_due_in_two_months(cast: Cast, asked: Explanation) -> None:
    assert asked.due_on == date(2026, 5, 11)  # 10 May is a Sunday
    (task,) = show(cast.actor("tiina"), tasks.READ, Task.objects.waiting(), now=NOW)
    assert (task.kind, task.due_on, task.unit, task.resident) == (
        "rights.explain",
        asked.due_on,
        None,
        cast.eero,
    )


def test_the_answer_ends_the_task_and_the_resident_is_told_that_there_is_something(
    cast: Cast, asked: Explanation
) -> None:
    explaining.answer(asked, "Hoitaja soitti sinulle.", by=cast.actor("tiina"), now=NOW)
    assert not Task.objects.waiting().exists()
    notification = Notification.objects.get()
    assert (notification.addresses, notification.message) == (["eero@example.org"], None)


def test_it_is_answered_once(cast: Cast, asked: Explanation) -> None:
    explaining.answer(asked, "Näin.", by=cast.actor("tiina"), now=NOW)
    with pytest.raises(NotPossible):
        explaining.answer(asked, "Toisin.", by=cast.actor("tiina"), now=NOW)


def test_the_resident_reads_the_answer_and_it_is_new_no_more(
    cast: Cast, client: Client, asked: Explanation
) -> None:
    explaining.answer(asked, "Hoitaja soitti sinulle.", by=cast.actor("tiina"), now=NOW)
    client = signed_in(client, cast, "eero")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "New answer" in client.get("/rights/").text
    assert "Hoitaja soitti sinulle." in client.get(f"/rights/explanations/{asked.pk}/").text
    assert "New answer" not in client.get("/rights/").text


def test_a_row_of_the_log_is_asked_about_once_however_often_the_form_is_sent(
    cast: Cast, client: Client
) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast), now=NOW)
    entry = AuditEntry.objects.filter(actor_name="Liisa Testi").latest("id")
    client = signed_in(client, cast, "eero")
    path = f"/rights/explanations/new/?entry={entry.id}"
    page = client.get(path)
    assert "Liisa Testi" in page.text
    once = page.text.split('name="once" value="')[1].split('"')[0]
    for _time in range(2):
        assert client.post(path, {"once": once, "text": "Miksi?"}).status_code == 302
    assert Explanation.objects.get().entries == [entry.id]


def test_a_row_of_anothers_log_is_not_taken_along(cast: Cast, client: Client) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast, cast.elsa), now=NOW)
    entry = AuditEntry.objects.filter(actor_name="Liisa Testi").latest("id")
    client = signed_in(client, cast, "eero")
    page = client.get(f"/rights/explanations/new/?entry={entry.id}&entry=x&entry={'9' * 30}")
    assert page.status_code == 200
    assert "Liisa Testi" not in page.text


@pytest.mark.parametrize("text", ["", "  ", "a" * 5001])
def test_a_wrong_text_is_told_at_the_field(cast: Cast, client: Client, text: str) -> None:
    page = signed_in(client, cast, "eero").post("/rights/explanations/new/", {"text": text})
    assert page.status_code == 422
    assert not Explanation.objects.exists()


def test_a_guardian_asks_for_the_child_and_is_named(cast: Cast) -> None:
    asked = explaining.ask(cast.aino, "Miksi?", by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    assert asked.asked_by == cast.marja


@pytest.mark.parametrize("name", ["marja", "liisa", "mikko", "karl"])
def test_a_stranger_neither_asks_nor_reads_nor_answers(cast: Cast, asked: Explanation, name: str) -> None:
    for permission, thing in ((ASK_WHY, cast.eero), (READ_EXPLANATION, asked), (EXPLAIN, asked)):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), permission, thing, now=NOW)
        assert refused.value.hidden


def test_the_resident_does_not_answer_themselves(cast: Cast, asked: Explanation) -> None:
    with pytest.raises(Refused) as refused:
        explaining.answer(asked, "Ei syytä.", by=cast.actor("eero"), now=NOW)
    assert not refused.value.hidden


def test_an_officer_does_not_answer_what_they_asked_as_a_resident(cast: Cast, asked: Explanation) -> None:
    tiina = cast.professional("tiina")
    tiina.resident = cast.eero
    tiina.save()
    with pytest.raises(Refused):
        explaining.answer(asked, "Kaikki hyvin.", by=cast.actor("tiina"), now=NOW)


def test_the_request_of_another_does_not_exist(cast: Cast, client: Client, asked: Explanation) -> None:
    client = signed_in(client, cast, "elsa")
    assert client.get(f"/rights/explanations/{asked.pk}/").status_code == 404
    assert client.get("/rights/explanations/999999/").status_code == 404
