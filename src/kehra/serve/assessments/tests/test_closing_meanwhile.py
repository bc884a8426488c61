"""Whoever assesses while the matter is being closed waits, and then nothing is added to it."""

from typing import Any

import pytest

from kehra.kernel.accounts.tests.cast import NOW, make_cast
from kehra.serve.assessments import actions
from kehra.serve.assessments.tests.situations import OWN, TEXTS, make_assessment, part_of
from kehra.serve.matters.tests.races import while_it_closes

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES: dict[str, Any] = {
    "write": lambda part, liisa, _eero: actions.write_part(part, **TEXTS, by=liisa, now=NOW),
    "sign": lambda part, liisa, _eero: actions.sign_part(part, by=liisa, now=NOW),
    "own part": lambda part, _liisa, eero: actions.write_own(part.assessment, **OWN, by=eero, now=NOW),
    "complete": lambda part, liisa, _eero: actions.complete(
        part.assessment, need_found=False, by=liisa, now=NOW
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_added_to_an_assessment_of_a_matter_that_is_being_closed(change: str) -> None:
    cast = make_cast()
    liisa, eero = cast.actor("liisa"), cast.actor("eero")
    assessment = make_assessment(cast)
    part = part_of(cast, assessment, "liisa")
    actions.write_part(part, **TEXTS, by=liisa, now=NOW)
    if change == "complete":
        actions.sign_part(part, by=liisa, now=NOW)
    act = lambda: CHANGES[change](part, liisa, eero)  # noqa: E731
    assert while_it_closes(assessment.matter, act, by=liisa) == "not possible"
