"""The two forms of a permission are equal, whoever takes part, restricts, opens an emergency or acts for
whom: a property over random situations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may, visible
from kehra.kernel.accounts.models import User
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY, Cast
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import EmergencyAccess, Guardianship, Mandate, Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ

RESIDENTS = ("eero", "aino", "sari", "anders")
UNITS = ("station", "other_station", "social", "parish", "kokkola")
WORKERS = ("liisa", "olli", "noora", "sami", "pia", "mikko", "tiina", "karl")
PEOPLE = ("eero", "aino", "marja", "pekka", "elsa", "sari", "anders")

residents, units, workers = map(st.sampled_from, (RESIDENTS, UNITS, WORKERS))
hours = st.integers(min_value=-3, max_value=3)
days = st.integers(min_value=-2, max_value=2)
situations = st.fixed_dictionaries(
    {
        "matters": st.lists(st.tuples(residents, units), min_size=1, max_size=3),
        "participations": st.lists(
            st.tuples(st.integers(0, 2), units, st.sampled_from(["work", "part"]), hours, st.none() | hours),
            max_size=4,
            unique_by=lambda row: row[:2],
        ),
        "restrictions": st.lists(
            st.tuples(residents, st.none() | units, st.booleans()), max_size=3, unique_by=lambda row: row[:2]
        ),
        "emergencies": st.lists(st.tuples(residents, workers, hours, st.integers(1, 4)), max_size=3),
        "guardians": st.lists(st.tuples(st.sampled_from(PEOPLE), residents, days), max_size=3),
        "mandates": st.lists(st.tuples(st.sampled_from(PEOPLE), residents, days), max_size=2),
        "own": st.lists(st.tuples(workers, residents), max_size=2, unique_by=lambda row: row[0]),
    }
)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins from the cast as it was."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(situation=situations)
def test_a_list_shows_exactly_what_the_single_check_allows(cast: Cast, situation: dict[str, Any]) -> None:
    with undone():
        build(cast, situation)
        for by in actors(cast):
            exact = {matter.pk for matter in Matter.objects.all() if may(by, READ, matter, now=NOW)}
            listed = set(visible(by, READ, Matter.objects.all()).values_list("pk", flat=True))
            assert listed == exact, (by, situation)


def build(cast: Cast, situation: dict[str, Any]) -> None:
    made = [_matter(cast, *values) for values in situation["matters"]]
    for number, unit, right, begins, lasts in situation["participations"]:
        _take_part(made[number % len(made)], getattr(cast, unit), right, begins, lasts)
    for name, unit, withdrawn in situation["restrictions"]:
        Restriction.objects.create(
            resident=getattr(cast, name),
            unit=getattr(cast, unit) if unit else None,
            from_those_acting_for=unit is None,
            made_at=NOW,
            withdrawn_at=NOW if withdrawn else None,
        )
    for name, worker, begins, lasts in situation["emergencies"]:
        _open_emergency(cast, name, worker, begins, lasts)
    _let_act(cast, situation)
    for worker, name in situation["own"]:
        type(cast.professional(worker)).objects.filter(pk=cast.professional(worker).pk).update(
            resident=getattr(cast, name)
        )
    for matter in made:
        matter.refresh_viewers(NOW)


def _matter(cast: Cast, name: str, unit: str) -> Matter:
    resident = getattr(cast, name)
    matter = Matter.objects.create(
        county=resident.county,
        resident=resident,
        service=cast.reception,
        unit=getattr(cast, unit),
        sector="health",
        channel="phone",
        opened_at=NOW,
    )
    _take_part(matter, matter.unit, "work", 0, None)
    return matter


def _take_part(matter: Matter, unit: Unit, right: str, begins: int, lasts: int | None) -> None:
    """From some hours before or after now, for some hours; a second one without an end cannot be."""
    begins_at = NOW + timedelta(hours=begins)
    ends_at = None if lasts is None else begins_at + timedelta(hours=abs(lasts))
    if ends_at is not None or not matter.participations.filter(unit=unit, ended_at=None).exists():
        matter.participations.create(unit=unit, right=right, started_at=begins_at, ended_at=ends_at)


def _open_emergency(cast: Cast, name: str, worker: str, begins: int, lasts: int) -> None:
    opened_at = NOW + timedelta(hours=begins)
    EmergencyAccess.objects.create(
        resident=getattr(cast, name),
        professional=cast.professional(worker),
        unit=cast.assignments[worker].unit,
        reason="tajuton",
        opened_at=opened_at,
        ends_at=opened_at + timedelta(hours=lasts),
    )


def _let_act(cast: Cast, situation: dict[str, Any]) -> None:
    for kind, one, other in (("guardians", "guardian", "child"), ("mandates", "delegate", "principal")):
        for actor, name, ends in situation[kind]:
            if actor != name:
                until = {"valid_from": LONG_AGO, "valid_until": TODAY + timedelta(days=ends)}
                people = {one: getattr(cast, actor), other: getattr(cast, name)}
                if kind == "guardians":
                    Guardianship.objects.create(source="VTJ", **people, **until)
                else:
                    Mandate.objects.create(evidence="suullinen", **people, **until)


def actors(cast: Cast) -> Iterator[Actor]:
    """Everybody in everything they may act as now."""
    for name in (*PEOPLE, *WORKERS):
        user = User.objects.get(pk=cast.user(name).pk)
        for choice in user.choices(NOW):
            yield user.actor(choice, now=NOW)
