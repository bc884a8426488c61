"""Those who work in the units: professionals, their users and their assignments."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import WORKING_ROLES, Assignment, User
from kehra.kernel.people.models import Professional
from kehra.site.region.facts import Facts
from kehra.site.region.people.names import Names
from kehra.site.region.people.residents import UNUSABLE
from kehra.site.region.places.structure import Places

SINCE = date(2023, 1, 1)


@dataclass
class Staff:
    """The actors of a unit who do its work, by the unit's id; which of the professionals are the cast's."""

    workers: dict[int, list[Actor]] = field(default_factory=dict)
    cast: set[int] = field(default_factory=set)


def make_staff(facts: Facts, places: Places, times: dict[str, int], *, rng: Random) -> Staff:
    """Writes the staff that the units' rows name; `times` as many of those who do its work, by county."""
    names = Names(facts)
    professionals: list[Professional] = []
    users: list[User] = []
    assignments: list[Assignment] = []
    for key, unit in places.units.items():
        for post in places.staff[key]:
            many = times[unit.county_id] if post.role == "professional" else 1
            for _ in range(post.people * many):
                language = "sv" if unit.county_id == "18" and rng.random() < 0.25 else "fi"
                sex = "f" if rng.random() < 0.8 else "m"
                professional = Professional(
                    county_id=unit.county_id,
                    given_names=names.first(rng, language, sex, rng.randrange(1962, 2001)),
                    family_name=names.family(rng, language),
                    profession=post.profession,
                    register_number=f"9{len(professionals):07d}",
                )
                professionals.append(professional)
                users.append(
                    User(sub=f"worker-{key}-{len(users)}", professional=professional, password=UNUSABLE)
                )
                assignments.append(
                    Assignment(professional=professional, unit=unit, role=post.role, valid_from=SINCE)
                )
    Professional.objects.bulk_create(professionals)
    User.objects.bulk_create(users)
    Assignment.objects.bulk_create(assignments)
    return _working(assignments, users)


def _working(assignments: list[Assignment], users: list[User]) -> Staff:
    staff = Staff()
    for assignment, user in zip(assignments, users, strict=True):
        if assignment.role in WORKING_ROLES:
            staff.workers.setdefault(assignment.unit_id, []).append(actor_of(assignment, user))
    return staff


def actor_of(assignment: Assignment, user: User) -> Actor:
    """The actor, as `User.actor` would say."""
    professional, unit = assignment.professional, assignment.unit
    own = professional.resident_id
    holders = {actors.unit_holder(unit.pk)} | (set() if own is None else {actors.own_holder(own)})
    return Actor(
        kind="professional",
        name=professional.name,
        user_id=user.pk,
        county_id=unit.county_id,
        professional_id=professional.pk,
        own_resident_id=professional.resident_id,
        profession=professional.profession,
        role=assignment.role,
        assignment_id=assignment.pk,
        unit_id=unit.pk,
        organisation_id=unit.organisation_id,
        sector=unit.sector,
        holders=frozenset(holders),
    )
