"""A matter is given on: by its unit, and by the manager while the one responsible is away. Never to the
resident, or to a guardian of theirs, in their professional role."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, require
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.actions import work
from kehra.serve.matters.permissions import ANSWER_FOR, GIVE, READ
from kehra.serve.matters.tests.situations import make_taken_matter


def test_the_manager_gives_what_an_absent_worker_has_and_only_that(cast: Cast) -> None:
    matter, mikko = make_taken_matter(cast), cast.actor("mikko")
    with pytest.raises(Refused):
        work.give(matter, cast.professional("olli"), by=mikko, now=NOW)
    make_absence(cast)
    for permission in (READ, ANSWER_FOR):
        with pytest.raises(Refused):
            require(mikko, permission, matter, now=NOW)
    assert require(mikko, GIVE, matter, now=NOW).relation == "manager_covers"
    assert work.give(matter, cast.professional("olli"), by=mikko, now=NOW).responsible_id == (
        cast.professional("olli").pk
    )
    with pytest.raises(Refused):
        work.give(matter, cast.professional("liisa"), by=mikko, now=NOW)


def test_a_unit_that_the_resident_has_forbidden_is_forbidden_to_its_manager(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    make_absence(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.station, made_at=NOW)
    with pytest.raises(Refused):
        work.give(matter, cast.professional("olli"), by=cast.actor("mikko"), now=NOW)


def test_a_matter_is_not_given_to_a_guardian_of_its_resident(cast: Cast) -> None:
    olli = cast.user("olli")
    cast.user("marja").delete()
    olli.resident = cast.marja
    olli.save(update_fields=["resident"])
    matter = make_taken_matter(cast, cast.aino)
    with pytest.raises(NotPossible):
        work.give(matter, cast.professional("olli"), by=cast.actor("liisa"), now=NOW)
