"""A matter's promises begin by the law's dated rows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.kernel.people.models import Professional
from kehra.serve.matters.actions import opening, work
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter


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


def running(matter: Matter) -> set[str]:
    return set(matter.clocks.filter(stopped_on__isnull=True).values_list("limit__code", flat=True))


def test_taking_answers_the_contact_and_judging_the_urgency_the_assessment(cast: Cast) -> None:
    matter = work.take(make_matter(cast), by=cast.actor("liisa"), now=NOW)
    assert running(matter) == {"first_contact.assessment"}
    work.set_urgency(matter, Urgency.NON_URGENT, by=cast.actor("liisa"), now=NOW)
    assert running(matter) == {"primary_care.first_visit"}
    assert matter.clocks.get(limit__code="primary_care.first_visit").statutory_on == date(2026, 6, 10)


def test_judging_again_begins_nothing_anew(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    for _time in range(2):
        work.set_urgency(matter, Urgency.URGENT, by=cast.actor("liisa"), now=NOW)
    assert matter.clocks.filter(limit__event="assessed").count() == 1


def test_one_who_is_in_no_register_reaches_the_resident_but_assesses_nothing(cast: Cast) -> None:
    Professional.objects.filter(pk=cast.professional("liisa").pk).update(register_number="")
    matter = make_matter(cast)
    work.set_urgency(matter, Urgency.NON_URGENT, by=cast.actor("liisa"), now=NOW)
    assert running(matter) == {"first_contact.assessment"}


def test_who_opens_a_matter_with_the_resident_has_reached_them(cast: Cast) -> None:
    matter = opening.open_matter(
        cast.eero,
        cast.reception,
        unit=cast.station,
        channel="phone",
        need="Soitti polvesta",
        urgency=Urgency.NON_URGENT,
        by=cast.actor("liisa"),
        now=NOW,
    )
    assert running(matter) == {"primary_care.first_visit"}
    assert all(matter.clocks.filter(stopped_on__isnull=False).values_list("kept", flat=True))


def test_what_was_not_judged_when_the_matter_was_opened_still_waits(cast: Cast) -> None:
    matter = opening.open_matter(
        cast.eero,
        cast.reception,
        unit=cast.station,
        channel="phone",
        need="Soitti",
        by=cast.actor("liisa"),
        now=NOW,
    )
    assert running(matter) == {"first_contact.assessment"}
