"""Who makes, keeps and looks after a unit's day list, and who enters afterwards what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Permission, Rule


@dataclass(frozen=True, slots=True)
class ListOf:
    """The day list of one unit, with the residents that are on it."""

    county_id: str | None
    unit_id: int | None
    residents: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.county_id, self.residents)


def own_list(by: Actor) -> ListOf:
    """The list of the unit that the actor acts for, before it is known who is on it."""
    return ListOf(by.county_id, by.unit_id)


def _serves_unit(by: Actor, day_list: Any, _now: datetime) -> bool:
    return (
        by.role == "professional"
        and day_list.unit_id is not None
        and actors.unit_holder(day_list.unit_id) in by.holders
    )


def _manages_unit(by: Actor, day_list: Any, _now: datetime) -> bool:
    return by.role == "manager" and day_list.unit_id is not None and by.unit_id == day_list.unit_id


def _is_machine(by: Actor, day_list: Any, _now: datetime) -> bool:
    return by.kind == "machine" and by.unit_id is not None and by.unit_id == day_list.unit_id


_WORKER = Rule("a worker of the unit", "unit", "care", _serves_unit)
_MANAGER = Rule("the manager of the unit", "manager", "supervision", _manages_unit)
_MACHINE = Rule("a registered machine of the unit", "unit_machine", "care", _is_machine)

READ = Permission(
    "day_lists.read",
    _("see how the unit's day list is kept for a day without the network"),
    (_WORKER, _MANAGER),
)
MANAGE = Permission(
    "day_lists.manage",
    _("register the machines that keep the unit's day list, and set its passphrase"),
    (_MANAGER,),
    writes=True,
    hidden_behind=READ,
)
FETCH = Permission(
    "day_lists.fetch",
    _("fetch the unit's closed day list to a machine of the unit"),
    (_MACHINE,),
)
ENTER = Permission(
    "day_lists.enter",
    _("enter afterwards, with its true time, what the unit did while the network was down"),
    (_WORKER,),
    writes=True,
    hidden_behind=READ,
)
MAKE = Permission(
    "day_lists.make",
    _("take the closed list of the day's visits and urgent work, for a day without the network"),
    (_MACHINE, _WORKER),
)
