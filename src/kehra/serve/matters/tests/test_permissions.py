"""Who sees a matter: the exact form, the list form, and that they agree."""

from datetime import timedelta

import pytest

from kehra.kernel.access.permissions import Refused, decide, may, require, show, visible
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import EmergencyAccess, Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.matters.permissions import (
    ADDRESS,
    ANSWER_FOR,
    DECIDE_OWN,
    OPEN,
    READ,
    SEE_PART,
    WORK,
    parts_seen,
)
from kehra.serve.matters.tests.situations import make_matter


def test_the_resident_and_the_unit_see_it_and_the_ground_is_in_the_log(cast: Cast) -> None:
    matter = make_matter(cast)
    for name, relation in (("eero", "self"), ("liisa", "unit_takes_part")):
        require(cast.actor(name), READ, matter, now=NOW)
        entry = AuditEntry.objects.filter(action="matters.read").latest("id")
        assert (entry.actor_name, entry.relation, entry.residents) == (
            cast.actor(name).name,
            relation,
            [cast.eero.pk],
        )


@pytest.mark.parametrize("name", ["noora", "sami", "pia", "mikko", "tiina", "karl", "marja"])
def test_a_stranger_does_not_even_know_that_it_exists(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), READ, make_matter(cast), now=NOW)
    assert refused.value.hidden


def test_one_who_takes_part_may_see_but_not_answer_for_it(cast: Cast) -> None:
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.other_station, right="work", started_at=NOW)
    assert may(cast.actor("noora"), WORK, matter, now=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor("noora"), ANSWER_FOR, matter, now=NOW)
    assert not refused.value.hidden


def test_a_guardian_sees_the_childs_matter_and_one_whose_right_ended_does_not(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    assert may(cast.actor("marja", acting_for=cast.aino), READ, matter, now=NOW)
    assert not may(cast.actor("marja"), READ, matter, now=NOW)
    yesterday = NOW - timedelta(days=1)
    pekka_yesterday = cast.actor("pekka", acting_for=cast.aino, now=yesterday)
    assert may(pekka_yesterday, READ, matter, now=yesterday)


def test_a_professional_never_handles_their_own_matter(cast: Cast) -> None:
    liisa = cast.professional("liisa")
    liisa.resident = cast.eero
    liisa.save()
    assert not may(cast.actor("liisa"), READ, make_matter(cast), now=NOW)


def test_a_protected_address_is_seen_only_by_the_unit_that_answers(cast: Cast) -> None:
    matter = make_matter(cast, cast.sari)
    Participation.objects.create(matter=matter, unit=cast.other_station, right="work", started_at=NOW)
    assert may(cast.actor("liisa"), ADDRESS, matter, now=NOW)
    assert may(cast.actor("noora"), READ, matter, now=NOW)
    assert not may(cast.actor("noora"), ADDRESS, matter, now=NOW)


def test_the_other_sector_sees_only_that_a_part_exists_until_the_permit(cast: Cast) -> None:
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    entries = list(matter.entries.all())
    assert [seen for _, seen in parts_seen(cast.actor("liisa"), matter, entries, now=NOW)] == [True]
    assert [seen for _, seen in parts_seen(cast.actor("sami"), matter, entries, now=NOW)] == [False]
    DisclosurePermit.objects.create(
        matter=matter, resident=cast.eero, from_sector="health", kinds=["need"], given_at=NOW
    )
    assert [seen for _, seen in parts_seen(cast.actor("sami"), matter, entries, now=NOW)] == [True]
    assert AuditEntry.objects.latest("id").relation == "permit"


def test_only_the_resident_decides_as_the_resident(cast: Cast) -> None:
    matter = make_matter(cast)
    require(cast.actor("eero"), DECIDE_OWN, matter, now=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor("liisa"), DECIDE_OWN, matter, now=NOW)
    assert not refused.value.hidden


@pytest.mark.parametrize("name", ["marja", "pia", "mikko", "tiina", "karl"])
def test_a_matter_is_opened_only_by_the_resident_those_acting_for_them_and_serving_units(
    cast: Cast, name: str
) -> None:
    with pytest.raises(Refused):
        require(cast.actor(name), OPEN, cast.eero, now=NOW)


def test_one_who_sees_the_matter_but_not_the_part_is_refused_and_not_told_there_is_nothing(
    cast: Cast,
) -> None:
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor("sami"), SEE_PART, matter.entries.get(), now=NOW)
    assert not refused.value.hidden


EVERYBODY = [
    "eero",
    "aino",
    "marja",
    "pekka",
    "elsa",
    "liisa",
    "olli",
    "noora",
    "sami",
    "pia",
    "mikko",
    "tiina",
    "karl",
]


def test_the_list_form_and_the_exact_form_agree(cast: Cast) -> None:
    for resident in (cast.eero, cast.aino, cast.sari, cast.elsa):
        make_matter(cast, resident)
    shared = make_matter(cast)
    Participation.objects.create(matter=shared, unit=cast.social, right="work", started_at=NOW)
    shared.refresh_viewers(NOW)
    Restriction.objects.create(resident=cast.sari, unit=cast.station, made_at=NOW)
    EmergencyAccess.objects.create(
        resident=cast.elsa,
        professional=cast.professional("noora"),
        unit=cast.other_station,
        reason="tajuton",
        opened_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )
    for matter in Matter.objects.all():
        matter.refresh_viewers(NOW)
    for actor in [cast.actor(name) for name in EVERYBODY] + [cast.actor("marja", acting_for=cast.aino)]:
        exact = {matter.pk for matter in Matter.objects.all() if may(actor, READ, matter, now=NOW)}
        assert set(visible(actor, READ, Matter.objects.all()).values_list("pk", flat=True)) == exact


def test_a_list_writes_one_audit_row_with_everybody_on_it(cast: Cast) -> None:
    make_matter(cast)
    make_matter(cast, cast.elsa)
    show(cast.actor("liisa"), READ, Matter.objects.all(), now=NOW)
    entry = AuditEntry.objects.latest("id")
    assert (entry.relation, entry.purpose) == ("unit", "care")
    assert entry.residents == sorted([cast.eero.pk, cast.elsa.pk])


def test_nobody_handles_the_matter_of_their_own_child(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    assert may(cast.actor("liisa"), READ, matter, now=NOW)
    liisa = cast.professional("liisa")
    liisa.resident = cast.marja
    liisa.save()
    assert decide(cast.actor("liisa"), READ, matter, now=NOW).reason == "own_record"
    assert not visible(cast.actor("liisa"), READ, Matter.objects.all()).exists()
    assert not may(cast.actor("liisa"), OPEN, cast.aino, now=NOW)
