"""A professional opens a resident's data in an emergency; the resident knows at once; it ends by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client

from kehra.kernel.access.permissions import NotPossible, Refused, may, require, show, visible
from kehra.kernel.accounts.tests.cast import NOW, Cast, later, signed_in
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import EmergencyAccess, Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages.models import Message, Notification
from kehra.serve.rights.actions import emergencies
from kehra.serve.rights.models import Threshold
from kehra.serve.rights.permissions import ANSWER_EMERGENCY, OPEN_EMERGENCY, READ_EMERGENCY, REVIEW_EMERGENCY
from kehra.serve.tasks import permissions as tasks
from kehra.serve.tasks.models import Task

REASON = "Löytyi tajuttomana kotoaan"


def opened(cast: Cast, *, now: datetime = NOW) -> EmergencyAccess:
    return emergencies.open_access(cast.eero, REASON, by=cast.actor("noora", now=now), now=now)


def test_the_matters_open_for_four_hours_and_close_by_themselves(cast: Cast) -> None:
    matter = make_matter(cast)
    assert not may(cast.actor("noora"), READ, matter, now=NOW)
    assert opened(cast).ends_at == later(hours=4)
    almost, after = later(hours=3, minutes=59), later(hours=4)
    for now, sees in ((NOW, True), (almost, True), (after, False)):
        noora = cast.actor("noora", now=now)
        assert may(noora, READ, matter, now=now) is sees
        assert visible(noora, READ, Matter.objects.all()).exists() is sees


def test_how_long_is_a_dated_row(cast: Cast) -> None:
    row = Threshold.objects.get(code="emergency_access")
    Threshold.objects.create(code=row.code, amount=2, unit=row.unit, ground=row.ground, valid_from=NOW.date())
    assert opened(cast).ends_at == later(hours=2)


def test_a_colleague_of_the_same_unit_sees_nothing_by_it(cast: Cast) -> None:
    matter = make_matter(cast, cast.elsa)
    emergencies.open_access(cast.elsa, REASON, by=cast.actor("noora"), now=NOW)
    assert not may(cast.actor("sami"), READ, matter, now=NOW)
    assert not may(cast.actor("olli"), READ, make_matter(cast, unit=cast.other_station), now=NOW)


def test_the_officer_gets_a_task_at_once(cast: Cast) -> None:
    access = opened(cast)
    (task,) = show(cast.actor("tiina"), tasks.READ, Task.objects.waiting(), now=NOW)
    assert (task.kind, task.key, task.resident) == ("rights.review", str(access.pk), cast.eero)


def test_the_resident_is_told_in_the_thread_of_an_open_matter(cast: Cast) -> None:
    matter = make_matter(cast)
    opened(cast)
    assert Message.objects.get(activity="rights.emergency_opened").matter == matter
    entry = JournalEntry.objects.get(activity="rights.emergency_opened")
    assert (entry.unit_id, entry.role) == (cast.other_station.pk, "nurse")
    assert Notification.objects.exists()


def test_a_resident_without_a_matter_is_told_by_an_e_mail_that_says_nothing(cast: Cast) -> None:
    opened(cast)
    assert Notification.objects.get().message is None


def test_the_resident_reads_who_and_why_on_top_of_their_log(
    cast: Cast, client: Client, set_time: Callable[[datetime], None]
) -> None:
    opened(cast)
    for path in ("/log/", "/rights/"):
        page = signed_in(client, cast, "eero").get(path)
        assert REASON in page.text
        assert "Noora Testi" in page.text


def test_one_who_acts_for_the_resident_is_not_shown_what_was_typed(
    cast: Cast, client: Client, set_time: Callable[[datetime], None]
) -> None:
    emergencies.open_access(cast.aino, "epäilen väkivaltaa kotona", by=cast.actor("noora"), now=NOW)
    page = signed_in(client, cast, "marja", acting_for=cast.aino).get("/log/")
    assert "Noora Testi" in page.text
    assert "väkivaltaa" not in page.text


def test_opening_twice_is_one_access(cast: Cast) -> None:
    assert opened(cast) == opened(cast, now=later(hours=1))
    assert opened(cast, now=later(hours=5)).pk != EmergencyAccess.objects.earliest("opened_at").pk


@pytest.mark.parametrize("reason", ["", "hätä", "a b c d", "kiire nyt"])
def test_a_reason_has_at_least_three_words(cast: Cast, reason: str) -> None:
    with pytest.raises(NotPossible):
        emergencies.open_access(cast.eero, reason, by=cast.actor("noora"), now=NOW)
    assert not EmergencyAccess.objects.exists()


def test_a_unit_that_the_resident_has_forbidden_cannot_open_but_is_told_so_and_another_can(
    cast: Cast,
) -> None:
    Restriction.objects.create(resident=cast.eero, unit=cast.other_station, made_at=NOW)
    with pytest.raises(Refused) as refused:
        opened(cast)
    assert not refused.value.hidden
    emergencies.open_access(cast.eero, REASON, by=cast.actor("sami"), now=NOW)


@pytest.mark.parametrize("name", ["eero", "marja", "pia", "mikko", "tiina", "karl"])
def test_only_a_worker_of_the_county_who_serves_residents_opens(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), OPEN_EMERGENCY, cast.eero, now=NOW)
    assert refused.value.hidden


def test_nobody_opens_their_own_record(cast: Cast) -> None:
    noora = cast.professional("noora")
    noora.resident = cast.eero
    noora.save()
    with pytest.raises(Refused):
        opened(cast)


def test_it_is_ended_early_by_the_one_who_opened_it(cast: Cast) -> None:
    access = emergencies.end_access(opened(cast), by=cast.actor("noora"), now=later(hours=1))
    assert access.ends_at == later(hours=1)
    assert emergencies.end_access(access, by=cast.actor("noora"), now=later(hours=2)).ends_at == later(
        hours=1
    )


@pytest.mark.parametrize("name", ["eero", "olli", "mikko", "karl"])
def test_a_stranger_neither_sees_nor_judges_nor_answers(cast: Cast, name: str) -> None:
    access = opened(cast)
    for permission in (READ_EMERGENCY, REVIEW_EMERGENCY, ANSWER_EMERGENCY):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), permission, access, now=NOW)
        assert refused.value.hidden


def test_the_one_who_opened_it_does_not_judge_it(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        emergencies.review(opened(cast), "lawful", "Oli pakko.", by=cast.actor("noora"), now=NOW)
    assert not refused.value.hidden


def test_a_judgement_ends_the_task_and_is_told(cast: Cast) -> None:
    access = opened(cast)
    emergencies.review(access, "unlawful", "Hoitosuhdetta ei ollut.", by=cast.actor("tiina"), now=NOW)
    assert not Task.objects.waiting().exists()
    assert Notification.objects.count() == 2
    with pytest.raises(NotPossible):
        emergencies.review(access, "lawful", "Olikin.", by=cast.actor("tiina"), now=NOW)


def test_the_professional_is_asked_and_answers_and_the_officer_judges(cast: Cast) -> None:
    access = opened(cast)
    with pytest.raises(NotPossible):
        emergencies.answer(access, "En osaa sanoa.", by=cast.actor("noora"), now=NOW)
    emergencies.review(access, "asked", "Miksi?", by=cast.actor("tiina"), now=NOW)
    with pytest.raises(NotPossible):
        emergencies.review(access, "asked", "Miksi?", by=cast.actor("tiina"), now=NOW)
    waiting = Task.objects.waiting().get(kind="rights.answer")
    assert (waiting.unit, waiting.professional) == (cast.other_station, cast.professional("noora"))
    assert waiting.resident is None  # colleagues see the task, and need not know whose data it was
    emergencies.answer(access, "Ensihoito pyysi.", by=cast.actor("noora"), now=later(hours=1))
    assert not Task.objects.waiting().filter(kind="rights.answer").exists()
    emergencies.review(access, "lawful", "Selvä.", by=cast.actor("tiina"), now=later(hours=2))
    kinds = list(access.remarks.values_list("kind", flat=True))
    assert kinds == ["asked", "answered", "lawful"]


@pytest.fixture
def noora(cast: Cast, client: Client, set_time: Callable[[datetime], None]) -> Client:
    return signed_in(client, cast, "noora")


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_worker_finds_the_resident_types_why_and_reads_the_matter(cast: Cast, noora: Client) -> None:
    matter = make_matter(cast)
    assert noora.get("/desk/emergency/").status_code == 200
    page = noora.post("/desk/emergency/", {"code": cast.eero.identity_code})
    assert "Eero Korhonen" in page.text
    data = {
        "found": hidden(page.text, "found"),
        "once": hidden(page.text, "once"),
        "resident": cast.eero.pk,
        "reason": REASON,
    }
    for _time in range(2):
        assert noora.post("/desk/emergency/open/", data).status_code == 302
    access = EmergencyAccess.objects.get()
    page = noora.get(f"/desk/emergency/{access.pk}/")
    assert f"/matters/{matter.pk}/" in page.text
    assert noora.get(f"/matters/{matter.pk}/").status_code == 200
    assert AuditEntry.objects.filter(action="matters.read", purpose="emergency").exists()
    assert noora.post(f"/desk/emergency/{access.pk}/end/").status_code == 302


def test_it_is_shown_on_every_page_while_it_is_open(
    cast: Cast, noora: Client, set_time: Callable[[datetime], None]
) -> None:
    access = opened(cast)
    assert f"/desk/emergency/{access.pk}/" in noora.get("/desk/").text
    set_time(later(hours=4))
    client = signed_in(Client(), cast, "noora")
    assert f"/desk/emergency/{access.pk}/" not in client.get("/desk/").text


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"code": "131052-308T"},
        {"code": "x"},
        {"name": "Eero"},
        {"born_day": "3"},
        {"code": "010170-999X"},
    ],
)
def test_a_search_that_is_not_exact_finds_nobody_and_says_why(
    cast: Cast, noora: Client, data: dict[str, str]
) -> None:
    page = noora.post("/desk/emergency/", data)
    assert page.status_code == 422
    assert "Korhonen" not in page.text


def test_only_those_who_were_found_can_be_opened(cast: Cast, noora: Client) -> None:
    found = hidden(noora.post("/desk/emergency/", {"code": cast.eero.identity_code}).text, "found")
    page = noora.post("/desk/emergency/open/", {"found": found, "resident": cast.elsa.pk, "reason": REASON})
    assert page.status_code == 422
    assert "Lindholm" not in page.text
    for wrong in ("", "x", found + "x"):
        data = {"found": wrong, "resident": cast.eero.pk, "reason": REASON}
        assert noora.post("/desk/emergency/open/", data).status_code == 302
    sami = signed_in(Client(), cast, "sami")
    assert (
        sami.post(
            "/desk/emergency/open/", {"found": found, "resident": cast.eero.pk, "reason": REASON}
        ).status_code
        == 302
    )
    assert not EmergencyAccess.objects.exists()


def test_a_forbidden_unit_is_told_on_the_page_and_the_try_is_in_the_log(cast: Cast, noora: Client) -> None:
    Restriction.objects.create(resident=cast.eero, unit=cast.other_station, made_at=NOW)
    found = hidden(noora.post("/desk/emergency/", {"code": cast.eero.identity_code}).text, "found")
    data = {"found": found, "resident": cast.eero.pk, "reason": REASON}
    assert noora.post("/desk/emergency/open/", data).status_code == 403
    entry = AuditEntry.objects.get(kind=AuditKind.REFUSAL)
    assert (entry.action, entry.residents) == ("rights.open_emergency", [cast.eero.pk])


def test_a_page_of_anothers_access_does_not_exist(cast: Cast, client: Client) -> None:
    access = opened(cast, now=NOW - timedelta(hours=1))
    for name in ("olli", "eero", "mikko"):
        client = signed_in(Client(), cast, name)
        assert client.get(f"/desk/emergency/{access.pk}/").status_code == 404
        assert client.post(f"/desk/emergency/{access.pk}/end/").status_code == 404
    assert client.get("/desk/emergency/999999/").status_code == 404
    assert client.get("/desk/emergency/").status_code == 404
    with pytest.raises(ObjectDoesNotExist):
        Task.objects.get(kind="rights.answer")
