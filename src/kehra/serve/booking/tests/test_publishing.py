"""Times are published to a booking list, on the odd nights too."""

from datetime import date, datetime, time, timedelta

import pytest

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import publishing
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.models.times import FreeTime, Manner
from kehra.serve.booking.rules import told
from kehra.serve.booking.tests.situations import NEXT_DAY, make_appointment, make_list, make_time

HALF_HOUR = timedelta(minutes=30)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def grid(day: date, first: time, last: time) -> list[datetime]:
    return list(helsinki.times_of_day(day, first, last, HALF_HOUR))


def publish(cast: Cast, starts: list[datetime], *, name: str = "liisa") -> list[FreeTime]:
    return publishing.publish_times(
        make_list(cast), starts, length=HALF_HOUR, manner=Manner.ON_SITE, by=cast.actor(name), now=NOW
    )


@pytest.mark.parametrize("name", ["liisa", "olli"])
def test_a_worker_of_the_unit_publishes_a_morning(cast: Cast, name: str) -> None:
    times = publish(cast, grid(NEXT_DAY, time(9), time(11)), name=name)
    assert [told(time.starts_at) for time in times][:2] == ["11.3.2026 9.00", "11.3.2026 9.30"]
    assert FreeTime.objects.count() == 4


@pytest.mark.parametrize("name", ["eero", "noora", "mikko", "karl"])
def test_others_neither_publish_nor_withdraw(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        publish(cast, grid(NEXT_DAY, time(9), time(11)), name=name)
    with pytest.raises(Refused):
        publishing.withdraw_time(make_time(cast), by=cast.actor(name), now=NOW)


def test_an_overlap_is_named_and_nothing_is_published(cast: Cast) -> None:
    make_time(cast, at=time(10, 15))
    with pytest.raises(NotPossible, match=r"11.3.2026 10.00 .* 11.3.2026 10.15"):
        publish(cast, grid(NEXT_DAY, time(9), time(11)))
    assert FreeTime.objects.count() == 1


def test_what_has_gone_and_what_has_no_room_is_not_published(cast: Cast) -> None:
    for starts in ([], grid(NEXT_DAY - timedelta(days=1), time(8), time(9))):
        with pytest.raises(NotPossible):
            publish(cast, starts)


def test_on_the_night_of_march_there_is_no_time_that_does_not_exist(cast: Cast) -> None:
    times = publish(cast, grid(SPRING, time(2), time(5)))
    assert [told(time.starts_at)[10:] for time in times] == ["2.00", "2.30", "4.00", "4.30"]
    assert all(time.ends_at - time.starts_at == HALF_HOUR for time in times)


def test_on_the_night_of_october_the_doubled_hour_is_told_apart(cast: Cast) -> None:
    times = publish(cast, grid(AUTUMN, time(3), time(4, 30)))
    shown = [told(time.starts_at)[11:] for time in times]
    assert shown == [
        "3.00 (kesäaikaa)",
        "3.30 (kesäaikaa)",
        "3.00 (talviaikaa)",
        "3.30 (talviaikaa)",
        "4.00",
    ]


def test_a_time_that_nobody_has_is_withdrawn_and_one_that_is_booked_is_not(cast: Cast) -> None:
    appointment = make_appointment(cast)
    with pytest.raises(NotPossible):
        publishing.withdraw_time(appointment.free_time, by=cast.actor("liisa"), now=NOW)
    publishing.withdraw_time(make_time(cast, at=time(12)), by=actors.system(cast.county.pk), now=NOW)
    assert FreeTime.objects.get() == appointment.free_time
    assert Appointment.objects.count() == 1
