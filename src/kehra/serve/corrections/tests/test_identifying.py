"""Somebody without a name or with a temporary code gets the identity code that is theirs."""

from datetime import date

import pytest

from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people import rules as people
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.contacts.actions import reception
from kehra.serve.corrections.actions import identifying
from kehra.serve.corrections.actions.identifying import KnownAlready, Names
from kehra.serve.corrections.tests.situations import make_unidentified
from kehra.serve.matters.tests.situations import make_matter

VILLE = Names("Ville", "Aalto")
CODE = people.artificial_code(date(2001, 3, 10), 917)
TEMPORARY = people.artificial_code(date(2001, 1, 1), 993)


def test_a_temporary_code_stays_as_one_by_which_they_are_found(cast: Cast) -> None:
    matter = make_unidentified(cast, TEMPORARY)
    assert Resident.objects.with_code(TEMPORARY, "15").get() == matter.resident
    resident = identifying.identify(matter, CODE, VILLE, by=cast.actor("liisa"), now=NOW)
    assert (resident.name, resident.identity_code) == ("Ville Aalto", CODE)
    assert resident.birth_date == date(2001, 3, 10)
    for code in (TEMPORARY, CODE):
        assert Resident.objects.with_code(code, "15").get() == resident
    assert resident.identifiers.values_list("code", "since", "until").get() == (TEMPORARY, TODAY, TODAY)
    assert JournalEntry.objects.filter(matter_id=matter.pk).latest("seq").activity == "contacts.identified"


def test_a_code_that_somebody_has_is_to_be_compared(cast: Cast) -> None:
    matter = make_unidentified(cast)
    with pytest.raises(KnownAlready) as known:
        identifying.identify(matter, str(cast.eero.identity_code), VILLE, by=cast.actor("liisa"), now=NOW)
    assert known.value.resident == cast.eero
    matter.resident.refresh_from_db()
    assert not matter.resident.identified


def test_who_has_a_code_is_not_identified_again(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        identifying.identify(make_matter(cast), CODE, VILLE, by=cast.actor("liisa"), now=NOW)


@pytest.mark.parametrize("name", ["marja", "aino"])
def test_a_worker_does_not_identify_themselves_or_their_child(cast: Cast, name: str) -> None:
    Professional.objects.filter(pk=cast.professional("liisa").pk).update(resident=cast.marja)
    cast.user("liisa").refresh_from_db()
    code = str(getattr(cast, name).identity_code)
    with pytest.raises(NotPossible) as refused:
        identifying.identify(make_unidentified(cast), code, VILLE, by=cast.actor("liisa"), now=NOW)
    assert not isinstance(refused.value, KnownAlready)


@pytest.mark.parametrize("code", [TEMPORARY, CODE])
def test_one_code_is_of_one_person(cast: Cast, code: str) -> None:
    make_unidentified(cast, TEMPORARY)
    Resident.objects.filter(pk=cast.pekka.pk).update(identity_code=CODE)
    with pytest.raises(reception.CodeInUse):
        make_unidentified(cast, code)
