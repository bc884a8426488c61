"""The situations of docs/access.md as rows: the cast, the units and people that its columns name, and five
matters in which everything hangs that a permission can be asked on."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kehra.kernel.access.actors import NOBODY, Actor, system
from kehra.kernel.accounts.models import Assignment, Choice, User
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY, Cast, make_cast
from kehra.kernel.organisations.models import Organisation, Unit
from kehra.kernel.people.models import EmergencyAccess, Guardianship, Mandate, Professional, Resident
from kehra.serve.day_lists.models import Machine
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.models.record import DisclosurePermit, PartKind

HOUR = timedelta(hours=1)
ALL_KINDS = sorted(PartKind.values)
# Neither of them is the kind of any row of the table.
OTHER_KINDS = [PartKind.ASSESSMENT.value, PartKind.MESSAGE.value]


@dataclass
class World:
    """The cast with more units and people; `matters` by name: "plain", "other kinds", "permit", "adult"."""

    cast: Cast
    vili: Resident
    units: dict[str, Unit]
    assignments: dict[str, Assignment]
    matters: dict[str, Matter] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def user_of(self, column: str) -> User | None:
        """Who acts in the column, read anew; None for the program and for nobody."""
        if column in self.assignments:
            return User.objects.get(professional=self.assignments[column].professional_id)
        name = {"own": "aino", "gua": "marja", "par": "marja", "man": "elsa", "oth": "pekka"}.get(column)
        return None if name is None else User.objects.get(pk=self.cast.users[name].pk)

    def actor(self, column: str) -> Actor:
        """The actor of a column of the table, with the rights of this moment."""
        if column in {"sys", "fsy"}:
            return system("15" if column == "sys" else "18")
        if column in {"mac", "oma"}:
            return Machine(name="Kanslia", unit=self.units["ans" if column == "mac" else "wrk"]).actor()
        user = self.user_of(column)
        if user is None:
            return NOBODY
        return user.actor(self.choice(column), now=NOW)

    def choice(self, column: str) -> Choice:
        """What the one who acts in the column has chosen to act as."""
        acting_for = {"gua": self.vili, "man": self.cast.eero}.get(column)
        assignment = self.assignments.get(column)
        return Choice(assignment.pk if assignment else None, acting_for.pk if acting_for else None)

    def holds_unit(self, column: str) -> bool:
        """Whether the column's worker works with residents, so that restricting the unit concerns them."""
        assignment = self.assignments.get(column)
        return assignment is not None and assignment.role in {"professional", "partner"}

    def matter_of(self, column: str) -> str:
        """The name of the matter that a column is asked about."""
        return {"gua": "sibling", "man": "adult", "nop": "other kinds", "prm": "permit"}.get(column, "plain")

    def resident(self, matter: str) -> Resident:
        return {"adult": self.cast.eero, "sibling": self.vili}.get(matter, self.cast.aino)


def make_world() -> World:
    """Writes everything. What hangs on the matters is made by `things`."""
    cast = make_cast()
    units = _units(cast)
    world = World(cast, _sibling(cast), units, _assignments(cast, units))
    Mandate.objects.create(principal=cast.eero, delegate=cast.elsa, evidence="suullinen", valid_from=LONG_AGO)
    for name in ("plain", "sibling", "other kinds", "permit", "adult"):
        world.matters[name] = _matter(world, name)
    _emergencies(world)
    return world


def _sibling(cast: Cast) -> Resident:
    """Aino's brother, for whom Marja acts: Aino's own address can then be protected."""
    vili = Resident.objects.create(
        county=cast.county,
        given_names="Vili",
        family_name="Laine",
        birth_date=date(2021, 6, 1),
        municipality=cast.aino.municipality,
        phone="050 000 0000",
    )
    Guardianship.objects.create(guardian=cast.marja, child=vili, source="VTJ", valid_from=date(2021, 6, 1))
    Guardianship.objects.create(
        guardian=cast.pekka, child=vili, source="VTJ", valid_from=date(2021, 6, 1), valid_until=TODAY
    )
    return vili


def _units(cast: Cast) -> dict[str, Unit]:
    """The cast's own, and for each column of a unit of health care one more."""
    county = Organisation.objects.get(county=cast.county, kind="county")
    church = Organisation.objects.get(county=cast.county, kind="parish")
    units = {
        "ans": cast.station,
        "wrk": cast.other_station,
        "soc": cast.social,
        "dea": cast.parish,
        "far": cast.kokkola,
    }
    for column in ("prt", "pno", "end", "soo", "str", "ask", "eme"):
        owner = church if column in {"prt", "pno"} else county
        units[column] = _unit(owner, column, "health")
    units["cmg"] = _unit(county, "cmg", "other")
    return units


def _unit(organisation: Organisation, name: str, sector: str) -> Unit:
    return Unit.objects.create(
        county=organisation.county,
        organisation=organisation,
        names={"fi": f"Yksikkö {name}"},
        sector=sector,
        opening_hours={},
        valid_from=LONG_AGO,
    )


