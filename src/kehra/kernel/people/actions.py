"""Finding a resident whom one does not serve yet."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.kernel.people.models import Resident
from kehra.kernel.people.permissions import FIND, Finding


@dataclass(frozen=True, slots=True)
class Search:
    """A valid identity code, or a name with a birth date: both are needed, for a search by one alone
    would be a list of people."""

    code: str = ""
    name: str = ""
    born: date | None = None


@transaction.atomic
def find(search: Search, *, by: Actor, now: datetime) -> list[Resident]:
    """The residents of the actor's county that the search finds, at most ten. The log keeps each look,
    also one that found nobody."""
    everybody, county_id = Resident.objects.select_related("municipality"), str(by.county_id)
    found: list[Resident] = []
    if search.code:
        found = list(everybody.with_code(search.code, county_id))
    elif search.name.strip() and search.born is not None:
        found = list(everybody.called(search.name, search.born, county_id))
    require(by, FIND, Finding(county_id, tuple(one.pk for one in found)), now=now)
    return found
