"""A matter's promises begin by the law's dated rows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.tests.situations import make_matter


def promised(cast: Cast, now: datetime) -> dict[str, date]:
    matter = make_matter(cast, now=now)
    return {clock.limit.code: clock.statutory_on for clock in Clock.objects.filter(matter=matter)}


def test_a_contact_in_office_hours_is_answered_and_assessed_the_same_day(cast: Cast) -> None:
    assert promised(cast, NOW) == {"first_contact.contact": TODAY, "first_contact.assessment": TODAY}


def test_a_promise_that_runs_already_is_not_begun_again(cast: Cast) -> None:
    matter = make_matter(cast)
    assert Clock.objects.start_for(matter, "contact", now=NOW + timedelta(days=1)) == []
    assert {clock.started_on for clock in Clock.objects.filter(matter=matter)} == {TODAY}


@pytest.mark.parametrize(
    ("now", "due", "why"),
    [
        (datetime(2026, 3, 10, 5, 0, tzinfo=UTC), date(2026, 3, 10), "early morning: the same day"),
        (datetime(2026, 3, 10, 18, 0, tzinfo=UTC), date(2026, 3, 11), "Tuesday evening: Wednesday"),
        (datetime(2026, 3, 13, 18, 0, tzinfo=UTC), date(2026, 3, 16), "Friday evening: Monday"),
        (datetime(2026, 4, 2, 18, 0, tzinfo=UTC), date(2026, 4, 7), "before Easter: the Tuesday after"),
    ],
)
def test_what_arrives_when_nobody_reads_is_promised_for_the_next_day_of_work(
    cast: Cast, now: datetime, due: date, why: str
) -> None:
    assert set(promised(cast, now).values()) == {due}, why


def test_another_service_has_its_own_promises(cast: Cast) -> None:
    matter = make_matter(cast, service=cast.social_work, unit=cast.social)
    due = {clock.limit.code: clock.statutory_on for clock in Clock.objects.filter(matter=matter)}
    assert due == {
        "social.urgent": TODAY,
        "social.assessment_start_75": date(2026, 3, 19),
        "social.implementation": date(2026, 6, 10),
    }
