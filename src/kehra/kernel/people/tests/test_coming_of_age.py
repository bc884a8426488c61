"""Who is of age, and since when."""

from datetime import date, timedelta

import pytest

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
