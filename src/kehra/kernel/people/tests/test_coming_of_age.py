"""Who is of age, and since when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.people.rules import age_on, of_age_born_by


@pytest.mark.parametrize(
    ("day", "born_by"),
    [
        (date(2026, 3, 10), date(2008, 3, 10)),
        (date(2026, 2, 28), date(2008, 2, 28)),  # one born on 29 February is 18 tomorrow
        (date(2026, 3, 1), date(2008, 3, 1)),
        (date(2028, 2, 29), date(2010, 2, 28)),
    ],
)
def test_the_youngest_of_age_are_eighteen_and_the_next_days_children_are_not(
    day: date, born_by: date
) -> None:
    assert of_age_born_by(day) == born_by
    assert age_on(born_by, day) == 18
    assert age_on(born_by + timedelta(days=1), day) == 17


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 2, 28), 17),
        (date(2026, 3, 1), 18),  # born on 29 February: a year older on 1 March
        (date(2028, 2, 28), 19),
        (date(2028, 2, 29), 20),
        (date(2008, 2, 29), 0),
    ],
)
def test_one_born_on_29_february_is_a_year_older_on_1_march(day: date, age: int) -> None:
    assert age_on(date(2008, 2, 29), day) == age


@given(st.dates(date(1900, 1, 1), date(2080, 1, 1)), st.dates(date(1900, 1, 1), date(2080, 1, 1)))
def test_who_is_of_age_is_the_same_by_age_and_by_birth_date(born: date, day: date) -> None:
    assert (age_on(born, day) >= 18) == (born <= of_age_born_by(day))
