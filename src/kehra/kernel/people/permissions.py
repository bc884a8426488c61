"""Who may look for a resident whom they do not serve yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Denial, Permission, Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One look for a resident and whom it found: asked about also when it found nobody, so that the
    log shows each look."""

    county_id: str
    found: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.county_id, self.found)


def _serves(by: Actor, _finding: Any, _now: datetime) -> bool:
    return (
        by.role == "professional" and by.unit_id is not None and actors.unit_holder(by.unit_id) in by.holders
    )


def _keeps_records(by: Actor, _finding: Any, _now: datetime) -> bool:
    return by.role == "records"


def _is_own(by: Actor, finding: Any, _now: datetime) -> bool:
    return any(actors.own_holder(pk) in by.holders for pk in finding.concern().residents)


FIND = Permission(
    "people.find",
    _("find a resident by identity code, or by name and birth date"),
    (
        Rule("a worker of a unit that serves residents", "serving_unit", "care", _serves),
        Rule("a worker who keeps the county's records of people", "records", "records", _keeps_records),
    ),
    (Denial("nobody looks for their own record in a professional role", "own_record", _is_own),),
)
