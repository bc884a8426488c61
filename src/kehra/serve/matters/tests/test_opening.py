"""Who may open a matter, where it may come to, and who is told."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter


def by_worker(cast: Cast, name: str, **kwargs: object) -> Matter:
    return make_matter(cast, by=cast.actor(name), **kwargs)


def test_whoever_receives_a_call_opens_the_matter_for_the_unit_that_gives_the_service(cast: Cast) -> None:
    matter = by_worker(cast, "noora")
    assert matter.unit == cast.station
    assert matter.messages.filter(activity="matters.opened").exists()


def test_telling_the_resident_counts_as_no_look_at_their_data(cast: Cast) -> None:
    by_worker(cast, "noora")
    looks = AuditEntry.objects.filter(residents__contains=[cast.eero.pk])
    assert [look.action for look in looks] == ["matters.open"]


def test_one_whom_the_resident_has_restricted_opens_nothing_for_them(cast: Cast) -> None:
    """`matters.open` is denied like everything else, and not by a later step of the opening."""
    Restriction.objects.create(resident=cast.eero, unit=cast.other_station, made_at=NOW)
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=NOW)
    marja = cast.actor("marja", acting_for=cast.aino)
    for resident, by in ((cast.eero, cast.actor("noora")), (cast.aino, marja)):
        with pytest.raises(Refused) as refused:
            make_matter(cast, resident, by=by)
        assert (refused.value.permission.name, refused.value.reason) == ("matters.open", "restricted")


def test_it_does_not_come_to_a_unit_of_another_county_where_nobody_would_see_it(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        make_matter(cast, unit=cast.kokkola)
    with pytest.raises(NotPossible):
        make_matter(cast, cast.anders)
