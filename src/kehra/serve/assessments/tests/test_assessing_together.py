"""An assessment is begun once, colleagues are asked, and it is completed when everybody has signed."""

import pytest
from django.db import IntegrityError, transaction

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.models import Assignment
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.assessments import actions
from kehra.serve.assessments.models import Assessment
from kehra.serve.assessments.permissions import LEAD
from kehra.serve.assessments.tests.situations import (
    make_assessment,
    make_shared_matter,
    part_of,
    write_and_sign,
)
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import WORK
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.tasks.models import Task


def told(matter: Matter) -> list[str]:
    """The activities of assessing in the matter's journal."""
    notes = JournalEntry.objects.filter(matter_id=matter.pk, activity__startswith="assessments.")
    return list(notes.order_by("seq").values_list("activity", flat=True))


def test_beginning_makes_the_part_of_who_begins_and_their_task(cast: Cast) -> None:
    assessment = make_assessment(cast)
    part = assessment.parts.get()
    assert (assessment.sector, part.professional.given_names, part.profession) == ("health", "Liisa", "nurse")
    task = Task.objects.waiting().get(kind="assessments.part")
    assert (task.professional, task.unit, task.key) == (
        cast.professional("liisa"),
        cast.station,
        str(part.pk),
    )
    assert told(assessment.matter) == ["assessments.begun"]


def test_begun_twice_is_begun_once(cast: Cast) -> None:
    assessment = make_assessment(cast)
    assert actions.begin(assessment.matter, by=cast.actor("olli"), now=NOW) == assessment
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(matter=assessment.matter, unit=cast.station, sector="health", opened_at=NOW)


def test_each_sector_has_its_own(cast: Cast) -> None:
    matter = make_shared_matter(cast)
    assert make_assessment(cast, matter) != actions.begin(matter, by=cast.actor("sami"), now=NOW)


@pytest.mark.parametrize(
    ("name", "hidden"), [("eero", False), ("noora", True), ("mikko", True), ("karl", True)]
)
def test_only_who_works_in_the_matter_begins(cast: Cast, name: str, hidden: bool) -> None:
    with pytest.raises(Refused) as refused:
        actions.begin(make_matter(cast), by=cast.actor(name), now=NOW)
    assert (refused.value.permission, refused.value.hidden) == (WORK, hidden)


def test_in_a_closed_matter_none_is_begun(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    work.close(matter, "help_given", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.begin(matter, by=cast.actor("liisa"), now=NOW)


def test_a_colleague_of_another_profession_gets_a_part_and_a_task_of_their_own(cast: Cast) -> None:
    assessment = make_assessment(cast)
    part = actions.invite(assessment, cast.assignments["olli"], by=cast.actor("liisa"), now=NOW)
    assert (part.profession, part.unit, part.sector) == ("physician", cast.station, "health")
    assert Task.objects.waiting().get(key=str(part.pk)).professional == cast.professional("olli")
    assert actions.invite(assessment, cast.assignments["olli"], by=cast.actor("liisa"), now=NOW) == part
    assert told(assessment.matter) == ["assessments.begun", "assessments.invited"]


def test_a_colleague_of_the_other_sector_is_asked_when_their_unit_works_in_the_matter(cast: Cast) -> None:
    assessment = make_assessment(cast, make_shared_matter(cast))
    part = actions.invite(assessment, cast.assignments["sami"], by=cast.actor("liisa"), now=NOW)
    assert (part.sector, assessment.sector) == ("social", "health")


@pytest.mark.parametrize("name", ["sami", "noora", "mikko", "tiina", "karl"])
def test_others_cannot_be_asked(cast: Cast, name: str) -> None:
    with pytest.raises(NotPossible):
        actions.invite(make_assessment(cast), cast.assignments[name], by=cast.actor("liisa"), now=NOW)


def test_a_colleague_of_the_same_profession_joins_only_by_themselves(cast: Cast) -> None:
    assessment = make_assessment(cast)
    other = Assignment.objects.create(
        professional=cast.professional("noora"),
        unit=cast.station,
        role="professional",
        valid_from="2020-01-01",
    )
    with pytest.raises(NotPossible):
        actions.invite(assessment, other, by=cast.actor("liisa"), now=NOW)
    olli = cast.assignments["olli"]
    actions.invite(assessment, olli, by=cast.actor("olli"), now=NOW)
    assert told(assessment.matter) == ["assessments.begun"]


def test_the_resident_themselves_and_restricted_units_are_not_asked(cast: Cast) -> None:
    assessment = make_assessment(cast, make_shared_matter(cast))
    cast.user("olli").resident = cast.eero
    professional = cast.professional("olli")
    professional.resident = cast.eero
    professional.save()
    Restriction.objects.create(resident=cast.eero, unit=cast.social, made_at=NOW)
    assert not assessment.colleagues(cast.actor("liisa"), NOW).exists()


def test_who_does_not_lead_neither_asks_nor_completes(cast: Cast) -> None:
    assessment = make_assessment(cast, make_shared_matter(cast))
    for name, hidden in (("sami", False), ("eero", False), ("noora", True)):
        with pytest.raises(Refused) as refused:
            actions.invite(assessment, cast.assignments["olli"], by=cast.actor(name), now=NOW)
        assert (refused.value.permission, refused.value.hidden) == (LEAD, hidden)
        with pytest.raises(Refused):
            actions.complete(assessment, need_found=True, by=cast.actor(name), now=NOW)


def test_it_is_completed_when_everybody_has_signed(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    actions.invite(assessment, cast.assignments["olli"], by=liisa, now=NOW)
    write_and_sign(cast, assessment, "liisa")
    with pytest.raises(NotPossible, match="Olli Testi"):
        actions.complete(assessment, need_found=True, by=liisa, now=NOW)
    write_and_sign(cast, assessment, "olli")
    done = actions.complete(assessment, need_found=True, urgency=2, by=liisa, now=later(hours=1))
    assert (done.completed_at, done.need_found) == (later(hours=1), True)
    assert Matter.objects.get(pk=assessment.matter_id).urgency == 2
    assert told(assessment.matter)[-1] == "assessments.completed"
    again = actions.complete(assessment, need_found=False, by=liisa, now=later(hours=2))
    assert (again.completed_at, again.need_found) == (later(hours=1), True)


def test_a_withdrawn_part_is_not_waited_for_but_one_must_be_signed(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    actions.withdraw_part(part_of(cast, assessment, "liisa"), by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        actions.complete(assessment, need_found=True, by=liisa, now=NOW)
    actions.invite(assessment, cast.assignments["liisa"], by=liisa, now=NOW)
    write_and_sign(cast, assessment, "liisa")
    assert not actions.complete(assessment, need_found=True, by=liisa, now=NOW).is_open


def test_after_it_is_ready_another_can_be_begun(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    write_and_sign(cast, assessment, "liisa")
    actions.complete(assessment, need_found=False, by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        actions.invite(assessment, cast.assignments["olli"], by=liisa, now=NOW)
    assert actions.begin(assessment.matter, by=liisa, now=later(days=9)) != assessment
