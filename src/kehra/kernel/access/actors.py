"""Who acts: a plain value, read anew at each request, so that a right that has ended has ended.

A *holder* is something that can be named in the `viewers` of a row: a unit, a resident, an
emergency access. An actor's holders are all that they may act as at this moment. `barred` of a
row names holders that may not see it whatever else allows it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting in one role, for one unit or for one resident.

    kind            nobody, resident, professional or system
    resident_id     as a resident: whose matters are dealt with (own, or the one acted for)
    own_resident_id the same human's own record as a resident, whatever role they act in
    on_behalf_of_id the resident acted for, when it is somebody else
    role            professional, partner, manager, officer … (code system "role"), else empty
    unit_id         the unit acted for, with its sector ("health", "social" or "other")
    quiet           what is done is no news to the resident: it came from another system as it was
    """

    kind: str
    name: str = ""
    user_id: int | None = None
    county_id: str | None = None
    resident_id: int | None = None
    own_resident_id: int | None = None
    on_behalf_of_id: int | None = None
    behalf_ground: str = ""
    professional_id: int | None = None
    profession: str = ""
    role: str = ""
    assignment_id: int | None = None
    unit_id: int | None = None
    organisation_id: int | None = None
    sector: str = ""
    quiet: bool = False
    holders: frozenset[str] = frozenset()

    @property
    def speaks_as(self) -> str:
        """How the journal names the one who acted: the profession, or resident."""
        return self.profession or self.kind


NOBODY: Final = Actor(kind="nobody")


def system(county_id: str | None) -> Actor:
    """The program itself, acting by the clock in one county."""
    return Actor(kind="system", name="Kehrä", county_id=county_id, holders=frozenset({"system"}))


def unit_holder(unit_id: int) -> str:
    """Everybody who acts for this unit now."""
    return f"unit:{unit_id}"


def resident_holder(resident_id: int) -> str:
    """The resident, and whoever acts for them."""
    return f"resident:{resident_id}"


def behalf_holder(resident_id: int) -> str:
    """Whoever acts for this resident, but not the resident: what a minor's restriction bars."""
    return f"behalf:{resident_id}"


def emergency_holder(resident_id: int) -> str:
    """Whoever has an emergency access to this resident's data at this moment."""
    return f"emergency:{resident_id}"


def own_holder(resident_id: int) -> str:
    """The resident, and their guardians of today, in a professional role: nobody handles their own matters
    or those of their child."""
    return f"own:{resident_id}"


def officer_holder(county_id: str) -> str:
    """The county's data protection officer."""
    return f"officer:{county_id}"
