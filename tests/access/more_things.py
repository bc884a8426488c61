"""What the rows of corrections and of reach are asked about."""

from typing import Any

from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW
from kehra.kernel.people.models import Mandate, Resident
from kehra.serve.corrections.models import Correction, Incident, Merge
from kehra.serve.corrections.permissions import Pair, Records
from kehra.serve.matters.models.matter import Matter
from kehra.serve.reach.models import Letter
from kehra.serve.reach.permissions import Letters
from tests.access.things import about
from tests.access.world import World


@about("corrections.read")
def _correction(world: World, matter: str) -> Correction:
    return Correction(
        county=world.cast.county,
        kind="entry",
        from_matter=world.matters[matter],
        to_matter=world.matters[matter],
        unit=world.units["ans"],
        professional=world.assignments["ans"].professional,
        made_at=NOW,
    )


@about(
    "corrections.keep_records",
    "corrections.look_for_like",
    "corrections.oversee",
    "reach.remind",
    "imports.bring",
)
def _records(world: World, matter: str) -> Records:
    return Records("15", (world.resident(matter).pk,))


@about("corrections.compare", "corrections.merge")
def _pair_with_a_stranger(world: World, matter: str) -> Pair:
    """The other is somebody without an identity code whom the unit that answers has met."""
    stranger = Resident.objects.create(county=world.cast.county, given_names="Tuntematon", family_name="")
    found = Matter.objects.create(
        county=world.cast.county,
        resident=stranger,
        service=world.cast.reception,
        unit=world.units["ans"],
        sector="health",
        channel="walk_in",
        opened_at=NOW,
    )
    found.participations.create(unit=world.units["ans"], right="work", started_at=NOW)
    found.participations.create(unit=world.units["prt"], right="part", started_at=NOW)
    found.refresh_viewers(NOW)
    return Pair(_identified(world.resident(matter)), stranger)


@about("corrections.compare: both known", "corrections.merge: both known")
def _pair_of_known(world: World, matter: str) -> Pair:
    return Pair(_identified(world.resident(matter)), world.cast.sari)


def _identified(resident: Resident) -> Resident:
    """As in the cast; the brother has no code, which is no matter here."""
    resident.identity_code = resident.identity_code or "010621A900X"
    return resident


@about("corrections.separate")
def _merge(world: World, matter: str) -> Merge:
    return Merge(county=world.cast.county, gone=world.cast.sari, stays=world.resident(matter), made_at=NOW)


@about("corrections.read_incident", "corrections.judge_incident")
def _incident(world: World, matter: str) -> Incident:
    return Incident(county=world.cast.county, about=world.resident(matter), shown_to=world.cast.sari)


@about("reach.record_mandate", "reach.see_paper", "reach.withdraw_mandate")
def _mandate(world: World, matter: str) -> Mandate:
    return Mandate(principal=world.resident(matter), delegate=world.cast.elsa, valid_from=LONG_AGO)


@about("reach.print", "reach.post")
def _letters(world: World, matter: str) -> Letters:
    return Letters("15", world.units["ans"].pk, (world.resident(matter).pk,))


@about("reach.print: protected, of wrk")
def _letters_of_another(world: World, matter: str) -> Letters:
    return Letters("15", world.units["wrk"].pk, (world.resident(matter).pk,))


@about("reach.print_address")
def _letter(world: World, matter: str) -> Letter:
    return _to(world, matter, "ans", protected=False)


@about("reach.print_address: protected")
def _letter_to_protected(world: World, matter: str) -> Letter:
    return _to(world, matter, "ans", protected=True)


@about("reach.print_address: protected, of wrk")
def _letter_of_another(world: World, matter: str) -> Letter:
    return _to(world, matter, "wrk", protected=True)


def _to(world: World, matter: str, column: str, *, protected: bool) -> Any:
    receiver = Resident.objects.get(pk=world.resident(matter).pk)
    receiver.address_protected = protected
    return Letter(county=world.cast.county, unit=world.units[column], receiver=receiver, body={}, made_at=NOW)
