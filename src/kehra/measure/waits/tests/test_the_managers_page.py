"""A manager sees how many wait, how long, and which promises were kept; nobody by name."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.organisations.models import Municipality, Unit
from kehra.library.operating_models.models import PauseReason
from kehra.measure.waits.permissions import READ, Waits
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.day_lists.actions.entering import Done, enter_task, enter_visit
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.clock import Clock, Pause
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.tasks.models import Task


@pytest.fixture
def mikko(cast: Cast, client: Client, set_time: Callable[[datetime], None]) -> Client:
    client = signed_in(client, cast, "mikko")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def only_clock(matter: Matter, *, started: date, promised: date) -> Clock:
    """The matter's one clock, as it stands."""
    first, *others = matter.clocks.order_by("pk")
    for other in others:
        other.delete()
    first.started_on, first.statutory_on, first.promised_on = started, promised, promised
    first.save()
    return first


def fact(page: str, what: str) -> str:
    """The value beside these words in the list of facts."""
    return page.split(f">{what}</dt>")[1].split("</dd>")[0].split(">")[-1].strip()


def make_judged(cast: Cast, kept: int, broken: int, *, days_ago: int = 1) -> None:
    matter = make_matter(cast)
    row = matter.clocks.first()
    matter.clocks.exclude(pk=row.pk).delete()
    stopped = TODAY - timedelta(days=days_ago)
    for number in range(kept + broken):
        Clock.objects.create(
            matter=matter, limit=row.limit, started_on=stopped, statutory_on=stopped, promised_on=stopped,
            stopped_on=stopped, kept=number < kept,
        )  # fmt: skip
    row.delete()


def test_those_who_wait_are_counted_by_matter_with_the_median_and_the_longest(
    cast: Cast, mikko: Client
) -> None:
    for days in (1, 3, 8):
        only_clock(
            make_matter(cast), started=TODAY - timedelta(days=days), promised=TODAY + timedelta(days=30)
        )
    page = mikko.get("/waits/").text
    assert fact(page, "Waiting now") == "3 matters"
    assert fact(page, "Half have waited at most") == "3 days"
    assert fact(page, "The longest wait") == "8 days"


def test_a_promise_that_begins_tomorrow_is_no_waiting_yet(cast: Cast, mikko: Client) -> None:
    tomorrow = TODAY + timedelta(days=1)
    only_clock(make_matter(cast), started=tomorrow, promised=tomorrow)
    page = mikko.get("/waits/").text
    assert fact(page, "Waiting now") == "0 matters"
    assert fact(page, "The longest wait") == "–"


def test_what_was_closed_waits_no_more(cast: Cast, mikko: Client) -> None:
    matter = make_matter(cast)
    work.take(matter, by=cast.actor("liisa"), now=NOW)
    work.close(matter, "done", by=cast.actor("liisa"), now=NOW)
    assert fact(mikko.get("/waits/").text, "Waiting now") == "0 matters"


def test_promises_that_break_this_week_are_told_and_a_paused_one_does_not(cast: Cast, mikko: Client) -> None:
    sunday = date(2026, 3, 15)
    for promised in (TODAY - timedelta(days=1), TODAY, sunday, sunday + timedelta(days=1)):
        only_clock(make_matter(cast), started=TODAY - timedelta(days=3), promised=promised)
    paused = only_clock(make_matter(cast), started=TODAY - timedelta(days=3), promised=sunday)
    Pause.objects.create(clock=paused, reason=PauseReason.objects.first(), days=(TODAY, None))
    page = mikko.get("/waits/").text
    assert fact(page, "Promises broken already") == "1"
    assert fact(page, "Promises that break by Sunday if nothing is done") == "2"


def test_kept_promises_are_told_for_a_month_and_a_year(cast: Cast, mikko: Client) -> None:
    make_judged(cast, kept=9, broken=1)
    make_judged(cast, kept=0, broken=10, days_ago=40)
    make_judged(cast, kept=0, broken=5, days_ago=400)
    page = mikko.get("/waits/").text
    assert fact(page, "Promises kept in the last 30 days") == "90 % (10)"
    assert fact(page, "Promises kept in the last year") == "45 % (20)"
    assert "least often" not in page  # one municipality alone is compared with nothing


