"""The resident's own words, strengths and what matters to them are a part of the assessment."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.assessments import actions
from kehra.serve.assessments.permissions import WRITE_OWN
from kehra.serve.assessments.tests.situations import OWN, make_assessment, write_and_sign
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.tasks.models import Task


def test_the_resident_writes_it_and_those_who_assess_have_a_task(cast: Cast) -> None:
    assessment = make_assessment(cast)
    part = actions.write_own(assessment, **OWN, by=cast.actor("eero"), now=NOW)
    assert (part.resident, part.written_by, part.professional) == (cast.eero, cast.eero, None)
    assert (part.strengths, part.signed_at, part.sector) == (OWN["strengths"], NOW, "health")
    assert Task.objects.waiting().get(kind="assessments.own_part").professional == cast.professional("liisa")
    assert JournalEntry.objects.latest("seq").activity == "assessments.own_written"


def test_a_guardian_writes_it_for_the_child(cast: Cast) -> None:
    assessment = make_assessment(cast, make_taken_matter(cast, cast.aino))
    part = actions.write_own(assessment, **OWN, by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    assert (part.resident, part.written_by) == (cast.aino, cast.marja)


def test_a_worker_writes_it_as_the_resident_tells_it(cast: Cast) -> None:
    assessment = make_assessment(cast)
    part = actions.write_own(assessment, **OWN, by=cast.actor("liisa"), now=NOW)
    assert (part.resident, part.professional) == (cast.eero, cast.professional("liisa"))
    assert JournalEntry.objects.latest("seq").activity == "assessments.own_told"


@pytest.mark.parametrize("name", ["elsa", "noora", "mikko", "karl"])
def test_a_stranger_does_not(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.write_own(make_assessment(cast), **OWN, by=cast.actor(name), now=NOW)
    assert (refused.value.permission, refused.value.hidden) == (WRITE_OWN, True)


def test_written_anew_it_takes_the_place_of_ones_own_earlier_words_only(cast: Cast) -> None:
    assessment, eero = make_assessment(cast), cast.actor("eero")
    first = actions.write_own(assessment, **OWN, by=eero, now=NOW)
    told = actions.write_own(assessment, **OWN, by=cast.actor("liisa"), now=NOW)
    second = actions.write_own(assessment, **(OWN | {"own_words": "Kävely"}), by=eero, now=later(hours=1))
    assert (second.supersedes, told.supersedes) == (first, None)
    assert assessment.parts.filter(kind="own").count() == 3


def test_the_same_words_sent_again_are_one_part(cast: Cast) -> None:
    assessment, eero = make_assessment(cast), cast.actor("eero")
    first = actions.write_own(assessment, **OWN, by=eero, now=NOW)
    assert actions.write_own(assessment, **OWN, by=eero, now=later(minutes=1)) == first


def test_nothing_at_all_is_not_sent(cast: Cast) -> None:
    empty = dict.fromkeys(OWN, " ")
    with pytest.raises(NotPossible):
        actions.write_own(make_assessment(cast), **empty, by=cast.actor("eero"), now=NOW)


def test_to_one_that_is_ready_nothing_is_added(cast: Cast) -> None:
    assessment = make_assessment(cast)
    actions.write_own(assessment, **OWN, by=cast.actor("eero"), now=NOW)
    write_and_sign(cast, assessment, "liisa")
    actions.complete(assessment, need_found=True, by=cast.actor("liisa"), now=NOW)
    assert not Task.objects.waiting().filter(kind="assessments.own_part").exists()
    with pytest.raises(NotPossible):
        actions.write_own(assessment, **OWN, by=cast.actor("eero"), now=NOW)
