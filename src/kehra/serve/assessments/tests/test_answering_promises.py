"""Which promises an assessment answers, and which begin with it."""

from datetime import date

from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later
from kehra.serve.assessments import actions
from kehra.serve.assessments.tests.situations import make_assessment, make_shared_matter, write_and_sign
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter


def running(matter: Matter) -> dict[str, date]:
    """What is promised and not answered, with its day."""
    clocks = Clock.objects.filter(matter=matter, stopped_on__isnull=True).select_related("limit")
    return {clock.limit.promise: clock.promised_on for clock in clocks}


def test_the_first_signature_answers_the_assessment_of_care(cast: Cast) -> None:
    assessment = make_assessment(cast)
    assert "assessment" in running(assessment.matter)
    write_and_sign(cast, assessment, "liisa")
    clock = Clock.objects.get(matter=assessment.matter, limit__promise="assessment")
    assert (clock.stopped_on, clock.kept) == (TODAY, True)
    assert not {"assessment", "contact"} & running(assessment.matter).keys()


def test_what_the_law_counts_from_the_assessment_is_counted_from_the_signature(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    write_and_sign(cast, assessment, "liisa")
    actions.complete(assessment, need_found=True, by=liisa, now=later(days=3))
    assert running(assessment.matter)["first_visit"] == date(2026, 6, 10)  # three months from 10 March


def test_without_a_need_no_promise_begins(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    write_and_sign(cast, assessment, "liisa")
    actions.complete(assessment, need_found=False, by=liisa, now=NOW)
    assert "first_visit" not in running(assessment.matter)


def test_a_promise_that_runs_is_not_made_twice(cast: Cast) -> None:
    matter = make_assessment(cast).matter
    for _ in range(2):
        assessment = make_assessment(cast, matter)
        write_and_sign(cast, assessment, "liisa")
        actions.complete(assessment, need_found=True, by=cast.actor("liisa"), now=NOW)
    assert Clock.objects.filter(matter=matter, limit__promise="first_visit").count() == 1


def test_beginning_answers_that_a_social_assessment_begins_in_time(cast: Cast) -> None:
    matter = make_matter(cast, service=cast.social_work, unit=cast.social)
    assert {"assessment_start", "urgent_assessment"} <= running(matter).keys()
    assessment = actions.begin(matter, by=cast.actor("sami"), now=NOW)
    assert "assessment_start" not in running(matter)
    write_and_sign(cast, assessment, "sami")
    assert "urgent_assessment" not in running(matter)


def test_the_other_sector_answers_no_promise_of_the_matter(cast: Cast) -> None:
    matter = make_shared_matter(cast)
    before = running(matter)
    assessment = actions.begin(matter, by=cast.actor("sami"), now=NOW)
    write_and_sign(cast, assessment, "sami")
    actions.complete(assessment, need_found=True, by=cast.actor("sami"), now=NOW)
    assert running(matter) == before
