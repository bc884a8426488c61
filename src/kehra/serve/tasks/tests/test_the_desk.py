"""The unit's desk: what waits, in order, for those who may see it, at a constant cost."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.organisations.models import Unit
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.tasks.models import Task

pytestmark = pytest.mark.usefixtures("set_time")


def in_order(page: str) -> list[int]:
    """The tasks of the page from top to bottom."""
    return [int(number) for number in re.findall(r'id="task-(\d+)"', page)]


def task_of(matter: Matter) -> Task:
    return Task.objects.waiting().get(matter=matter)


def test_what_cannot_wait_is_first_and_what_is_not_known_before_what_can_wait(
    cast: Cast, client: Client
) -> None:
    order = [Urgency.NON_URGENT, Urgency.UNKNOWN, Urgency.EMERGENCY, Urgency.URGENT]
    tasks = {urgency: task_of(make_matter(cast, urgency=urgency)).pk for urgency in order}
    page = signed_in(client, cast, "liisa").get("/desk/").text
    assert in_order(page) == [tasks[urgency] for urgency in sorted(order)]


def test_among_equals_the_promise_that_breaks_first_is_first(cast: Cast, client: Client) -> None:
    tasks = [task_of(make_matter(cast)) for _ in range(3)]
    for task, day in zip(tasks, ("2026-04-01", None, "2026-03-12"), strict=True):
        Task.objects.filter(pk=task.pk).update(due_on=day)
    page = signed_in(client, cast, "liisa").get("/desk/").text
    assert in_order(page) == [tasks[2].pk, tasks[0].pk, tasks[1].pk]


def test_it_is_filtered_by_whose_it_is(cast: Cast, client: Client) -> None:
    mine, free = task_of(make_taken_matter(cast)), task_of(make_matter(cast))
    desk = signed_in(client, cast, "liisa")
    assert in_order(desk.get("/desk/?whose=mine").text) == [mine.pk]
    assert in_order(desk.get("/desk/?whose=waiting").text) == [free.pk]
    assert in_order(desk.get("/desk/?kind=matters.handover").text) == []


@pytest.mark.parametrize("name", ["noora", "sami", "pia", "mikko", "tiina", "karl"])
def test_others_see_their_own_desk_only(cast: Cast, client: Client, name: str) -> None:
    make_matter(cast)
    assert "Korhonen" not in signed_in(client, cast, name).get("/desk/").text


@pytest.mark.parametrize("query", ["?limit=-1", "?limit=99999999999", "?limit=x", "?whose=x&kind=%00x"])
def test_odd_queries_show_an_ordinary_desk(cast: Cast, client: Client, query: str) -> None:
    make_matter(cast)
    assert signed_in(client, cast, "liisa").get(f"/desk/{query}").status_code == 200


def test_one_button_takes_and_leads_back_to_the_row(cast: Cast, client: Client) -> None:
    task = task_of(make_matter(cast))
    answer = signed_in(client, cast, "liisa").post(
        f"/desk/{task.pk}/take/", {"back": "/desk/?whose=waiting&kind="}
    )
    task.refresh_from_db()
    assert task.professional == cast.professional("liisa")
    assert answer["Location"] == f"/desk/?whose=waiting&kind=#task-{task.pk}"


def test_the_way_back_never_leads_elsewhere(cast: Cast, client: Client) -> None:
    task = task_of(make_matter(cast))
    answer = signed_in(client, cast, "liisa").post(f"/desk/{task.pk}/take/", {"back": "//evil.example/desk/"})
    assert answer["Location"] == f"/desk/#task-{task.pk}"


def test_it_is_given_to_a_colleague_who_works_here_and_to_nobody_else(cast: Cast, client: Client) -> None:
    task = task_of(make_taken_matter(cast))
    desk, path = signed_in(client, cast, "liisa"), f"/desk/{task.pk}/give/"
    noora, olli = cast.professional("noora"), cast.professional("olli")
    assert "Noora" not in desk.get(path).text
    assert desk.post(path, {"professional": noora.pk}).status_code == 422
    assert desk.post(path, {"professional": olli.pk}).status_code == 302
    task.refresh_from_db()
    assert task.professional == cast.professional("olli")


@pytest.mark.parametrize("what", ["take", "give", "done"])
def test_a_task_of_another_unit_does_not_exist(cast: Cast, client: Client, what: str) -> None:
    task = task_of(make_matter(cast))
    for number in (task.pk, 999_999):
        assert signed_in(client, cast, "noora").post(f"/desk/{number}/{what}/").status_code == 404


def test_what_a_colleague_took_meanwhile_is_told(cast: Cast, client: Client) -> None:
    task = task_of(make_taken_matter(cast))
    assert signed_in(client, cast, "olli").post(f"/desk/{task.pk}/take/").status_code == 409


def test_a_protected_address_tells_not_even_the_municipality(cast: Cast, client: Client) -> None:
    matter = make_matter(cast, cast.sari)
    desk = signed_in(client, cast, "liisa")
    Unit.objects.update(names={"fi": "Yksikkö"})
    for page in ("/desk/", f"/matters/{matter.pk}/"):
        assert "Saarijärvi" not in desk.get(page).text
    assert "Saarijärvi" in desk.get(f"/matters/{matter.pk}/address/").text


def test_sixty_tasks_cost_as_many_queries_as_three(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    desk = signed_in(client, cast, "liisa")
    for count in (3, 57):
        for _ in range(count):
            make_matter(cast)
        desk.get("/desk/")
        with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
            page = desk.get("/desk/")
    assert len(in_order(page.text)) == 50  # the rest is behind "show more"


def test_a_long_list_is_shown_fifty_at_a_time(cast: Cast, client: Client) -> None:
    first = task_of(make_matter(cast))
    Task.objects.bulk_create(
        Task(
            county=first.county,
            unit=first.unit,
            resident=first.resident,
            matter=first.matter,
            kind=first.kind,
            key=str(number),
            opened_at=NOW,
            viewers=first.viewers,
            barred=first.barred,
        )
        for number in range(150)
    )
    desk = signed_in(client, cast, "liisa")
    assert len(in_order(desk.get("/desk/").text)) == 50
    assert len(in_order(desk.get("/desk/?limit=200").text)) == 151
