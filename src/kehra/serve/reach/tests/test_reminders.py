"""A visit is reminded of once, in neutral words, and not at all when it has moved or been cancelled."""

from datetime import datetime, time, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, make_cast
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import changing
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.messages import jobs
from kehra.serve.messages.models import EmailState, Notification
from kehra.serve.messages.tests.gateways import NUMBER, reach, send_by
from kehra.serve.reach import triggers
from kehra.serve.reach.actions import reminding
from kehra.serve.reach.models import ReminderRule
from kehra.serve.reach.rules import due_at
from kehra.serve.reach.tests.situations import make_mandate

IN_THREE_DAYS = TODAY + timedelta(days=3)
RULE = {"hours": 24, "first_hour": 8, "last_hour": 20}


def make_visit(cast: Cast) -> Appointment:
    """Eero has a time in three days at nine."""
    return make_appointment(cast, free_time=make_time(cast, day=IN_THREE_DAYS, at=time(9)))


def day_before(hour: int = 9, minute: int = 5) -> datetime:
    return helsinki.at(IN_THREE_DAYS - timedelta(days=1), time(hour, minute))


def by_the_clock(cast: Cast, set_time: Any, now: datetime) -> list[Notification]:
    set_time(now)
    triggers.remind.func(0)
    return list(Notification.objects.filter(wording="reminder").order_by("pk"))


def test_it_comes_the_day_before_once_and_names_nothing(cast: Cast, set_time: Any, settings: Any) -> None:
    taken = send_by(settings)
    reach(cast.eero, sms=NUMBER, email="eero@example.org")
    make_visit(cast)
    assert by_the_clock(cast, set_time, day_before(8, 55)) == []
    for minute in (5, 10, 15):
        (reminder,) = by_the_clock(cast, set_time, day_before(9, minute))
    assert reminder.channel == "sms"
    for _twice in range(2):
        jobs.send_sms(reminder.pk)
    (message,) = taken
    assert "9.00" in message.text
    for secret in (cast.eero.family_name, "Vastaanotto", str(cast.station), "Sairaalantie", "Liisa"):
        assert secret not in message.text


def test_who_must_not_be_found_is_not_said_to_be_somewhere_at_an_hour(
    cast: Cast, set_time: Any, settings: Any
) -> None:
    taken = send_by(settings)
    reach(cast.eero, sms=NUMBER, address_protected=True)
    make_visit(cast)
    (reminder,) = by_the_clock(cast, set_time, day_before())
    jobs.send_sms(reminder.pk)
    assert "9.00" not in taken[0].text


def test_a_delegate_who_is_to_be_informed_is_reminded_too(cast: Cast, set_time: Any, settings: Any) -> None:
    send_by(settings)
    make_mandate(cast, informed=True)
    reach(cast.eero, sms=NUMBER)
    make_visit(cast)
    reminders = by_the_clock(cast, set_time, day_before())
    assert [one.receiver for one in reminders] == [cast.eero, cast.marja]


def test_whom_nothing_electronic_reaches_is_not_reminded_by_letter(
    cast: Cast, set_time: Any, settings: Any
) -> None:
    send_by(settings)
    reach(cast.eero, letters=True)
    make_visit(cast)
    assert by_the_clock(cast, set_time, day_before()) == []


def test_one_booked_after_it_was_due_is_not_reminded_of(cast: Cast, set_time: Any) -> None:
    make_appointment(cast, free_time=make_time(cast))  # tomorrow at nine; it is ten now
    assert by_the_clock(cast, set_time, NOW + timedelta(minutes=5)) == []


def test_a_moved_visit_is_reminded_of_at_its_new_time(cast: Cast, set_time: Any) -> None:
    visit = make_visit(cast)
    (old,) = by_the_clock(cast, set_time, day_before())
    later = make_time(cast, day=IN_THREE_DAYS + timedelta(days=4), at=time(9))
    changing.move(visit, later, by=cast.actor("eero"), now=day_before(10))
    old.refresh_from_db()
    assert old.state == EmailState.WITHDRAWN
    jobs.send_email(old.pk)
    old.refresh_from_db()
    assert old.state == EmailState.WITHDRAWN
    assert len(by_the_clock(cast, set_time, day_before() + timedelta(days=4))) == 2


def test_a_cancelled_visit_is_not_reminded_of(cast: Cast, set_time: Any) -> None:
    visit = make_visit(cast)
    (reminder,) = by_the_clock(cast, set_time, day_before())
    changing.cancel(visit, by=cast.actor("eero"), now=day_before(10))
    reminder.refresh_from_db()
    assert reminder.state == EmailState.WITHDRAWN
    assert len(by_the_clock(cast, set_time, day_before(11))) == 1


def test_a_wrong_number_is_followed_by_the_next_way_once(cast: Cast, set_time: Any, settings: Any) -> None:
    send_by(settings, sms="KnowsNobody")
    reach(cast.eero, sms=NUMBER, email="eero@example.org")
    make_visit(cast)
    (first,) = by_the_clock(cast, set_time, day_before())
    jobs.send_sms(first.pk)
    again = by_the_clock(cast, set_time, day_before(10))
    assert [(one.channel, one.state) for one in again] == [("sms", "failed"), ("email", "queued")]


def test_a_county_sets_its_own_hours_from_a_day_on(cast: Cast, set_time: Any) -> None:
    make_visit(cast)
    ReminderRule.objects.create(county=cast.county, hours=48, valid_from=TODAY, channels=["email"])
    assert len(by_the_clock(cast, set_time, day_before() - timedelta(days=1))) == 1


def test_only_the_program_reminds(cast: Cast) -> None:
    """reach.remind: REMIND."""
    visit = make_visit(cast)
    for name in ("liisa", "eero"):
        with pytest.raises(Refused):
            reminding.remind(visit, ReminderRule(), by=cast.actor(name), now=day_before())


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_while_a_third_cancels_remind_at_most_once() -> None:
    """Whoever comes first: there is one reminder, and none that would leave after the visit was cancelled."""
    cast = make_cast()
    visit = make_visit(cast)
    now = day_before()
    system, eero = actors.system(cast.county.code), cast.actor("eero")

    def closing(work: Any) -> Any:
        def run() -> None:
            try:
                work()
            finally:
                connection.close()

        return run

    def remind() -> None:
        reminding.remind(visit, ReminderRule(), by=system, now=now)

    def cancel() -> None:
        changing.cancel(visit, by=eero, now=now)

    threads = [Thread(target=closing(work)) for work in (remind, remind, cancel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reminders = Notification.objects.filter(wording="reminder")
    assert reminders.count() <= 1
    assert not reminders.filter(state=EmailState.QUEUED).exists()


@given(st.integers(0, 365 * 24 * 4).map(lambda step: NOW + timedelta(minutes=15 * step)), st.integers(1, 96))
@settings(max_examples=200)
def test_it_is_due_before_the_visit_by_day_and_never_more_than_a_night_early(
    starts_at: datetime, hours: int
) -> None:
    due = due_at(starts_at, hours=hours, first_hour=8, last_hour=20)
    assert due <= starts_at - timedelta(hours=hours)
    assert starts_at - timedelta(hours=hours) - due <= timedelta(hours=13)
    shown = helsinki.wall_clock(due).time
    assert time(8) <= shown <= time(20)