def test_what_was_entered_afterwards_counts_on_its_true_day(
    cast: Cast, mikko: Client, set_time: Callable[[datetime], None]
) -> None:
    visit = make_appointment(cast, free_time=make_time(cast, day=TODAY, at=time(10, 10)))
    visit.matter.clocks.all().delete()
    waits = make_matter(cast, cast.marja)
    waits.clocks.exclude(limit__promise="contact").delete()
    waits.clocks.update(started_on=TODAY, statutory_on=TODAY, promised_on=TODAY)
    set_time(later(days=1))
    client = signed_in(Client(), cast, "mikko")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get("/waits/").text
    assert fact(page, "Visits of the last 30 days that were entered afterwards") == "0"
    assert fact(page, "Promises broken already") == "1"
    at = later(minutes=20)
    liisa = cast.actor("liisa")
    enter_visit(visit, Done("came", at), by=liisa, now=later(days=1))
    enter_task(Task.objects.get(matter=waits), Done("reached", at), by=liisa, now=later(days=1))
    page = client.get("/waits/").text
    assert fact(page, "Visits of the last 30 days that were entered afterwards") == "1"
    assert fact(page, "Promises kept in the last 30 days") == "100 % (1)"


def test_small_numbers_of_a_municipality_are_hidden_and_nobody_is_named(cast: Cast, mikko: Client) -> None:
    make_judged(cast, kept=20, broken=0)
    town = Municipality.objects.create(
        code="180", names={"fi": "Joutsa"}, county=cast.county, population=1, population_year=2022,
        latitude=1, longitude=1, source="test", valid_from=TODAY,
    )  # fmt: skip
    cast.elsa.municipality = town
    cast.elsa.save()
    matter = make_matter(cast, cast.elsa)
    work.take(matter, by=cast.actor("liisa"), now=NOW)
    work.close(matter, "done", by=cast.actor("liisa"), now=NOW)
    page = mikko.get("/waits/").text
    assert "Joutsa" in page
    assert page.count("fewer than 5, or hidden beside it") == 4  # the one other number would tell it
    for name in ("Eero", "Korhonen", "Elsa", "Lindholm"):
        assert name not in page


def test_the_look_is_in_the_log_without_any_resident(cast: Cast, mikko: Client) -> None:
    make_matter(cast)
    mikko.get("/waits/")
    entry = AuditEntry.objects.filter(action="waits.read").get()
    assert (entry.residents, entry.relation) == ([], "manager")


def test_another_units_matters_are_not_counted(cast: Cast, mikko: Client) -> None:
    make_matter(cast, unit=cast.other_station)
    assert fact(mikko.get("/waits/").text, "Waiting now") == "0 matters"


def test_a_manager_of_the_countys_administration_sees_every_unit(cast: Cast, mikko: Client) -> None:
    make_matter(cast)
    make_matter(cast, unit=cast.other_station)
    office = Unit.objects.create(
        county=cast.county, organisation=cast.station.organisation, names={"fi": "Hallinto"}, sector="other",
        valid_from=TODAY,
    )  # fmt: skip
    cast.assignments["mikko"].unit = office
    cast.assignments["mikko"].save()
    page = mikko.get("/waits/").text
    assert "Saarijärven terveysasema" in page
    assert "Äänekosken terveysasema" in page
    assert fact(page, "Waiting now") == "2 matters"


def test_a_manager_does_not_see_another_unit_nor_the_county(cast: Cast) -> None:
    for waits in (Waits("15", cast.other_station.pk), Waits("15"), Waits("18", cast.kokkola.pk)):
        with pytest.raises(Refused):
            require(cast.actor("mikko"), READ, waits, now=NOW)


@pytest.mark.parametrize("name", ["eero", "liisa", "pia", "tiina", "karl"])
def test_one_who_manages_nothing_finds_no_page(cast: Cast, client: Client, name: str) -> None:
    assert signed_in(client, cast, name).get("/waits/").status_code == 404


def test_the_page_takes_as_many_queries_however_many_wait(
    cast: Cast, mikko: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for resident in (cast.eero, cast.elsa, cast.sari, cast.aino):
        make_matter(cast, resident)
    make_judged(cast, kept=6, broken=6)
    with django_assert_max_num_queries(25):
        assert mikko.get("/waits/").status_code == 200


def test_tomorrow_it_is_one_day_longer(
    cast: Cast, mikko: Client, set_time: Callable[[datetime], None]
) -> None:
    only_clock(make_matter(cast), started=TODAY, promised=TODAY + timedelta(days=3))
    assert fact(mikko.get("/waits/").text, "The longest wait") == "0 days"
    set_time(later(days=1))
    client = signed_in(Client(), cast, "mikko")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert fact(client.get("/waits/").text, "The longest wait") == "1 day"
