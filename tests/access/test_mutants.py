"""Mistakes in the rules are noticed: here some of those in the declarations, by `make mutants` all."""

import json
import os
import random
from pathlib import Path

import pytest

from tests.access.hunt import Hunt
from tests.access.mutants import Mutant, all_mutants
from tests.access.world import World

pytestmark = pytest.mark.django_db

SAMPLE = 30
# Mistakes that change nothing that anybody could see, each with its reason: where and what.
EQUIVALENT: dict[tuple[str, str], str] = {}


def test_a_rule_left_out_is_noticed(world: World) -> None:
    hunt = Hunt(world)
    hunt.prepare("table nothing_special")
    left_out = [one for one in all_mutants() if one.what.startswith("rule ") and one.where in hunt.through]
    chosen = random.Random(3).sample(left_out, SAMPLE)  # noqa: S311 - which ones is no secret
    assert [said(one) for one in chosen if not hunt.notices(one)] == []


@pytest.mark.skipif("KEHRA_MUTANTS" not in os.environ, reason="the whole hunt is `make mutants`")
def test_every_mistake(world: World) -> None:
    """In any order, so that a hunt that is stopped has seen some of everything; it writes as it goes."""
    report = Path(os.environ["KEHRA_MUTANTS"])
    hunt = Hunt(world)
    hunt.prepare()
    found = [one for one in all_mutants() if (one.where, one.what) not in EQUIVALENT]
    random.Random(5).shuffle(found)  # noqa: S311
    missed: list[str] = []
    for number, mutant in enumerate(found, start=1):
        if not hunt.notices(mutant):
            missed.append(said(mutant))
        if number % 20 == 0 or number == len(found):
            report.write_text(json.dumps({"all": len(found), "tried": number, "missed": missed}, indent=1))


def said(mutant: Mutant) -> str:
    return f"{mutant.where}: {mutant.what}"
