"""Counties, municipalities, organisations and the relations between them, sites and units."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kehra.kernel.codes.models import Code
from kehra.kernel.organisations.models import (
    County,
    Municipality,
    Organisation,
    Relation,
    RelationKind,
    Sector,
    Site,
    Unit,
)
from kehra.kernel.organisations.rules import DAYS
from kehra.site.region.facts import Facts, Row

Codes = Mapping[str, Mapping[str, Code]]
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


@dataclass(frozen=True)
class Post:
    """Some people of one profession in one role of a unit."""

    profession: str
    role: str
    people: int


@dataclass
class Places:
    """What was made, by the keys of the files (counties and municipalities by code)."""

    counties: dict[str, County] = field(default_factory=dict)
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    staff: dict[str, list[Post]] = field(default_factory=dict)


def make_places(facts: Facts, counties: Sequence[str], codes: Codes) -> Places:
    """Reads and writes the places of `counties`; `codes` are those known, by system."""
    places = Places()
    _counties(facts, counties, places)
    _municipalities(facts, places)
    _organisations(facts, codes["organisation-kind"], places)
    _sites(facts, places)
    _units(facts, codes, places)
    _relations(facts, places)
    return places


def rows_of(rows: Sequence[Row], places: Places) -> list[Row]:
    """The rows of the counties that are made; another county in the file is left alone."""
    return [row for row in rows if row.text("county") in places.counties]


def _counties(facts: Facts, wanted: Sequence[str], places: Places) -> None:
    rows = facts.rows(
        "places/counties.csv",
        "code name_* oid languages advice_phone year source",
        key="code",
    )
    for row in rows:
        if row.code("code", [other.cells["code"] for other in rows]) in wanted:
            places.counties[row.text("code")] = County(
                code=row.text("code"),
                names=row.texts("name"),
                oid=row.text("oid"),
                languages=row.words("languages"),
                advice_phone=row.text("advice_phone"),
            )
    County.objects.bulk_create(places.counties.values())


def _municipalities(facts: Facts, places: Places) -> None:
    columns = "code name_* county bilingual population population_year latitude longitude valid_from source"
    for row in rows_of(facts.rows("places/municipalities.csv", columns, key="code"), places):
        places.municipalities[row.text("code")] = Municipality(
            code=row.text("code"),
            names=row.texts("name"),
            county=places.counties[row.text("county")],
            bilingual=row.flag("bilingual"),
            population=row.number("population"),
            population_year=row.number("population_year"),
            latitude=row.degrees("latitude"),
            longitude=row.degrees("longitude"),
            valid_from=row.day("valid_from"),
            source=row.text("source"),
        )
    Municipality.objects.bulk_create(places.municipalities.values())


def _organisations(facts: Facts, kinds: Collection[str], places: Places) -> None:
    columns = "key county kind name_* business_id oid valid_from source"
    for row in rows_of(facts.rows("places/organisations.csv", columns, key="key"), places):
        places.organisations[row.text("key")] = Organisation(
            county=places.counties[row.text("county")],
            kind=row.code("kind", kinds),
            names=row.texts("name"),
            business_id=row.optional("business_id"),
            oid=row.optional("oid"),
            valid_from=row.day("valid_from"),
        )
    Organisation.objects.bulk_create(places.organisations.values())


def _sites(facts: Facts, places: Places) -> None:
    columns = "key county name_* municipality street postcode latitude longitude access_* valid_from source"
    for row in rows_of(facts.rows("places/sites.csv", columns, key="key"), places):
        places.sites[row.text("key")] = Site(
            county=places.counties[row.text("county")],
            names=row.texts("name"),
            municipality=row.reference("municipality", places.municipalities, to="municipalities.csv"),
            street=row.text("street"),
            postcode=row.text("postcode"),
            latitude=row.degrees("latitude"),
            longitude=row.degrees("longitude"),
            access_notes=row.texts("access"),
            valid_from=row.day("valid_from"),
        )
    Site.objects.bulk_create(places.sites.values())


def _units(facts: Facts, codes: Codes, places: Places) -> None:
    columns = "key county organisation parent site name_* sector phone hours staff valid_from source"
    rows = rows_of(facts.rows("places/units.csv", columns, key="key"), places)
    for row in rows:
        places.staff[row.text("key")] = _staff(row, codes)
        places.units[row.text("key")] = Unit(
            county=places.counties[row.text("county")],
            organisation=row.reference("organisation", places.organisations, to="organisations.csv"),
            site=row.reference_or_none("site", places.sites, to="sites.csv"),
            names=row.texts("name"),
            sector=row.code("sector", Sector.values),
            phone=row.text("phone"),
            opening_hours=_hours(row),
            valid_from=row.day("valid_from"),
        )
    Unit.objects.bulk_create(places.units.values())
    for row in rows:
        places.units[row.text("key")].parent = row.reference_or_none("parent", places.units, to="units.csv")
    Unit.objects.bulk_update(places.units.values(), ["parent"])


def _relations(facts: Facts, places: Places) -> None:
    columns = "county kind subject organisation unit service_group valid_from valid_until source"
    Relation.objects.bulk_create(
        Relation(
            county=places.counties[row.text("county")],
            kind=row.code("kind", RelationKind.values),
            subject=row.reference("subject", places.organisations, to="organisations.csv"),
            organisation=row.reference_or_none("organisation", places.organisations, to="organisations.csv"),
            unit=row.reference_or_none("unit", places.units, to="units.csv"),
            service_group=row.optional("service_group"),
            valid_from=row.day("valid_from"),
            valid_until=row.day_or_none("valid_until"),
            source=row.text("source"),
        )
        for row in rows_of(facts.rows("places/relations.csv", columns), places)
    )


def _staff(row: Row, codes: Codes) -> list[Post]:
    """ "nurse=4 nurse:manager=1": four nurses, and one who manages."""
    posts = []
    for word in row.words("staff"):
        what, _equals, people = word.partition("=")
        profession, _colon, role = what.partition(":")
        if not people.isdecimal():
            raise row.wrong(f"staff has {word!r}; write a profession and a number, such as nurse=4.")
        if profession not in codes["profession"] or (role or "professional") not in codes["role"]:
            raise row.wrong(f"staff has {what!r}, which codes.csv does not define. Add it there or mend it.")
        posts.append(Post(profession, role or "professional", int(people)))
    return posts


def _hours(row: Row) -> dict[str, list[list[str]]]:
    """ "mon-fri 08:00-16:00 sat 09:00-15:00" as a unit keeps it."""
    words = row.words("hours")
    hours: dict[str, list[list[str]]] = {}
    for days, span in zip(words[::2], words[1::2], strict=False):
        first, _dash, last = days.partition("-")
        times = _HOURS.fullmatch(span)
        if len(words) % 2 or first not in DAYS or (last or first) not in DAYS or times is None:
            raise row.wrong(
                f"hours {row.cells['hours']!r}: write days and times, such as mon-fri 08:00-16:00."
            )
        for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
            hours[day] = [list(times.groups())]
    return hours
