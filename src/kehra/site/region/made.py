"""What has been made of a county, read back from the database: the years before today are written by the
same rows whether the load goes on at once or was killed in between."""

from collections.abc import Sequence
from dataclasses import dataclass

from kehra.kernel.accounts.models import WORKING_ROLES, Assignment, User
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County, Municipality, Unit
from kehra.kernel.people.models import Guardianship, Resident
from kehra.site.region.cast.people import Cast
from kehra.site.region.facts import Facts
from kehra.site.region.people.residents import Person
from kehra.site.region.people.staff import Staff, actor_of
from kehra.site.region.places.catalogue import Catalogue
from kehra.site.region.places.structure import Places, rows_of

_CAST = "cast-"


@dataclass
class Region:
    """The places, those who work there and those who live there."""

    places: Places
    catalogue: Catalogue
    staff: Staff
    cast: Cast
    people: list[Person]


def read_region(facts: Facts, counties: Sequence[str]) -> Region:
    """Everything in the order in which it was made."""
    places = _places(facts, counties)
    cast = _cast(counties)
    return Region(places, _catalogue(counties), _staff(counties, cast), cast, _people(counties))


def _places(facts: Facts, counties: Sequence[str]) -> Places:
    places = Places(
        counties={county.code: county for county in County.objects.filter(pk__in=counties)},
        municipalities={one.code: one for one in Municipality.objects.filter(county__in=counties)},
    )
    keys = [row.text("key") for row in rows_of(facts.rows("places/units.csv", "key county"), places)]
    units = Unit.objects.filter(county__in=counties).order_by("pk")
    places.units = dict(zip(keys, units, strict=True))
    return places


def _catalogue(counties: Sequence[str]) -> Catalogue:
    catalogue = Catalogue()
    for service in Service.objects.filter(county__in=counties):
        catalogue.services[service.county_id, service.code] = service
    intake = Offering.objects.filter(county__in=counties, intake=True).select_related("unit", "service")
    for offering in intake.prefetch_related("municipalities"):
        for area in offering.municipalities.all():
            catalogue.intake[offering.county_id, offering.service.code, area.code] = offering.unit
    return catalogue


def _cast(counties: Sequence[str]) -> Cast:
    cast = Cast()
    users = User.objects.filter(sub__startswith=_CAST).select_related("resident", "professional")
    for user in users.order_by("pk"):
        name = user.sub.removeprefix(_CAST)
        cast.users[name] = user
        if user.resident is not None:
            cast.residents[name] = user.resident
        if user.professional is not None:
            cast.assignments[name] = Assignment.objects.select_related("unit", "professional").get(
                professional=user.professional
            )
    return cast


def _staff(counties: Sequence[str], cast: Cast) -> Staff:
    """The cast stands first in its unit, so that a year of work stands behind it."""
    first = {assignment.pk for assignment in cast.assignments.values()}
    working = Assignment.objects.filter(unit__county__in=counties, role__in=WORKING_ROLES)
    users = {
        user.professional_id: user
        for user in User.objects.filter(professional__county__in=counties).order_by("pk")
    }
    staff = Staff()
    rows = list(working.select_related("unit", "professional").order_by("pk"))
    for assignment in sorted(rows, key=lambda row: row.pk not in first):
        worker = actor_of(assignment, users[assignment.professional_id])
        staff.workers.setdefault(assignment.unit_id, []).append(worker)
        if assignment.pk in first:
            staff.cast.add(assignment.professional_id)
    return staff


def _people(counties: Sequence[str]) -> list[Person]:
    """Those of the cast live their own stories."""
    columns = ["pk", "county_id", "municipality_id", "birth_date", "language", "interpreter_language"]
    residents = Resident.objects.filter(county__in=counties).exclude(user__sub__startswith=_CAST)
    people = {
        pk: Person(pk, county, municipality or "", born, language, interpreter, f"{given} {family}")
        for pk, county, municipality, born, language, interpreter, given, family in residents.order_by("pk")
        .values_list(*columns, "given_names", "family_name")
        .iterator()
        if born is not None
    }
    known = User.objects.filter(resident__county__in=counties).values_list("resident_id", "pk")
    for resident, user in known.iterator():
        if resident in people:
            people[resident].user_id = user
    guardians = Guardianship.objects.filter(child__county__in=counties).order_by("-pk")
    for guardian, child in guardians.values_list("guardian_id", "child_id").iterator():
        if child in people and guardian in people:
            people[child].guardian = people[guardian]  # the first of two, for they come last
    return list(people.values())
