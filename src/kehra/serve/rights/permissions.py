"""Who may see how a resident's data is used, decide about it, and watch over it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Denial, Permission, Rule
from kehra.kernel.people.models import Resident
from kehra.kernel.people.permissions import FIND
from kehra.serve.matters.models.matter import barred_holders


def _resident_id(thing: Any) -> int:
    """The resident themself, or the one a row is about."""
    found: int = thing.pk if isinstance(thing, Resident) else thing.concern().residents[0]
    return found


def _is_resident(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.resident_holder(_resident_id(thing)) in by.holders and by.on_behalf_of_id is None


def _acts_for(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.resident_holder(_resident_id(thing)) in by.holders and by.on_behalf_of_id is not None


def _acts_for_and_is_not_its_target(by: Actor, restriction: Any, now: datetime) -> bool:
    return not restriction.from_those_acting_for and _acts_for(by, restriction, now)


def _is_barred(by: Actor, thing: Any, _now: datetime) -> bool:
    return bool(barred_holders(_resident_id(thing)) & by.holders)


def _is_own(by: Actor, thing: Any, _now: datetime) -> bool:
    return any(actors.own_holder(resident) in by.holders for resident in thing.concern().residents)


def _is_officer(by: Actor, thing: Any, _now: datetime) -> bool:
    county_id = thing.concern().county_id
    return county_id is not None and actors.officer_holder(county_id) in by.holders


def _serves(by: Actor, _resident: Any, _now: datetime) -> bool:
    return (
        by.role == "professional" and by.unit_id is not None and actors.unit_holder(by.unit_id) in by.holders
    )


def _opened_it(by: Actor, access: Any, _now: datetime) -> bool:
    return by.professional_id is not None and access.professional_id == by.professional_id


RESIDENT = Rule("the resident, about their own data", "self", "own_affairs", _is_resident)
ACTING_FOR = Rule(
    "one who acts for the resident by guardianship or mandate", "acting_for", "own_affairs", _acts_for
)
OPENED_IT = Rule("the worker who opened the emergency access", "emergency", "emergency", _opened_it)
OFFICER = Rule("the county's data protection officer", "officer", "supervision", _is_officer)

RESTRICTED = Denial("somebody whom the resident has restricted", "restricted", _is_barred)
OWN_RECORD = Denial("nobody watches over their own data in a professional role", "own_record", _is_own)

READ_LOG = Permission(
    "rights.read_log",
    _("see who has looked at the data or changed it"),
    (RESIDENT, ACTING_FOR),
    (RESTRICTED,),
)
READ_RESTRICTIONS = Permission(
    "rights.read_restrictions",
    _("see which restrictions the resident has made"),
    (RESIDENT, ACTING_FOR),
    (RESTRICTED,),
)
RESTRICT = Permission(
    "rights.restrict",
    _("make a restriction or withdraw it"),
    (
        RESIDENT,
        Rule(
            "one who acts for the resident, unless the restriction is against those who act",
            "acting_for",
            "own_affairs",
            _acts_for_and_is_not_its_target,
        ),
    ),
    (RESTRICTED,),
    writes=True,
    hidden_behind=READ_RESTRICTIONS,
)
ASK_WHY = Permission(
    "rights.ask_why",
    _("order an explanation of how the data was used"),
    (RESIDENT, ACTING_FOR),
    (RESTRICTED,),
    writes=True,
)
READ_EXPLANATION = Permission(
    "rights.read_explanation",
    _("read what was asked about the use of the data, and the answer"),
    (RESIDENT, ACTING_FOR, OFFICER),
    (RESTRICTED, OWN_RECORD),
)
EXPLAIN = Permission(
    "rights.explain",
    _("answer why the data was used"),
    (OFFICER,),
    (OWN_RECORD,),
    writes=True,
    hidden_behind=READ_EXPLANATION,
)
# The refusal is told, for somebody's life may depend on knowing at once to ask another unit.
OPEN_EMERGENCY = Permission(
    "rights.open_emergency",
    _("open the resident's data in an emergency, with a reason"),
    (Rule("a worker of a unit that serves residents", "serving_unit", "emergency", _serves),),
    (RESTRICTED, OWN_RECORD),
    writes=True,
    hidden_behind=FIND,
)
READ_EMERGENCY = Permission(
    "rights.read_emergency",
    _("see that an emergency access was opened, by whom and why"),
    (OPENED_IT, OFFICER),
    (OWN_RECORD,),
)
REVIEW_EMERGENCY = Permission(
    "rights.review_emergency",
    _("judge whether an emergency access was lawful"),
    (OFFICER,),
    (OWN_RECORD,),
    writes=True,
    hidden_behind=READ_EMERGENCY,
)
ANSWER_EMERGENCY = Permission(
    "rights.answer_emergency",
    _("explain one's own emergency access, or end it early"),
    (OPENED_IT,),
    writes=True,
    hidden_behind=READ_EMERGENCY,
)


@dataclass(frozen=True, slots=True)
class Oversight:
    """What the officer looks at: a county's log, and whose data the page shows."""

    county_id: str | None
    residents: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.county_id, self.residents)


OVERSEE = Permission(
    "rights.oversee",
    _("watch over how data is used in the county"),
    (OFFICER,),
)
OVERSEE_LOG = Permission(
    "rights.oversee_log",
    _("see who has looked at the data or changed it, as the data protection officer"),
    (OFFICER,),
    (OWN_RECORD,),
)
