"""A worker finds a resident whom they do not serve yet, and the log keeps each look."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kehra.kernel.access.permissions import Refused, decide
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people import actions as people
from kehra.kernel.people import rules
from kehra.kernel.people.actions import Search
from kehra.kernel.people.models import Resident
from kehra.kernel.people.permissions import FIND, Finding

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def test_the_identity_code_finds_one(cast: Any) -> None:
    search = Search(code=str(cast.eero.identity_code))
    assert people.find(search, by=cast.actor("liisa"), now=NOW) == [cast.eero]
    entry = AuditEntry.objects.get(action=FIND.name)
    assert (entry.residents, entry.relation) == ([cast.eero.pk], "serving_unit")


def test_name_and_birth_date_find_one_in_any_order(cast: Any) -> None:
    for name in ("Eero Korhonen", "korhonen eero", "Korho"):
        search = Search(name=name, born=date(1945, 11, 30))
        assert people.find(search, by=cast.actor("liisa"), now=NOW) == [cast.eero]


@pytest.mark.parametrize(
    "search",
    [
        Search(name="Korhonen"),
        Search(born=date(1945, 11, 30)),
        Search(name="Korhonen", born=date(1945, 12, 1)),
        Search(),
    ],
)
def test_a_vague_search_finds_nobody_and_is_kept_too(cast: Any, search: Search) -> None:
    assert people.find(search, by=cast.actor("liisa"), now=NOW) == []
    assert AuditEntry.objects.get(action=FIND.name).residents == []


def test_no_search_is_a_list_of_people(cast: Any) -> None:
    born = date(1999, 1, 1)
    for individual in range(900, 915):
        Resident.objects.create(
            county=cast.county,
            identity_code=rules.artificial_code(born, individual),
            given_names="Matti",
            family_name="Virtanen",
            birth_date=born,
        )
    found = people.find(Search(name="Virtanen", born=born), by=cast.actor("liisa"), now=NOW)
    assert len(found) == 10


def test_another_countys_residents_are_not_found(cast: Any) -> None:
    search = Search(code=str(cast.anders.identity_code))
    assert people.find(search, by=cast.actor("liisa"), now=NOW) == []


@pytest.mark.parametrize("name", ["pia", "mikko", "tiina", "eero"])
def test_others_do_not_search(cast: Any, name: str) -> None:
    with pytest.raises(Refused):
        people.find(Search(code=str(cast.eero.identity_code)), by=cast.actor(name), now=NOW)


@pytest.mark.parametrize("name", ["marja", "aino"])
def test_nobody_finds_themselves_or_their_child_in_a_professional_role(cast: Any, name: str) -> None:
    liisa, resident = cast.professional("liisa"), getattr(cast, name)
    liisa.resident = cast.marja
    liisa.save()
    by = cast.actor("liisa")
    assert decide(by, FIND, Finding("15", (resident.pk,)), now=NOW).reason == "own_record"
    with pytest.raises(Refused):
        people.find(Search(code=str(resident.identity_code)), by=by, now=NOW)


@pytest.mark.parametrize(
    ("name", "found"),
    [("Anna", 1), ("Liisa", 1), ("anna-liisa m", 1), ("Mäki", 1), ("iisa", 0), ("n", 0), (".*", 0), ("%", 0)],
)
def test_words_are_beginnings_of_names_and_nothing_more(cast: Any, name: str, found: int) -> None:
    born = date(1999, 1, 1)
    Resident.objects.create(
        county=cast.county, given_names="Anna-Liisa Maria", family_name="Mäki-Ojala", birth_date=born
    )
    assert len(people.find(Search(name=name, born=born), by=cast.actor("liisa"), now=NOW)) == found
