"""The staff's pages: the day, offering and booking from a matter, publishing; and the matter's section."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.tests.situations import (
    NEXT_DAY,
    make_appointment,
    make_limit,
    make_list,
    make_offer,
    make_time,
)
from kehra.serve.booking.views.section import section_for
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")

PUBLISHED = {
    "first_day": "11.3.2026",
    "weekdays": ["0", "1", "2", "3", "4"],
    "first_time": "9.00",
    "last_time": "11.00",
    "length": "30",
    "manner": "on_site",
    "bookable": "on",
}


@pytest.fixture
def liisa(cast: Cast, client: Client) -> Client:
    return signed_in(client, cast, "liisa")


def test_some_times_are_offered_to_the_resident(cast: Cast, liisa: Client) -> None:
    matter, times = make_taken_matter(cast), [make_time(cast), make_time(cast, at=time(13))]
    path = f"/matters/{matter.pk}/offer/"
    assert "9.00–9.30" in liisa.get(path).text
    sent = {"once": str(uuid4()), "times": [one.pk for one in times], "answer_by": "10.3.2026"}
    for _ in range(2):
        assert liisa.post(path, sent).url == path
    offer = Offer.objects.get()
    assert offer.times.count() == 2
    assert offer.answer_by == datetime(2026, 3, 10, 22, tzinfo=NOW.tzinfo)  # the end of that day
    liisa.post(f"/offers/{offer.pk}/withdraw/")
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_one_time_is_booked_for_the_resident_and_two_are_not(cast: Cast, liisa: Client) -> None:
    matter, times = make_taken_matter(cast), [make_time(cast), make_time(cast, at=time(13))]
    path = f"/matters/{matter.pk}/offer/"
    both = liisa.post(path, {"times": [one.pk for one in times], "book": "1"})
    assert both.status_code == 422
    liisa.post(path, {"times": [times[0].pk], "book": "1"})
    assert Appointment.objects.get().free_time == times[0]


@pytest.mark.parametrize(
    "wrong", [{"times": []}, {"times": ["999999"]}, {"times": ["abc"]}, {"answer_by": "huomenna"}]
)
def test_what_is_wrong_in_an_offer_is_told(cast: Cast, liisa: Client, wrong: dict[str, object]) -> None:
    path = f"/matters/{make_taken_matter(cast).pk}/offer/"
    page = liisa.post(path, {"times": [make_time(cast).pk], "answer_by": "10.3.2026"} | wrong)
    assert (page.status_code, "govuk-error-summary" in page.text) == (422, True)


def test_a_time_after_the_promised_day_is_said_plainly(cast: Cast, liisa: Client) -> None:
    make_limit("treatment")
    matter = make_taken_matter(cast)
    make_time(cast, day=date(2026, 3, 24))
    assert "luvatun päivän jälkeen" not in liisa.get(f"/matters/{matter.pk}/offer/").text
    late = make_time(cast, day=date(2026, 3, 25))
    assert "luvatun päivän jälkeen" in liisa.get(f"/matters/{matter.pk}/offer/").text
    booking.book(matter, late, by=cast.actor("liisa"), now=NOW)
    assert section_for(cast.actor("liisa"), matter, NOW)["booking"]["coming"][0].late


def test_the_day_shows_who_comes_and_what_became_of_it(
    cast: Cast, liisa: Client, set_time: Callable[[datetime], None]
) -> None:
    appointment = make_appointment(cast)
    path = f"/desk/appointments/?day={NEXT_DAY.isoformat()}"
    assert "Eero Korhonen" in liisa.get(path).text
    assert "Eero Korhonen" not in liisa.get("/desk/appointments/").text
    liisa.logout()
    set_time(appointment.starts_at)
    signed_in(liisa, cast, "liisa")
    for what, state in (("arrived", "arrived"), ("done", "done"), ("done", "done")):
        response = liisa.post(f"/appointments/{appointment.pk}/mark/", {"what": what})
        assert response.url == f"{path}#appointment-{appointment.pk}"
        appointment.refresh_from_db()
        assert appointment.state == state
    assert liisa.post(f"/appointments/{appointment.pk}/mark/", {"what": "no_show"}).status_code == 409


def test_another_unit_does_not_see_the_day_and_a_resident_marks_nothing(cast: Cast, client: Client) -> None:
    appointment = make_appointment(cast)
    path = f"/desk/appointments/?day={NEXT_DAY.isoformat()}"
    for name in ("noora", "sami", "mikko", "karl"):
        page = signed_in(client, cast, name).get(path)
        assert (page.status_code, "Eero" in page.text) == (200, False)
    eero = signed_in(client, cast, "eero")
    assert "Liisa" not in eero.get(path).text
    assert eero.post(f"/appointments/{appointment.pk}/mark/", {"what": "done"}).status_code == 403


def test_a_morning_is_published_once(cast: Cast, liisa: Client) -> None:
    booking_list = make_list(cast)
    sent = PUBLISHED | {"once": str(uuid4()), "booking_list": booking_list.pk}
    for _ in range(2):
        assert liisa.post("/desk/times/", sent).status_code == 302
    assert FreeTime.objects.count() == 4
    assert "11.3.2026 klo 10.30" in liisa.get("/desk/times/").text


def test_two_weeks_are_published_on_the_chosen_weekdays(cast: Cast, liisa: Client) -> None:
    sent = PUBLISHED | {"booking_list": make_list(cast).pk, "last_day": "24.3.2026", "weekdays": ["2", "6"]}
    liisa.post("/desk/times/", sent | {"length": "45"})
    days = {one.starts_at.date() for one in FreeTime.objects.all()}
    assert days == {date(2026, 3, day) for day in (11, 15, 18, 22)}
    assert FreeTime.objects.count() == 8  # a third 45 minutes do not fit in two hours


def test_the_night_when_the_clock_goes_back_has_one_hour_more(cast: Cast, liisa: Client) -> None:
    sent = PUBLISHED | {"booking_list": make_list(cast).pk, "first_day": "25.10.2026"}
    liisa.post("/desk/times/", sent | {"first_time": "2.00", "last_time": "5.00", "length": "60"})
    assert FreeTime.objects.count() == 4
    page = liisa.get("/desk/times/").text
    assert ("kesäaikaa" in page, "talviaikaa" in page) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_day": "31.2.2026"},
        {"first_day": "9.3.2026"},
        {"last_day": "1.1.2027"},
        {"last_day": "10.3.2026"},
        {"first_time": "25.00"},
        {"last_time": "8.00"},
        {"length": "500"},
        {"weekdays": []},
        {"manner": "telepathy"},
        {"first_time": "10.50"},
    ],
)
def test_what_is_wrong_in_publishing_is_told(cast: Cast, liisa: Client, wrong: dict[str, object]) -> None:
    page = liisa.post("/desk/times/", PUBLISHED | {"booking_list": make_list(cast).pk} | wrong)
    assert (page.status_code, "govuk-error-summary" in page.text) == (422, True)
    assert not FreeTime.objects.exists()


def test_an_overlap_names_the_time_that_is_in_the_way(cast: Cast, liisa: Client) -> None:
    make_time(cast, at=time(10, 15))
    page = liisa.post("/desk/times/", PUBLISHED | {"booking_list": make_list(cast).pk})
    assert "11.3.2026 10.15" in page.text


def test_a_list_of_another_unit_is_not_published_to(cast: Cast, liisa: Client) -> None:
    make_list(cast)
    page = liisa.post("/desk/times/", PUBLISHED | {"booking_list": make_list(cast, "noora").pk})
    assert page.status_code == 422


def test_a_free_time_is_taken_back_by_the_unit_only(cast: Cast, client: Client) -> None:
    free_time = make_time(cast)
    path = f"/desk/times/{free_time.pk}/withdraw/"
    assert signed_in(client, cast, "noora").post(path).status_code == 404
    assert signed_in(client, cast, "liisa").post(path).status_code == 302
    assert not FreeTime.objects.exists()


@pytest.mark.parametrize("name", ["eero", "mikko", "noora"])
def test_who_has_no_list_publishes_nothing(cast: Cast, client: Client, name: str) -> None:
    make_list(cast)
    assert signed_in(client, cast, name).get("/desk/times/").status_code == 404


def test_the_unit_cancels_with_a_reason(cast: Cast, liisa: Client) -> None:
    appointment = make_appointment(cast)
    path = f"/appointments/{appointment.pk}/cancel/"
    assert liisa.post(path, {}).status_code == 422
    liisa.post(path, {"reason": "absent"})
    appointment.refresh_from_db()
    assert (appointment.state, appointment.cancel_reason) == (State.CANCELLED, "absent")


def test_the_section_says_to_the_other_sector_only_that_there_is_a_visit(cast: Cast) -> None:
    appointment = make_appointment(cast)
    Participation.objects.create(matter=appointment.matter, unit=cast.social, right="work", started_at=NOW)
    sami = section_for(cast.actor("sami"), appointment.matter, NOW)["booking"]
    assert [line.seen for line in sami["coming"]] == [False]
    eero = section_for(cast.actor("eero"), appointment.matter, NOW)["booking"]
    assert [line.seen for line in eero["coming"]] == [True]


def test_the_section_tells_of_an_open_offer_and_what_one_can_do(cast: Cast) -> None:
    offer = make_offer(cast)
    eero = section_for(cast.actor("eero"), offer.matter, NOW)["booking"]
    assert (eero["offer"], eero["may_answer_offer"], eero["may_offer"]) == (offer, True, False)
    liisa = section_for(cast.actor("liisa"), offer.matter, NOW)["booking"]
    assert (liisa["may_answer_offer"], liisa["may_offer"], liisa["may_choose_time"]) == (False, True, False)


def test_the_pages_ask_as_little_for_thirty_as_for_one(cast: Cast, liisa: Client) -> None:
    matter = make_taken_matter(cast)
    day = f"/desk/appointments/?day={NEXT_DAY.isoformat()}"

    def count(ask: Callable[[], object]) -> int:
        ask()  # the first one renews the session
        with CaptureQueriesContext(connection) as queries:
            ask()
        return len(queries)

    asked: list[Callable[[], object]] = [
        lambda: liisa.get(day),
        lambda: liisa.get("/desk/times/"),
        lambda: liisa.get(f"/matters/{matter.pk}/offer/"),
        lambda: section_for(cast.actor("liisa"), matter, NOW),
    ]
    start = datetime(2026, 3, 11, 6, tzinfo=NOW.tzinfo)
    booking.book(matter, make_time(cast, starts_at=start), by=cast.actor("liisa"), now=NOW)
    make_time(cast, "olli", starts_at=start)
    few = [count(ask) for ask in asked]
    for number in range(1, 30):
        then = start + timedelta(minutes=30 * number)
        make_time(cast, "olli", starts_at=then)
        booking.book(matter, make_time(cast, starts_at=then), by=cast.actor("liisa"), now=NOW)
    assert [count(ask) for ask in asked] == few
    assert make_matter(cast)
