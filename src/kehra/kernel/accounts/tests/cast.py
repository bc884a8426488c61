"""The fixed cast of all tests: two counties, a few units, and people whose relations to each
other are always the same, so that a test is read without scrolling.

Aino, 6, is the child of Marja; Pekka was her guardian until yesterday. Eero, 80, speaks Finnish
and lives in Saarijärvi; Elsa speaks Swedish; Sari's address is protected. Liisa is a nurse and
Olli a doctor of the health station; Sami works in social work; Pia for the parish; Mikko manages
the health station; Tiina is the data protection officer. Karl is a nurse in another county.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts import sessions
from kehra.kernel.accounts.models import Assignment, Choice, User
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County, Municipality, Organisation, Site, Unit
from kehra.kernel.people import rules
from kehra.kernel.people.models import Address, Guardianship, Professional, Resident
from kehra.kernel.time import clock

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Helsinki
TODAY = date(2026, 3, 10)
LONG_AGO = date(2020, 1, 1)
OFFICE_HOURS = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class Cast:
    """Everybody, by given name; units and services by what they are."""

    county: County
    other_county: County
    station: Unit
    other_station: Unit
    social: Unit
    parish: Unit
    kokkola: Unit
    site: Site
    reception: Service
    social_work: Service
    aino: Resident
    marja: Resident
    pekka: Resident
    eero: Resident
    elsa: Resident
    sari: Resident
    anders: Resident
    users: dict[str, User]
    assignments: dict[str, Assignment]

    def user(self, name: str) -> User:
        return self.users[name]

    def professional(self, name: str) -> Professional:
        """The professional of a worker's name."""
        return self.assignments[name].professional

    def actor(self, name: str, *, acting_for: Resident | None = None, now: datetime = NOW) -> Actor:
        """The actor somebody is: in their assignment, as themselves, or for another."""
        if name in self.assignments:
            choice = Choice(assignment_id=self.assignments[name].pk)
        else:
            choice = Choice(resident_id=acting_for.pk if acting_for else None)
        return self.users[name].actor(choice, now=now)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the moment of the requests that follow; NOW to begin with."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(NOW)
    return at


def make_cast() -> Cast:
    """Writes the cast's rows."""
    county = _county("15", "Keski-Suomen hyvinvointialue", "1.2.246.10.32213182.10.0", ["fi"])
    other = _county("18", "Keski-Pohjanmaan hyvinvointialue", "1.2.246.10.2164623.10.0", ["fi", "sv"])
    town = _municipality("729", "Saarijärvi", county)
    _municipality("272", "Kokkola", other)
    organisation = _organisation(county, "Keski-Suomen hyvinvointialue", "county")
    church = _organisation(county, "Saarijärven seurakunta", "parish")
    site = Site.objects.create(
        county=county,
        names=_names("Saarijärven sote-asema"),
        municipality=town,
        street="Sairaalantie 2",
        postcode="43100",
        latitude=62.7,
        longitude=25.25,
        valid_from=LONG_AGO,
    )
    station = _unit(organisation, "Saarijärven terveysasema", "health", site)
    units = {
        "station": station,
        "other_station": _unit(organisation, "Äänekosken terveysasema", "health", None),
        "social": _unit(organisation, "Aikuissosiaalityö", "social", site),
        "parish": _unit(church, "Seurakunnan diakonia", "other", None),
        "kokkola": _unit(_organisation(other, "Soite", "county"), "Kokkolan terveysasema", "health", None),
    }
    reception = _service(county, "reception", "Vastaanotto", "health", "general_medicine")
    social_work = _service(county, "social-work", "Sosiaalityö", "social", "social_assessment")
    for service, unit in ((reception, station), (social_work, units["social"])):
        Offering.objects.create(
            county=county,
            service=service,
            unit=unit,
            site=site,
            intake=True,
            bookable=True,
            valid_from=LONG_AGO,
        )
    residents = _residents(county, other, town)
    return Cast(
        county=county,
        other_county=other,
        site=site,
        reception=reception,
        social_work=social_work,
        **units,
        **residents,
        **_workers(residents, units, county, other),
    )


