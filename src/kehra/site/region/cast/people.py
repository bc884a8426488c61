"""The people worth signing in as: their rows, and the file by which the demo's identity provider lists
them. Their ages hold whatever the day is; their identity codes are of the range that the loader leaves."""

import shutil
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from kehra.kernel.accounts.models import WORKING_ROLES, Assignment, User
from kehra.kernel.codes.models import Code
from kehra.kernel.people import rules
from kehra.kernel.people.models import Address, Guardianship, Professional, Resident
from kehra.site.region.facts import Facts, Row
from kehra.site.region.people.residents import UNUSABLE
from kehra.site.region.people.staff import SINCE, Staff, actor_of
from kehra.site.region.places.structure import Places

CAST_FILE = Path(__file__).parent.parent / "cast.json"
_FIRST_CODE = 990


@dataclass
class Cast:
    """The cast's rows by name (aino, liisa …)."""

    residents: dict[str, Resident] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)


def write_cast_file(path: Path) -> None:
    """Writes the list of the cast where the identity provider is told to read it."""
    shutil.copyfile(CAST_FILE, path)


def make_cast(
    facts: Facts, places: Places, codes: dict[str, dict[str, Code]], staff: Staff, *, today: date
) -> Cast:
    """Writes those of the cast whose county is there. The professionals join the staff of their unit, so
    that a year of work stands behind them."""
    cast = Cast()
    columns = "key given_names family_name sex age municipality language interpreter address_protected"
    rows = facts.rows("people/cast.csv", f"{columns} unit profession role source", key="key")
    for number, row in enumerate(rows):
        municipality, unit = row.optional("municipality"), row.optional("unit")
        if (municipality or unit) not in {**places.municipalities, **places.units}:
            continue  # of a county that is not loaded
        name = row.text("key")
        user = User(sub=f"cast-{name}", password=UNUSABLE)
        if municipality:
            user.resident = cast.residents[name] = _resident(row, number, places, today)
        if unit:
            user.professional = _professional(row, user.resident, places, codes)
        user.save()
        cast.users[name] = user
        if user.professional is not None:
            cast.assignments[name] = _assign(row, user.professional, places, codes)
    _join(staff, cast)
    _guardians(cast, today)
    return cast


def _resident(row: Row, number: int, places: Places, today: date) -> Resident:
    municipality = row.reference("municipality", places.municipalities, to="municipalities.csv")
    born = _born(row.number("age"), number, today)
    individual = _FIRST_CODE + 2 * (number % 5) + (0 if row.code("sex", ("f", "m")) == "f" else 1)
    resident = Resident.objects.create(
        county_id=municipality.county_id,
        identity_code=rules.artificial_code(born, individual),
        given_names=row.text("given_names"),
        family_name=row.text("family_name"),
        birth_date=born,
        municipality=municipality,
        language=row.text("language"),
        interpreter_language=row.optional("interpreter"),
        phone=f"040 000 99{number:02d}",
        address_protected=row.flag("address_protected"),
    )
    Address.objects.create(
        resident=resident, street=f"Kotikuja {number + 1}", postcode="43100", post_office=str(municipality)
    )
    return resident


def _born(age: int, number: int, today: date) -> date:
    """A birth date, months before the next birthday."""
    return today.replace(year=today.year - age, day=1) - timedelta(days=40 + 7 * number)


def _professional(
    row: Row, resident: Resident | None, places: Places, codes: dict[str, dict[str, Code]]
) -> Professional:
    unit = row.reference("unit", places.units, to="units.csv")
    return Professional.objects.create(
        county_id=unit.county_id,
        given_names=row.text("given_names"),
        family_name=row.text("family_name"),
        profession=row.code("profession", codes["profession"]),
        register_number="" if row.text("role") in ("officer", "partner") else "98000000",
        resident=resident,
    )


def _assign(
    row: Row, professional: Professional, places: Places, codes: dict[str, dict[str, Code]]
) -> Assignment:
    return Assignment.objects.create(
        professional=professional,
        unit=row.reference("unit", places.units, to="units.csv"),
        role=row.code("role", codes["role"]),
        valid_from=SINCE,
    )


def _join(staff: Staff, cast: Cast) -> None:
    """The first of the cast becomes the first of the unit."""
    for name, assignment in reversed(cast.assignments.items()):
        if assignment.role in WORKING_ROLES:
            staff.cast.add(assignment.professional_id)
            workers = staff.workers.setdefault(assignment.unit_id, [])
            workers.insert(0, actor_of(assignment, cast.users[name]))


def _guardians(cast: Cast, today: date) -> None:
    """Marja is Aino's guardian; Pekka was until yesterday."""
    if "aino" not in cast.residents:
        return
    aino = cast.residents["aino"]
    for name, until in (("marja", None), ("pekka", today)):
        Guardianship.objects.create(
            guardian=cast.residents[name],
            child=aino,
            source="VTJ",
            valid_from=aino.birth_date or today,
            valid_until=until,
        )
