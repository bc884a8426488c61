"""Each professional writes and signs a part of their own, and corrects it by a new one."""

import pytest
from django.db import IntegrityError, transaction

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.assessments import actions
from kehra.serve.assessments.models import AssessmentPart
from kehra.serve.assessments.permissions import WITHDRAW, WRITE
from kehra.serve.assessments.tests.situations import TEXTS, make_assessment, part_of, write_and_sign
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.tasks.models import Task


def test_a_part_is_written_and_signed_by_its_author(cast: Cast) -> None:
    assessment = make_assessment(cast)
    part = write_and_sign(cast, assessment, "liisa")
    assert (part.signed_at, part.need) == (NOW, TEXTS["need"])
    assert JournalEntry.objects.filter(activity="assessments.part_signed").count() == 1
    assert not Task.objects.waiting().filter(kind="assessments.part").exists()


def test_signed_twice_is_signed_once(cast: Cast) -> None:
    part = write_and_sign(cast, make_assessment(cast), "liisa")
    assert actions.sign_part(part, by=cast.actor("liisa"), now=later(minutes=1)).signed_at == NOW


@pytest.mark.parametrize(
    ("name", "hidden"), [("olli", False), ("noora", True), ("karl", True), ("eero", False)]
)
def test_nobody_else_writes_signs_or_corrects_it(cast: Cast, name: str, hidden: bool) -> None:
    part = part_of(cast, make_assessment(cast), "liisa")
    by = cast.actor(name)
    for act in (
        lambda: actions.write_part(part, **TEXTS, by=by, now=NOW),
        lambda: actions.sign_part(part, by=by, now=NOW),
        lambda: actions.supersede_part(part, by=by, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.permission, refused.value.hidden) == (WRITE, hidden)


def test_what_was_signed_is_never_changed(cast: Cast) -> None:
    part = write_and_sign(cast, make_assessment(cast), "liisa")
    with pytest.raises(NotPossible):
        actions.write_part(part, **(TEXTS | {"need": "Muuta"}), by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.withdraw_part(part, by=cast.actor("liisa"), now=NOW)
    part.refresh_from_db()
    assert part.need == TEXTS["need"]


@pytest.mark.parametrize("missing", ["situation", "need", "proposal"])
def test_without_its_whole_text_it_is_not_signed(cast: Cast, missing: str) -> None:
    part = part_of(cast, make_assessment(cast), "liisa")
    actions.write_part(part, **(TEXTS | {missing: " "}), by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.sign_part(part, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentPart.objects.filter(pk=part.pk).update(signed_at=NOW)


def test_in_a_closed_matter_nothing_is_written(cast: Cast) -> None:
    assessment = make_assessment(cast)
    work.close(assessment.matter, "help_given", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.write_part(part_of(cast, assessment, "liisa"), **TEXTS, by=cast.actor("liisa"), now=NOW)


def test_a_correction_is_a_new_part_that_its_author_signs(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    signed = write_and_sign(cast, assessment, "liisa")
    actions.complete(assessment, need_found=True, by=liisa, now=NOW)
    draft = actions.supersede_part(signed, by=liisa, now=later(days=1))
    assert (draft.need, draft.supersedes) == (signed.need, signed)
    assert actions.supersede_part(signed, by=liisa, now=later(days=1)) == draft
    actions.write_part(draft, **(TEXTS | {"need": "Ei tarvitse apua."}), by=liisa, now=later(days=1))
    actions.sign_part(draft, by=liisa, now=later(days=1))
    assert JournalEntry.objects.latest("seq").activity == "assessments.part_corrected"
    with pytest.raises(NotPossible):
        actions.supersede_part(signed, by=liisa, now=later(days=1))


def test_an_unsigned_part_is_withdrawn_by_its_author_or_who_leads(cast: Cast) -> None:
    for name in ("liisa", "olli"):
        assessment = make_assessment(cast, make_taken_matter(cast))
        part = part_of(cast, assessment, "liisa")
        actions.withdraw_part(part, by=cast.actor(name), now=NOW)
        assert not Task.objects.waiting().filter(key=str(part.pk)).exists()
        with pytest.raises(NotPossible):
            actions.sign_part(part, by=cast.actor("liisa"), now=NOW)


def test_a_withdrawn_correction_can_be_made_again(cast: Cast) -> None:
    signed, liisa = write_and_sign(cast, make_assessment(cast), "liisa"), cast.actor("liisa")
    draft = actions.supersede_part(signed, by=liisa, now=NOW)
    actions.withdraw_part(draft, by=liisa, now=NOW)
    assert actions.supersede_part(signed, by=liisa, now=NOW) != draft


def test_a_stranger_withdraws_nothing(cast: Cast) -> None:
    part = part_of(cast, make_assessment(cast), "liisa")
    with pytest.raises(Refused) as refused:
        actions.withdraw_part(part, by=cast.actor("noora"), now=NOW)
    assert (refused.value.permission, refused.value.hidden) == (WITHDRAW, True)
