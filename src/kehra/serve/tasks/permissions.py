"""Who sees what waits, and who may say that it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Denial, Permission, Rule
from kehra.serve.matters.models.matter import barred_holders
from kehra.serve.matters.permissions import SYSTEM, covers, right_of


def _is_of_unit(by: Actor, task: Any, now: datetime) -> bool:
    """A unit that takes part in the matter no longer does not see what waited there."""
    if by.kind != "professional" or by.unit_id is None or task.unit_id != by.unit_id:
        return False
    if actors.unit_holder(by.unit_id) not in by.holders:
        return False
    return task.matter is None or right_of(by, task.matter, now) is not None


def _is_of_officer(by: Actor, task: Any, _now: datetime) -> bool:
    return task.unit_id is None and actors.officer_holder(task.county_id) in by.holders


def _is_own(by: Actor, task: Any, _now: datetime) -> bool:
    return task.resident_id is not None and actors.own_holder(task.resident_id) in by.holders


def _is_barred(by: Actor, task: Any, _now: datetime) -> bool:
    return task.resident_id is not None and bool(barred_holders(task.resident_id) & by.holders)


def _acts(by: Actor, _task: Any, _now: datetime) -> bool:
    return by.kind != "nobody"


def _covers_holder(by: Actor, task: Any, now: datetime) -> bool:
    return covers(by, task.unit_id, task.professional_id, task.resident_id, now)


_DENIALS = (
    Denial("nobody handles their own matter or their child's as a professional", "own_record", _is_own),
    Denial("somebody whom the resident has restricted", "restricted", _is_barred),
)
_RULES = (
    Rule("a worker of the unit for which it waits", "unit_task", "care", _is_of_unit),
    Rule("the data protection officer, whose task it is", "officer", "supervision", _is_of_officer),
)

READ = Permission("tasks.read", _("see that something waits, for whom and by when"), _RULES, _DENIALS)
DO = Permission(
    "tasks.do",
    _("take a task, say that it is done"),
    _RULES,
    _DENIALS,
    writes=True,
    hidden_behind=READ,
)
GIVE = Permission(
    "tasks.give",
    _("give a task to a professional of the unit, or back to wait"),
    (
        *_RULES,
        Rule(
            "the manager of the unit, while the one who has it is away",
            "manager_covers",
            "care",
            _covers_holder,
        ),
        SYSTEM,
    ),
    _DENIALS,
    writes=True,
    hidden_behind=READ,
)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is asked about when a task is caused: the county alone. Whose data it concerns stands in
    the log already, with the action that caused it; twice would show the resident one act as two."""

    county_id: str | None

    def concern(self) -> Concern:
        return Concern(self.county_id)


# A resident who writes a message makes a task for the unit without any right to the unit's tasks. What
# they may do has been asked by the action that they did; this opens nothing, for whoever may act at all
# may cause work. It keeps the trace of whose action moved a task.
CAUSE = Permission(
    "tasks.cause",
    _("have the program open, change or end a task as a consequence of an action that was itself allowed"),
    (Rule("one whose action made the work necessary, or no longer necessary", "cause", "care", _acts),),
    writes=True,
)
