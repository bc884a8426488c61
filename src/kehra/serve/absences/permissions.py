"""Who sees who of the unit is away, and who shares out what they had."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Permission, Rule
from kehra.kernel.accounts.models import Duty
from kehra.kernel.organisations.models import Unit
from kehra.serve.matters.permissions import SYSTEM


@dataclass(frozen=True, slots=True)
class Day:
    """A unit's day, and the residents to whom something of it is about."""

    unit: Unit
    residents: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.unit.county_id, self.residents)


def _manages(by: Actor, day: Any, _now: datetime) -> bool:
    return by.role == "manager" and by.unit_id == day.unit.pk


def _works(by: Actor, day: Any, _now: datetime) -> bool:
    return by.kind == "professional" and actors.unit_holder(day.unit.pk) in by.holders


def _on_duty(by: Actor, day: Any, now: datetime) -> bool:
    duty = Duty.objects.on(day.unit, now)
    return _works(by, day, now) and duty is not None and duty.assignment_id == by.assignment_id


_MANAGER = Rule("the manager of the unit", "manager", "care", _manages)
_DUTY = Rule("the worker who is on duty for the unit now", "on_duty", "care", _on_duty)

SEE = Permission(
    "absences.see",
    _("see who of the unit is away, and until when"),
    (_MANAGER, Rule("a worker of the unit", "unit", "care", _works)),
)
PLAN = Permission(
    "absences.plan",
    _("see what waits for a worker who is away, to share it out"),
    (_MANAGER, _DUTY),
    hidden_behind=SEE,
)
ARRANGE = Permission(
    "absences.arrange",
    _("mark that a worker is away or came after all, and share out what they had"),
    (_MANAGER, _DUTY, SYSTEM),
    writes=True,
    hidden_behind=SEE,
)
