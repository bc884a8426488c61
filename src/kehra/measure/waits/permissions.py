"""Who sees how long people wait: managers, as numbers only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Permission, Rule
from kehra.kernel.organisations.models import Sector, Unit


@dataclass(frozen=True, slots=True)
class Waits:
    """The numbers of one unit, or of the whole county when there is no unit."""

    county_id: str | None
    unit_id: int | None = None

    def concern(self) -> Concern:
        """Nobody by name: they are sums."""
        return Concern(self.county_id)


def scope_of(by: Actor) -> Waits:
    """What a manager answers for: the county, if their unit is its administration, else their unit."""
    return Waits(by.county_id) if _leads_county(by) else Waits(by.county_id, by.unit_id or 0)


def _leads_county(by: Actor) -> bool:
    """A manager in the administration of the county's own organisation: a unit that serves nobody itself."""
    return (
        by.role == "manager"
        and by.unit_id is not None
        and Unit.objects.filter(
            pk=by.unit_id, sector=Sector.OTHER, organisation__kind="county", offerings__isnull=True
        ).exists()
    )


def _manages_unit(by: Actor, waits: Waits, _now: datetime) -> bool:
    return by.role == "manager" and waits.unit_id is not None and waits.unit_id == by.unit_id


def _manages_county(by: Actor, waits: Waits, _now: datetime) -> bool:
    return waits.unit_id is None and _leads_county(by)


READ = Permission(
    "waits.read",
    _("see how many wait, how long, and which promises were kept"),
    (
        Rule("the manager of the unit", "manager", "supervision", _manages_unit),
        Rule("a manager of the county's administration", "manager", "supervision", _manages_county),
    ),
)
