"""The resident reads in their log why somebody saw their data: every ground has words in three languages."""

import csv
from pathlib import Path

import pytest

from kehra.kernel.access.permissions import Permission
from kehra.site.region.facts import DATA


def words() -> set[tuple[str, str]]:
    with Path(DATA, "catalogue", "codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["system"], row["code"]) for row in rows if all(row[f"name_{one}"] for one in ("fi", "sv", "en"))
    }


@pytest.mark.parametrize("name", sorted(Permission.declared))
def test_the_ground_of_every_permission_has_words(name: str) -> None:
    for rule in Permission.declared[name].rules:
        assert {("relation", rule.relation), ("purpose", rule.purpose)} <= words()


def test_the_grounds_of_lists_have_words() -> None:
    assert {("relation", kind) for kind in ("self", "acting_for", "unit", "emergency", "officer")} <= words()