def _residents(county: County, other: County, town: Municipality) -> dict[str, Resident]:
    residents = {
        "aino": _resident(county, town, "Aino", "Laine", date(2019, 5, 4)),
        "marja": _resident(county, town, "Marja", "Laine", date(1988, 2, 1)),
        "pekka": _resident(county, town, "Pekka", "Laine", date(1985, 7, 9)),
        "eero": _resident(county, town, "Eero", "Korhonen", date(1945, 11, 30)),
        "elsa": _resident(county, town, "Elsa", "Lindholm", date(1990, 1, 15), language="sv"),
        "sari": _resident(county, town, "Sari", "Virta", date(1992, 8, 20), address_protected=True),
        "anders": _resident(other, None, "Anders", "Backman", date(1970, 3, 3), language="sv"),
    }
    aino = residents["aino"]
    Guardianship.objects.create(
        guardian=residents["marja"], child=aino, source="VTJ", valid_from=date(2019, 5, 4)
    )
    Guardianship.objects.create(
        guardian=residents["pekka"], child=aino, source="VTJ", valid_from=date(2019, 5, 4), valid_until=TODAY
    )
    return residents


def _workers(
    residents: dict[str, Resident], units: dict[str, Unit], county: County, other: County
) -> dict[str, dict[str, User] | dict[str, Assignment]]:
    users = {
        name: User.objects.create(sub=f"test-{name}", resident=resident)
        for name, resident in residents.items()
    }
    assignments = {}
    for name, where, profession, unit, role in (
        ("liisa", county, "nurse", "station", "professional"),
        ("olli", county, "physician", "station", "professional"),
        ("noora", county, "nurse", "other_station", "professional"),
        ("sami", county, "social_worker", "social", "professional"),
        ("pia", county, "deacon", "parish", "partner"),
        ("mikko", county, "nurse", "station", "manager"),
        ("tiina", county, "officer", "station", "officer"),
        ("karl", other, "nurse", "kokkola", "professional"),
    ):
        worker = Professional.objects.create(
            county=where,
            given_names=name.capitalize(),
            family_name="Testi",
            profession=profession,
            register_number="" if role == "partner" else f"test-{name}",
        )
        users[name] = User.objects.create(sub=f"test-{name}", professional=worker)
        assignments[name] = Assignment.objects.create(
            professional=worker, unit=units[unit], role=role, valid_from=LONG_AGO
        )
    return {"users": users, "assignments": assignments}


def _names(fi: str) -> dict[str, str]:
    return {"fi": fi, "sv": f"{fi} (sv)", "en": f"{fi} (en)"}


def _county(code: str, name: str, oid: str, languages: list[str]) -> County:
    return County.objects.create(code=code, names=_names(name), oid=oid, languages=languages)


def _municipality(code: str, name: str, county: County) -> Municipality:
    return Municipality.objects.create(
        code=code,
        names=_names(name),
        county=county,
        population=9000,
        population_year=2022,
        latitude=62.7,
        longitude=25.2,
        source="test",
        valid_from=LONG_AGO,
    )


def _organisation(county: County, name: str, kind: str) -> Organisation:
    return Organisation.objects.create(county=county, names=_names(name), kind=kind, valid_from=LONG_AGO)


def _unit(organisation: Organisation, name: str, sector: str, site: Site | None) -> Unit:
    return Unit.objects.create(
        county=organisation.county,
        organisation=organisation,
        site=site,
        names=_names(name),
        sector=sector,
        opening_hours=OFFICE_HOURS,
        phone="014 000 0000",
        valid_from=LONG_AGO,
    )


def _service(county: County, code: str, name: str, sector: str, limit_group: str) -> Service:
    return Service.objects.create(
        county=county,
        code=code,
        names=_names(name),
        summaries=_names(f"{name}: mitä saat"),
        sector=sector,
        limit_group=limit_group,
        search_fi=name,
        valid_from=LONG_AGO,
    )


def _resident(
    county: County,
    town: Municipality | None,
    given: str,
    family: str,
    born: date,
    *,
    language: str = "fi",
    address_protected: bool = False,
) -> Resident:
    resident = Resident.objects.create(
        county=county,
        identity_code=rules.artificial_code(born, 900),
        given_names=given,
        family_name=family,
        birth_date=born,
        municipality=town,
        language=language,
        email=f"{given.lower()}@example.org",
        phone="050 000 0000",
        address_protected=address_protected,
    )
    Address.objects.create(
        resident=resident, street=f"Kotikatu {resident.pk}", postcode="43100", post_office="Saarijärvi"
    )
    return resident


def later(**delta: int) -> datetime:
    """NOW and some time: later(days=3)."""
    return NOW + timedelta(**delta)


def signed_in(client: Client, cast: Cast, name: str, *, acting_for: Resident | None = None) -> Client:
    """The client in the hands of somebody of the cast: in their work, as themselves, or for another."""
    client.force_login(cast.user(name))
    assignment = cast.assignments.get(name)
    choice = Choice(assignment.pk if assignment else None, acting_for.pk if acting_for else None)
    session = client.session
    sessions.choose(session, choice, many=False)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