def _assignments(cast: Cast, units: dict[str, Unit]) -> dict[str, Assignment]:
    """Who acts in which column, in which unit and role."""
    made = {
        "ans": cast.assignments["liisa"],
        "col": cast.assignments["olli"],
        "wrk": cast.assignments["noora"],
        "soc": cast.assignments["sami"],
        "dea": cast.assignments["pia"],
        "mgr": cast.assignments["mikko"],
        "off": cast.assignments["tiina"],
        "far": cast.assignments["karl"],
    }
    made |= {"nop": made["soc"], "prm": made["soc"], "cov": made["mgr"], "dut": made["col"]}
    for column, unit, role in (
        ("prt", "prt", "partner"),
        ("pno", "pno", "partner"),
        ("end", "end", "professional"),
        ("soo", "soo", "professional"),
        ("str", "str", "professional"),
        ("ask", "ask", "professional"),
        ("eme", "eme", "professional"),
        ("exp", "eme", "professional"),
        ("eco", "eme", "professional"),
        ("cmg", "cmg", "manager"),
        ("fof", "far", "officer"),
        ("omg", "wrk", "manager"),
        ("rec", "cmg", "records"),
    ):
        made[column] = _work(_professional(units[unit], column), units[unit], role)
    made["sec"] = _work(made["ans"].professional, units["wrk"], "professional")
    made["esw"] = _work(made["eme"].professional, units["str"], "professional")
    return made


def _professional(unit: Unit, name: str) -> Professional:
    worker = Professional.objects.create(
        county=unit.county,
        given_names=name.capitalize(),
        family_name="Testi",
        profession="nurse",
        register_number=f"test-{name}",
    )
    User.objects.create(sub=f"test-{name}", professional=worker)
    return worker


def _work(worker: Professional, unit: Unit, role: str) -> Assignment:
    return Assignment.objects.create(professional=worker, unit=unit, role=role, valid_from=LONG_AGO)


def _matter(world: World, name: str) -> Matter:
    """A matter of health care in which each unit has the part that its columns say."""
    cast, units = world.cast, world.units
    resident = world.resident(name)
    matter = Matter.objects.create(
        county=cast.county,
        resident=resident,
        service=cast.reception,
        unit=units["ans"],
        responsible=world.assignments["ans"].professional,
        sector="health",
        channel="phone",
        opened_at=NOW,
    )
    for unit, right, shares in (
        ("ans", "work", []),
        ("wrk", "work", []),
        ("soc", "work", []),
        ("far", "work", []),
        ("prt", "part", ALL_KINDS),
        ("pno", "part", OTHER_KINDS),
        ("dea", "part", ALL_KINDS),
        ("ask", "part", [PartKind.NEED.value]),
    ):
        matter.participations.create(unit=units[unit], right=right, shares=shares, started_at=NOW)
    matter.participations.create(unit=units["end"], right="work", started_at=NOW - 5 * HOUR, ended_at=NOW)
    matter.participations.create(unit=units["soo"], right="work", started_at=NOW + 24 * HOUR)
    _permits(matter, name)
    _ask(world, matter)
    matter.refresh_viewers(NOW)
    return matter


def _permits(matter: Matter, name: str) -> None:
    """Everything was permitted and is revoked; and then it was asked for anew, or given."""
    DisclosurePermit.objects.create(
        matter=matter,
        resident=matter.resident,
        from_sector="health",
        kinds=ALL_KINDS,
        given_at=NOW - 5 * HOUR,
        revoked_at=NOW,
    )
    kinds = {"permit": ALL_KINDS, "other kinds": OTHER_KINDS}.get(name)
    DisclosurePermit.objects.create(
        matter=matter,
        resident=matter.resident,
        from_sector="health",
        asked_at=NOW,
        kinds=kinds or ALL_KINDS,
        given_at=NOW if kinds else None,
    )


def _ask(world: World, matter: Matter) -> None:
    Handover.objects.create(
        matter=matter,
        kind="transfer",
        from_unit=world.units["ans"],
        to_unit=world.units["ask"],
        shares=[PartKind.NEED.value],
        offered_at=NOW,
        answer_by=NOW + 72 * HOUR,
    )


def _emergencies(world: World) -> None:
    """One that is open; one that ended this moment; one that begins later; one to another resident."""
    for column, name, begins, ends in (
        ("eme", "aino", 0, 4),
        ("exp", "aino", -4, 0),
        ("exp", "aino", 1, 4),
        ("eco", "eero", 0, 4),
    ):
        EmergencyAccess.objects.create(
            resident=getattr(world.cast, name),
            professional=world.assignments[column].professional,
            unit=world.units["eme"],
            reason="tajuton",
            opened_at=NOW + begins * HOUR,
            ends_at=NOW + ends * HOUR,
        )
