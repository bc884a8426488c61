from datetime import date

import pytest

from kehra.kernel.time.periods import Period, full_years

MAY = Period(date(2026, 5, 1), date(2026, 6, 1))


def test_the_start_is_in_and_the_end_is_out() -> None:
    assert MAY.contains(date(2026, 5, 1))
    assert MAY.contains(date(2026, 5, 31))
    assert not MAY.contains(date(2026, 6, 1))
    assert not MAY.contains(date(2026, 4, 30))


def test_a_period_without_an_end_goes_on() -> None:
    assert Period(date(2026, 5, 1)).contains(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Period(date(2026, 6, 1)), False),
        (Period(date(2026, 5, 31)), True),
        (Period(date(2026, 4, 1), date(2026, 5, 1)), False),
        (Period(date(2026, 4, 1), date(2026, 5, 2)), True),
        (Period(date(2026, 4, 1)), True),
        (Period(date(2026, 5, 10), date(2026, 5, 10)), False),
    ],
)
def test_periods_that_touch_do_not_overlap(other: Period, overlaps: bool) -> None:
    assert MAY.overlaps(other) is overlaps
    assert other.overlaps(MAY) is overlaps


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 5, 2), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2025, 5, 16), 22), (date(2025, 5, 17), 23), (date(2025, 5, 18), 23)],
)
def test_a_person_is_a_year_older_on_the_birthday(day: date, age: int) -> None:
    assert full_years(date(2002, 5, 17), day) == age
