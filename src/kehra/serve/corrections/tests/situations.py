"""Situations in which something stands wrong."""

from datetime import date
from uuid import uuid4

from django.test import Client

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import Assignment, User
from kehra.kernel.accounts.tests import cast as people_of_tests
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast
from kehra.kernel.people import rules
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.matters.models.matter import Matter

# Made for whom one reaches for in a hurry: Eero Korhonen, 80, and his cousin of the same name.
COUSIN_BORN = date(1950, 6, 1)


def make_cousin(cast: Cast, **changed: object) -> Resident:
    """The other Eero Korhonen."""
    values: dict[str, object] = {
        "county": cast.county,
        "identity_code": rules.artificial_code(COUSIN_BORN, 900),
        "given_names": "Eero",
        "family_name": "Korhonen",
        "birth_date": COUSIN_BORN,
        "email": "toinen.eero@example.org",
    }
    return Resident.objects.create(**(values | changed))


def make_user(cast: Cast, name: str, resident: Resident) -> User:
    """The resident can sign in, as `name`."""
    cast.users[name] = User.objects.create(sub=f"test-{name}", resident=resident)
    return cast.users[name]


def make_keeper(cast: Cast, name: str = "raili") -> Actor:
    """Raili, who keeps the records."""
    worker = Professional.objects.create(
        county=cast.county, given_names=name.capitalize(), family_name="Testi", profession="officer"
    )
    cast.users[name] = User.objects.create(sub=f"test-{name}", professional=worker)
    cast.assignments[name] = Assignment.objects.create(
        professional=worker, unit=cast.station, role="records", valid_from=LONG_AGO
    )
    return cast.actor(name)


def make_wrong_matter(cast: Cast) -> Matter:
    """Liisa has opened it on the phone for Eero; it was the cousin who called."""
    told = Told("phone", "Rintaa puristaa rappusissa.", cast.reception, call_phone="040 111 2222")
    matter = reception.open_for(cast.eero, told, by=cast.actor("liisa"), now=NOW).matter
    assert matter is not None
    return matter


def make_unidentified(cast: Cast, temporary_code: str = "") -> Matter:
    """Liisa helps somebody who says no name."""
    liisa = cast.actor("liisa")
    stranger = reception.note_unidentified(
        "Nuori mies, punainen takki", language="fi", temporary_code=temporary_code, by=liisa, now=NOW
    )
    told = Told("walk_in", "Haava kädessä.", cast.reception)
    matter = reception.open_for(stranger, told, by=liisa, now=NOW).matter
    assert matter is not None
    return matter


def signed_in(cast: Cast, name: str, *, acting_for: Resident | None = None) -> Client:
    """A browser of somebody, in English."""
    return people_of_tests.signed_in(Client(HTTP_ACCEPT_LANGUAGE="en"), cast, name, acting_for=acting_for)


def sent(**values: object) -> dict[str, object]:
    """What a form sends."""
    return {"once": uuid4(), **values}
