"""Nobody learns through a child where a protected family lives."""

import pytest

from kehra.kernel.access.permissions import may
from kehra.kernel.accounts.models import Choice, ChoiceEnded
from kehra.kernel.accounts.permissions import ACT_AS, Acting
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast
from kehra.kernel.people.models import Guardianship, Resident


def protect(*people: Resident) -> None:
    Resident.objects.filter(pk__in=[one.pk for one in people]).update(address_protected=True)


def both_parents(cast: Cast) -> None:
    """Elsa is Aino's guardian too."""
    Guardianship.objects.create(guardian=cast.elsa, child=cast.aino, source="VTJ", valid_from=LONG_AGO)


def acting(cast: Cast) -> set[str]:
    """Who of the two may act for Aino today: what is offered, what is allowed and what is, agree."""
    allowed = set()
    for name in ("marja", "elsa"):
        user, choice = cast.user(name), Choice(resident_id=cast.aino.pk)
        by = cast.actor(name)
        if choice in user.choices(NOW):
            assert may(by, ACT_AS, Acting(user, choice), now=NOW)
            assert user.actor(choice, now=NOW).on_behalf_of_id == cast.aino.pk
            allowed.add(name)
        else:
            assert not may(by, ACT_AS, Acting(user, choice), now=NOW)
            with pytest.raises(ChoiceEnded):
                user.actor(choice, now=NOW)
    return allowed


def test_both_guardians_act_for_their_child(cast: Cast) -> None:
    both_parents(cast)
    assert acting(cast) == {"marja", "elsa"}


def test_nobody_acts_for_a_child_whose_address_is_protected(cast: Cast) -> None:
    both_parents(cast)
    protect(cast.aino)
    assert acting(cast) == set()


def test_only_the_protected_guardian_acts(cast: Cast) -> None:
    both_parents(cast)
    protect(cast.marja)
    assert acting(cast) == {"marja"}


def test_none_acts_when_both_are_protected(cast: Cast) -> None:
    """It may be from each other."""
    both_parents(cast)
    protect(cast.marja, cast.elsa)
    assert acting(cast) == set()


def test_one_who_was_a_guardian_until_yesterday_does_not_count(cast: Cast) -> None:
    protect(cast.pekka)
    assert acting(cast) == {"marja"}


def test_a_protected_child_is_its_guardians_child_all_the_same(cast: Cast) -> None:
    """A guardian who works here is kept from the record, whether or not they may act."""
    protect(cast.aino)
    worker = cast.professional("liisa")
    worker.resident = cast.marja
    worker.save()
    assert f"own:{cast.aino.pk}" in cast.actor("liisa").holders
