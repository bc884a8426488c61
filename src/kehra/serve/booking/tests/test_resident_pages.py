"""The resident's pages: choosing, booking, moving, cancelling, answering, and the calendar file."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import booking, changing, visiting
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.models.times import Manner
from kehra.serve.booking.tests.situations import NEXT_DAY, make_appointment, make_offer, make_time
from kehra.serve.booking.views.appointments import next_appointment
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")


@pytest.fixture
def eero(cast: Cast, client: Client) -> Client:
    return signed_in(client, cast, "eero")


def test_a_resident_chooses_a_time_reads_it_and_books_it_once(cast: Cast, eero: Client) -> None:
    matter, free_time = make_taken_matter(cast), make_time(cast)
    page = eero.get(f"/matters/{matter.pk}/times/")
    assert "9.00" in page.text
    chosen = eero.post(f"/matters/{matter.pk}/times/", {"time": free_time.pk})
    assert chosen.url == f"/matters/{matter.pk}/times/{free_time.pk}/"
    assert "10.10" in eero.get(chosen.url).text  # until when it is kept
    once = str(uuid4())
    for _ in range(2):
        booked = eero.post(chosen.url, {"once": once})
    assert booked.url == f"/appointments/{Appointment.objects.get().pk}/"
    page = eero.get(booked.url)
    assert "Sairaalantie 2" in page.text


def test_a_time_that_cannot_be_kept_can_still_be_booked(cast: Cast, eero: Client) -> None:
    first, second = make_time(cast, at=time(9)), make_time(cast, at=time(10))
    booking.hold(make_matter(cast, cast.elsa), first, by=cast.actor("elsa"), now=NOW)
    matter = make_matter(cast)
    chosen = eero.post(f"/matters/{matter.pk}/times/", {"time": second.pk}, follow=True)
    assert "Moni valitsee aikaa juuri nyt" in chosen.text
    booked = eero.post(f"/matters/{matter.pk}/times/{second.pk}/")
    assert booked.url == f"/appointments/{Appointment.objects.get(state=State.BOOKED).pk}/"


def test_the_own_worker_comes_first_then_those_whom_one_has_met(cast: Cast, eero: Client) -> None:
    matter = make_taken_matter(cast)
    make_time(cast, "olli", at=time(8))
    make_time(cast, "liisa", at=time(9))
    page = eero.get(f"/matters/{matter.pk}/times/").text
    assert page.index("Liisa Testi") < page.index("Olli Testi")
    before = NOW - timedelta(weeks=3)
    olli = make_time(cast, "olli", starts_at=before + timedelta(hours=1))
    met = make_appointment(cast, matter=make_matter(cast, now=before), free_time=olli, now=before)
    visiting.mark_done(met, by=cast.actor("liisa"), now=met.ends_at)
    matter.responsible = None
    matter.save()
    page = eero.get(f"/matters/{matter.pk}/times/").text
    assert page.index("Olli Testi") < page.index("Liisa Testi")


def test_a_time_that_somebody_else_took_is_told_on_the_page_of_times(cast: Cast, eero: Client) -> None:
    matter, free_time = make_taken_matter(cast), make_time(cast)
    booking.book(make_matter(cast, cast.elsa), free_time, by=cast.actor("elsa"), now=NOW)
    for path in (f"/matters/{matter.pk}/times/", f"/matters/{matter.pk}/times/{free_time.pk}/"):
        response = eero.post(path, {"time": free_time.pk}, follow=True)
        assert "ehti juuri" in response.text
        assert response.request["PATH_INFO"] == f"/matters/{matter.pk}/times/"


@pytest.mark.parametrize("chosen", ["", "0", "999999", "abc", "9" * 40])
def test_a_time_that_does_not_exist_is_not_found(cast: Cast, eero: Client, chosen: str) -> None:
    assert eero.post(f"/matters/{make_matter(cast).pk}/times/", {"time": chosen}).status_code == 404


def test_times_are_filtered_by_place(cast: Cast, eero: Client) -> None:
    matter = make_taken_matter(cast)
    make_time(cast, at=time(9))
    make_time(cast, at=time(14), manner=Manner.PHONE)
    path = f"/matters/{matter.pk}/times/"
    assert "14.00" not in eero.get(path, {"place": cast.site.pk}).text
    remote = eero.get(path, {"place": "remote"}).text
    assert ("14.00" in remote, "9.00" in remote) == (True, False)
    assert eero.get(path, {"place": "nowhere", "from": "2026-13-77"}).status_code == 200


def test_an_empty_timetable_says_what_happens_next(cast: Cast, eero: Client) -> None:
    page = eero.get(f"/matters/{make_matter(cast).pk}/times/")
    assert "116 117" in page.text


def test_a_resident_moves_and_cancels(cast: Cast, eero: Client) -> None:
    old, wanted = make_appointment(cast), make_time(cast, at=time(13))
    chosen = eero.post(f"/appointments/{old.pk}/move/", {"time": wanted.pk})
    assert "13.00" in eero.get(chosen.url).text
    moved = eero.post(chosen.url, {"once": str(uuid4())}, follow=True)
    assert "13.00" in moved.text
    new = Appointment.objects.get(state=State.BOOKED)
    assert new.free_time == wanted
    assert "13.00" in eero.get(f"/appointments/{old.pk}/").text  # where it went
    assert eero.get(f"/appointments/{new.pk}/cancel/").status_code == 200
    eero.post(f"/appointments/{new.pk}/cancel/", {})
    new.refresh_from_db()
    assert new.state == State.CANCELLED


def test_looking_at_the_page_of_cancelling_is_logged_as_looking(cast: Cast, eero: Client) -> None:
    appointment = make_appointment(cast)
    eero.get(f"/appointments/{appointment.pk}/cancel/")
    entry = AuditEntry.objects.latest("id")
    assert (entry.kind, entry.action) == ("read", "booking.see")


def test_a_resident_takes_one_of_the_offered_times(cast: Cast, eero: Client) -> None:
    offer = make_offer(cast)
    assert "9.00" in eero.get(f"/offers/{offer.pk}/").text
    assert f"/offers/{offer.pk}/" in eero.get("/appointments/").text
    taken = offer.times.order_by("pk").last()
    for _ in range(2):
        response = eero.post(f"/offers/{offer.pk}/", {"time": taken.pk})
        assert response.url == f"/appointments/{taken.pk}/"
    assert Appointment.objects.filter(state=State.BOOKED).get() == taken


def test_a_resident_declines_and_cannot_take_a_time_afterwards(cast: Cast, eero: Client) -> None:
    offer = make_offer(cast)
    assert eero.post(f"/offers/{offer.pk}/", {"time": "none"}).url == "/appointments/"
    late = eero.post(f"/offers/{offer.pk}/", {"time": offer.times.first().pk}, follow=True)
    assert late.status_code == 200
    assert not Appointment.objects.filter(state=State.BOOKED).exists()


def test_the_list_has_the_next_first_and_then_the_past(
    cast: Cast, eero: Client, set_time: Callable[[datetime], None]
) -> None:
    assert "Ei tulevia aikoja" in eero.get("/appointments/").text
    appointment = make_appointment(cast)
    assert f"/appointments/{appointment.pk}/" in eero.get("/appointments/").text
    assert next_appointment(cast.actor("eero"), NOW) == appointment
    eero.logout()
    set_time(appointment.ends_at)
    page = signed_in(eero, cast, "eero").get("/appointments/").text
    assert f"/appointments/{appointment.pk}/" in page
    assert next_appointment(cast.actor("eero"), appointment.ends_at) is None


@pytest.mark.parametrize("name", ["elsa", "marja", "noora", "sami", "mikko", "karl"])
def test_for_strangers_there_is_nothing(cast: Cast, client: Client, name: str) -> None:
    offer = make_offer(cast)
    appointment = make_appointment(cast, free_time=make_time(cast, at=time(15)))
    stranger = signed_in(client, cast, name)
    matter = appointment.matter_id
    for path in (
        f"/appointments/{appointment.pk}/",
        f"/appointments/{appointment.pk}/calendar.ics",
        f"/appointments/{appointment.pk}/move/",
        f"/appointments/{appointment.pk}/cancel/",
        f"/offers/{offer.pk}/",
        f"/matters/{offer.matter_id}/times/",
        f"/matters/{matter}/offer/",
        "/appointments/999999/",
        "/matters/999999/times/",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"/appointments/{appointment.pk}/cancel/").status_code == 404


def test_the_resident_may_see_the_matter_but_not_the_page_of_offering(cast: Cast, eero: Client) -> None:
    assert eero.get(f"/matters/{make_matter(cast).pk}/offer/").status_code == 403


def test_a_hold_is_not_an_appointment_to_be_opened(cast: Cast, eero: Client) -> None:
    held = booking.hold(make_matter(cast), make_time(cast), by=cast.actor("eero"), now=NOW)
    assert eero.get(f"/appointments/{held.pk}/").status_code == 404


def test_the_calendar_file_is_right_and_does_not_say_what_the_matter_is(cast: Cast, eero: Client) -> None:
    old = make_appointment(cast)
    first = event_of(eero, old)
    assert first["dtstart"].dt == helsinki.at(NEXT_DAY, time(9))
    assert str(first["location"]) == "Sairaalantie 2, 43100 Saarijärvi"
    assert "Vastaanotto" not in first.to_ical().decode()
    new = changing.move(old, make_time(cast, at=time(13)), by=cast.actor("eero"), now=NOW)
    second = event_of(eero, old)  # the old address leads to the new time
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    changing.cancel(new, by=cast.actor("eero"), now=NOW)
    third = event_of(eero, new)
    assert (str(third["status"]), third["sequence"] > second["sequence"]) == ("CANCELLED", True)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_the_odd_nights_the_calendar_and_the_page_tell_the_same_moment(
    cast: Cast, eero: Client, day: date
) -> None:
    moments = helsinki.times_of_day(day, time(2), time(5), timedelta(hours=1))
    for moment in moments:
        free_time = make_time(cast, starts_at=moment)
        appointment = make_appointment(cast, free_time=free_time)
        assert event_of(eero, appointment)["dtstart"].dt == moment
        shown = helsinki.local(moment)
        page = eero.get(f"/appointments/{appointment.pk}/").text
        assert f"{shown.hour}.{shown.minute:02}" in page
        changing.cancel(appointment, by=cast.actor("eero"), now=NOW)


def event_of(client: Client, appointment: Appointment):  # type: ignore[no-untyped-def]
    """The event of the appointment's calendar file."""
    response = client.get(f"/appointments/{appointment.pk}/calendar.ics", follow=True)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).events[0]


def test_the_pages_ask_as_little_for_thirty_as_for_one(cast: Cast, eero: Client) -> None:
    matter = make_taken_matter(cast)

    def count(path: str) -> int:
        eero.get(path)  # the first one renews the session
        with CaptureQueriesContext(connection) as queries:
            assert eero.get(path).status_code == 200
        return len(queries)

    paths = ["/appointments/", f"/matters/{matter.pk}/times/"]
    make_appointment(cast)
    make_time(cast, "olli")
    few = [count(path) for path in paths]
    for number in range(29):
        day = date.fromordinal(NEXT_DAY.toordinal() + number + 1)
        make_time(cast, "olli", day=day)
        make_appointment(cast, free_time=make_time(cast, day=day))
    assert [count(path) for path in paths] == few
