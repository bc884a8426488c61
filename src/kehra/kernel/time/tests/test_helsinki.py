from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import NoSuchTime, Occurrence, TimeTwice

SPRING = date(2026, 3, 29)  # 03:00 becomes 04:00
AUTUMN = date(2026, 10, 25)  # 04:00 becomes 03:00
HALF_HOUR = timedelta(minutes=30)


def shown(day: date, first: time, last: time) -> list[str]:
    grid = helsinki.times_of_day(day, first, last, HALF_HOUR)
    return [f"{helsinki.local(moment):%H:%M}" for moment in grid]


def test_the_day_changes_at_midnight_in_finland() -> None:
    assert helsinki.today(datetime(2026, 6, 1, 20, 59, tzinfo=UTC)) == date(2026, 6, 1)
    assert helsinki.today(datetime(2026, 6, 1, 21, 0, tzinfo=UTC)) == date(2026, 6, 2)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        helsinki.local(datetime(2026, 6, 1, 12, 0))  # noqa: DTZ001


def test_an_ordinary_time_is_one_moment() -> None:
    assert helsinki.at(date(2026, 7, 1), time(9, 30)) == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert helsinki.at(date(2026, 1, 1), time(9, 30), Occurrence.SECOND) == datetime(
        2026, 1, 1, 7, 30, tzinfo=UTC
    )


def test_a_skipped_time_does_not_exist() -> None:
    with pytest.raises(NoSuchTime):
        helsinki.at(SPRING, time(3, 30))


def test_a_doubled_time_must_be_told_apart() -> None:
    with pytest.raises(TimeTwice):
        helsinki.at(AUTUMN, time(3, 30))
    first = helsinki.at(AUTUMN, time(3, 30), Occurrence.FIRST)
    second = helsinki.at(AUTUMN, time(3, 30), Occurrence.SECOND)
    assert second - first == timedelta(hours=1)
    assert helsinki.wall_clock(first).occurrence is Occurrence.FIRST
    assert helsinki.wall_clock(second).occurrence is Occurrence.SECOND
    assert helsinki.wall_clock(first).time == helsinki.wall_clock(second).time == time(3, 30)


def test_the_grid_leaves_out_the_hour_that_does_not_exist() -> None:
    assert shown(SPRING, time(2), time(5)) == ["02:00", "02:30", "04:00", "04:30"]


def test_the_grid_has_the_doubled_hour_twice() -> None:
    assert shown(AUTUMN, time(2, 30), time(4)) == ["02:30", "03:00", "03:30", "03:00", "03:30"]


def test_a_grid_may_begin_or_end_in_the_missing_hour() -> None:
    assert shown(SPRING, time(3, 15), time(5)) == ["04:00", "04:30"]
    assert shown(SPRING, time(2), time(3, 15)) == ["02:00", "02:30"]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    assert len(list(helsinki.times_of_day(day, time.min, time.min, timedelta(hours=1)))) == hours
    assert helsinki.start_of_day(day + timedelta(days=1)) - helsinki.start_of_day(day) == timedelta(
        hours=hours
    )


def test_a_grid_without_a_step_is_refused() -> None:
    with pytest.raises(ValueError, match="step"):
        list(helsinki.times_of_day(SPRING, time(8), time(9), timedelta(0)))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_comes_back_from_the_wall(moment: datetime) -> None:
    wall = helsinki.wall_clock(moment)
    assert helsinki.at(wall.day, wall.time, wall.occurrence) == moment
