"""When somebody reads what arrives: Helsinki time, holidays, and the two odd nights."""

from datetime import UTC, datetime, timedelta

import pytest

from kehra.kernel.organisations import rules

OFFICE = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
WITH_SATURDAY = OFFICE | {"sat": [["09:00", "15:00"]]}
ALWAYS = {day: [["00:00", "24:00"]] for day in rules.DAYS}


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (utc(2026, 3, 10, 5, 59), False),  # 7:59 in winter time
        (utc(2026, 3, 10, 6, 0), True),
        (utc(2026, 3, 10, 13, 59), True),
        (utc(2026, 3, 10, 14, 0), False),  # the end is out
        (utc(2026, 6, 10, 5, 0), True),  # 8:00 in summer time
        (utc(2026, 6, 10, 13, 0), False),
        (utc(2026, 3, 14, 8, 0), False),  # a Saturday
        (utc(2026, 12, 24, 8, 0), False),  # Christmas Eve, a Thursday
        (utc(2026, 5, 1, 8, 0), False),  # May Day, a Friday
    ],
)
def test_office_hours_are_those_of_the_wall_in_helsinki(now: datetime, is_open: bool) -> None:
    assert rules.is_open(OFFICE, now) is is_open


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (utc(2026, 6, 20, 9, 0), "Midsummer Day is always a Saturday"),
        (utc(2026, 10, 31, 9, 0), "All Saints' Day is always a Saturday"),
        (utc(2026, 12, 26, 9, 0), "the second day of Christmas"),
    ],
)
def test_a_holiday_on_a_saturday_keeps_the_hours_of_a_sunday(now: datetime, why: str) -> None:
    assert not rules.is_open(WITH_SATURDAY, now), why
    assert rules.is_open(WITH_SATURDAY, now - timedelta(days=7))


def test_a_unit_that_is_always_open_is_open_at_every_minute_of_the_night_when_clocks_change() -> None:
    for night in (utc(2026, 3, 28, 20), utc(2026, 10, 24, 20)):
        for minutes in range(0, 12 * 60, 7):
            assert rules.is_open(ALWAYS, night + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (utc(2026, 3, 10, 5, 0), utc(2026, 3, 10, 6, 0)),
        (utc(2026, 3, 10, 6, 0), utc(2026, 3, 11, 6, 0)),  # open already: the next time
        (utc(2026, 3, 10, 22, 30), utc(2026, 3, 11, 6, 0)),  # past midnight in Helsinki already
        (utc(2026, 4, 2, 15, 0), utc(2026, 4, 7, 5, 0)),  # Easter, and summer time since
    ],
)
def test_it_opens_next_on_a_day_when_somebody_works(now: datetime, opens: datetime) -> None:
    assert rules.opens_at(OFFICE, now) == opens


def test_spans_may_stand_in_any_order() -> None:
    hours = {"tue": [["13:00", "16:00"], ["08:00", "11:00"]]}
    assert rules.opens_at(hours, utc(2026, 3, 10, 5, 0)) == utc(2026, 3, 10, 6, 0)


def test_hours_that_begin_in_the_hour_that_is_skipped_begin_when_the_clock_jumps() -> None:
    assert rules.opens_at({"sun": [["03:30", "08:00"]]}, utc(2026, 3, 28, 23, 0)) == utc(2026, 3, 29, 1, 0)


def test_hours_that_begin_in_the_hour_that_comes_twice_begin_the_first_time() -> None:
    assert rules.opens_at({"sun": [["03:30", "08:00"]]}, utc(2026, 10, 24, 23, 0)) == utc(2026, 10, 25, 0, 30)


def test_a_unit_without_hours_says_nothing() -> None:
    assert rules.opens_at({}, utc(2026, 3, 10, 5, 0)) is None
    assert not rules.is_open({}, utc(2026, 3, 10, 8, 0))
