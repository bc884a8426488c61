from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.time.working_days import (
    add_working_days,
    end_of_time,
    is_working_day,
    next_working_day,
    working_days_between,
)

days = st.dates(date(1990, 1, 1), date(2050, 1, 1))


@pytest.mark.parametrize(
    ("day", "counts", "why"),
    [
        (date(2026, 11, 20), True, "an ordinary Friday"),
        (date(2026, 11, 21), False, "a Saturday"),
        (date(2026, 11, 22), False, "a Sunday"),
        (date(2026, 12, 24), False, "Christmas Eve"),
        (date(2026, 12, 25), False, "Christmas Day"),
        (date(2024, 12, 26), False, "the second day of Christmas"),
        (date(2026, 12, 31), True, "New Year's Eve is a working day"),
        (date(2026, 1, 1), False, "New Year"),
        (date(2026, 1, 6), False, "Epiphany"),
        (date(2026, 4, 2), True, "Maundy Thursday is a working day"),
        (date(2026, 4, 3), False, "Good Friday"),
        (date(2026, 4, 6), False, "Easter Monday"),
        (date(2026, 5, 1), False, "May Day"),
        (date(2026, 5, 14), False, "Ascension Day"),
        (date(2026, 6, 19), False, "Midsummer Eve"),
        (date(2024, 12, 6), False, "Independence Day"),
    ],
)
def test_a_working_day_is_monday_to_friday_and_no_holiday(day: date, counts: bool, why: str) -> None:
    assert is_working_day(day) is counts, why


@pytest.mark.parametrize(
    ("start", "count", "end", "why"),
    [
        (date(2026, 11, 17), 7, date(2026, 11, 26), "a contact on Tuesday: Thursday of the following week"),
        (date(2026, 11, 20), 1, date(2026, 11, 23), "Friday: the next one is Monday"),
        (date(2026, 11, 21), 1, date(2026, 11, 23), "Saturday: the first one counted is Monday"),
        (date(2026, 12, 22), 7, date(2027, 1, 5), "over Christmas and New Year"),
        (date(2026, 6, 17), 3, date(2026, 6, 23), "over Midsummer"),
        (date(2026, 4, 1), 2, date(2026, 4, 7), "over Easter"),
        (date(2026, 11, 17), 0, date(2026, 11, 17), "none"),
    ],
)
def test_the_day_of_receipt_is_not_counted(start: date, count: int, end: date, why: str) -> None:
    assert add_working_days(start, count) == end, why


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 6, 19), date(2026, 6, 22)),
        (date(2026, 5, 1), date(2026, 5, 4)),
    ],
)
def test_a_time_that_ends_on_a_day_off_ends_on_the_next_working_day(day: date, end: date) -> None:
    assert end_of_time(day) == end


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 11, 20), -1)


@given(days, st.integers(0, 60))
def test_adding_working_days_and_counting_them_agree(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert working_days_between(day, end) == count
    assert working_days_between(end, day) == -count


@given(days)
def test_the_next_working_day_is_the_nearest_one(day: date) -> None:
    found = next_working_day(day)
    between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
    assert is_working_day(found)
    assert not any(map(is_working_day, between))
