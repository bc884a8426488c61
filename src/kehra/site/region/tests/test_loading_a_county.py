"""A county is loaded: in proportion, plausible, repeatable, and only once."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.db import transaction
from django.db.models import Count, F, Max

from kehra.kernel.accounts.models import User
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.organisations.models import County, Municipality, Relation
from kehra.kernel.people import rules
from kehra.kernel.people.models import Guardianship, Resident
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task
from kehra.site.region.checkpoint import Checkpoint, OtherLoad
from kehra.site.region.load import AlreadyLoaded, load_region

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SCALE = Fraction(1, 400)
CAST = {"user__sub__startswith": "cast-"}


def test_the_county_stands_with_its_real_municipalities_and_people_in_proportion() -> None:
    load_region(scale=SCALE, now=NOW)
    assert Municipality.objects.filter(county="15").count() == 22
    assert Municipality.objects.filter(county="18").count() == 8
    jyvaskyla = Resident.objects.filter(municipality="179").exclude(**CAST).count()
    assert jyvaskyla == round(145887 * SCALE)
    assert County.objects.get(pk="18").languages == ["fi", "sv"]
    assert Relation.objects.on(date(2026, 11, 20)).filter(kind="supervises").exists()
    assert 38 <= Service.objects.filter(county="15").count() <= 45


def test_every_code_is_artificial_and_tells_the_birth_date() -> None:
    made: dict[str, int] = {}
    load_region(scale=SCALE, now=NOW, progress=lambda what, done, _total: made.update({what: done}))
    residents = Resident.objects.exclude(**CAST).order_by("pk")  # the stories of the cast add theirs last
    for resident in residents[: made["Residents"]]:
        code = rules.identity_code(str(resident.identity_code))
        assert 900 <= int(code[7:10]) <= 989, "those from 990 are the cast's and their stories'"
        assert rules.birth_date_of(code) == resident.birth_date


def test_every_child_has_a_guardian_of_age_in_the_same_municipality() -> None:
    load_region(scale=SCALE, now=NOW)
    children = Resident.objects.filter(birth_date__gt=date(2008, 11, 20))
    assert children.exists()
    assert not children.filter(guardians=None).exists()
    for guardianship in Guardianship.objects.select_related("guardian", "child"):
        assert guardianship.guardian.municipality_id == guardianship.child.municipality_id
        assert (guardianship.guardian.age_on(date(2026, 11, 20)) or 0) >= 18


def test_nothing_is_in_the_future_and_each_open_matter_waits_on_a_desk() -> None:
    load_region(scale=SCALE, now=NOW)
    assert (JournalEntry.objects.aggregate(last=Max("at"))["last"]) < NOW
    waiting = Matter.objects.filter(closed_at=None)
    assert waiting.exists()
    assert set(
        Task.objects.filter(done_at=None).exclude(matter=None).values_list("matter", flat=True)
    ) == set(waiting.values_list("pk", flat=True))
    assert set(Clock.objects.filter(stopped_on=None).values_list("matter", flat=True)) <= set(
        waiting.values_list("pk", flat=True)
    )


def test_new_rows_can_be_added_after_the_copied_ones() -> None:
    load_region(scale=SCALE, now=NOW)
    before = Resident.objects.aggregate(last=Max("pk"))["last"]
    made = Resident.objects.create(county_id="15", given_names="Uusi", family_name="Ihminen")
    assert made.pk == before + 1
    User.objects.create(sub="new")


def test_the_same_seed_and_day_make_the_same_county_and_another_seed_another() -> None:
    made = [_made(seed) for seed in (1, 1, 2)]
    assert made[0] == made[1]
    assert made[0] != made[2]


def _made(seed: int) -> list[tuple[object, ...]]:
    """What a load makes, told without ids; the load is undone."""
    undo = transaction.savepoint()
    load_region(scale=SCALE, counties=["18"], seed=seed, now=NOW)
    told = Matter.objects.order_by("pk").values_list(
        *("resident__identity_code", "resident__given_names", "service__code", "opened_at", "closed_at")
    )
    rows = list(told)
    transaction.savepoint_rollback(undo)
    return rows


def test_a_county_that_is_there_is_not_loaded_again() -> None:
    load_region(scale=SCALE, counties=["18"], now=NOW)
    residents = Resident.objects.count()
    with pytest.raises(AlreadyLoaded, match="18 is in this database already"):
        load_region(scale=SCALE, counties=["15", "18"], now=NOW)
    assert Resident.objects.count() == residents


def test_one_unit_answers_first_for_each_service_in_each_municipality() -> None:
    load_region(scale=SCALE, now=NOW)
    doubled = (
        Offering.objects.filter(intake=True)
        .values("service", area=F("municipalities"))
        .annotate(units=Count("unit"))
        .filter(units__gt=1)
    )
    assert not doubled.exists()


def test_each_county_may_be_loaded_by_itself_beside_the_other() -> None:
    load_region(scale=SCALE, counties=["15"], now=NOW)
    first = Resident.objects.count()
    load_region(scale=SCALE, counties=["18"], now=NOW)
    second = Resident.objects.filter(county="18")
    assert Resident.objects.filter(county="15").count() == first
    assert second.exclude(**CAST).count() == pytest.approx(67805 * SCALE, rel=0.05)
    assert not Matter.objects.exclude(county=F("resident__county")).exists()
    assert not Matter.objects.exclude(county=F("unit__county")).exists()


def test_other_options_do_not_go_on_with_a_load_that_was_begun() -> None:
    begun = Checkpoint.begin(["15"], SCALE, 2026, NOW, 3)
    begun.advance()
    assert Checkpoint.find(["15"], SCALE, 2026) == begun
    with pytest.raises(OtherLoad, match="--seed 2026 was begun"):
        load_region(scale=SCALE, counties=["15"], seed=1, now=NOW)
