"""Who may move what stands in the wrong place, join and separate records of persons, and judge a breach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Denial, Permission, Rule
from kehra.kernel.people.models import Resident
from kehra.serve.matters import permissions as matters
from kehra.serve.matters.models.matter import barred_holders
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.permissions import DENIALS, MOVED, SEE_PART, UNIT_ANSWERS


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be of one person. For the decision it is the same which of them stays."""

    one: Resident
    other: Resident

    def concern(self) -> Concern:
        county_id = self.one.county_id if self.one.county_id == self.other.county_id else ""
        return Concern(county_id, (self.one.pk, self.other.pk))


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a county's people, and whom a page of them shows."""

    county_id: str | None
    residents: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.county_id, self.residents)


def _works_in_sector(by: Actor, part: Any, now: datetime) -> bool:
    works = matters.right_of(by, matters.matter_of(part), now) == Right.WORK
    return works and part.sector == by.sector


def _made_it(by: Actor, correction: Any, _now: datetime) -> bool:
    works = by.kind == "professional" and by.unit_id == correction.unit_id
    return works and actors.unit_holder(correction.unit_id) in by.holders


def _keeps_records(by: Actor, thing: Any, _now: datetime) -> bool:
    return by.role == "records"


def _helps_unidentified(by: Actor, pair: Any, now: datetime) -> bool:
    strangers = [one.pk for one in (pair.one, pair.other) if not one.identified]
    if not strangers or by.kind != "professional" or by.unit_id is None:
        return False
    if actors.unit_holder(by.unit_id) not in by.holders:
        return False
    works = Participation.objects.at(now).filter(unit=by.unit_id, right=Right.WORK)
    return works.filter(matter__resident__in=strangers).exists()


def _is_own(by: Actor, thing: Any, _now: datetime) -> bool:
    return any(actors.own_holder(resident) in by.holders for resident in thing.concern().residents)


def _is_barred(by: Actor, thing: Any, _now: datetime) -> bool:
    return any(barred_holders(resident) & by.holders for resident in thing.concern().residents)


def _is_officer(by: Actor, thing: Any, _now: datetime) -> bool:
    county_id = thing.concern().county_id
    return county_id is not None and actors.officer_holder(county_id) in by.holders


RECORDS = Rule("a worker who keeps the county's records of people", "records", "records", _keeps_records)
HELPS_STRANGER = Rule(
    "a worker of a unit that works in a matter of the one who has no identity code",
    "unit_works",
    "care",
    _helps_unidentified,
)
OFFICER = Rule("the county's data protection officer", "officer", "supervision", _is_officer)
OWN_RECORD = Denial("nobody corrects their own or their child's record", "own_record", _is_own)
RESTRICTED = Denial("somebody whom one of the two has restricted", "restricted", _is_barred)

MOVE = Permission(
    "corrections.move",
    _("move what stands in the wrong matter to the right one"),
    (
        Rule(
            "a worker of a unit of the same sector that works in the matter",
            "unit_works",
            "care",
            _works_in_sector,
        ),
    ),
    (*DENIALS, MOVED),
    writes=True,
    hidden_behind=SEE_PART,
)
REASSIGN = Permission(
    "corrections.reassign",
    _("move a matter that was opened for the wrong person to the right one"),
    (UNIT_ANSWERS,),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
READ_CORRECTION = Permission(
    "corrections.read",
    _("see what was corrected: what stood where, who moved it and why"),
    (Rule("a worker of the unit that corrected it", "unit", "care", _made_it),),
    (OWN_RECORD, RESTRICTED),
)
KEEP_RECORDS = Permission(
    "corrections.keep_records",
    _("see which residents may be in the records twice"),
    (RECORDS,),
    (OWN_RECORD,),
)
COMPARE = Permission(
    "corrections.compare",
    _("see two records of people side by side"),
    (RECORDS, HELPS_STRANGER),
    (OWN_RECORD, RESTRICTED),
)
MERGE = Permission(
    "corrections.merge",
    _("join two records of one person, or say that they are two persons"),
    (RECORDS, HELPS_STRANGER),
    (OWN_RECORD, RESTRICTED),
    writes=True,
    hidden_behind=COMPARE,
)
SEPARATE = Permission(
    "corrections.separate",
    _("separate records that were joined by mistake"),
    (RECORDS,),
    (OWN_RECORD, RESTRICTED),
    writes=True,
    hidden_behind=KEEP_RECORDS,
)
LOOK_FOR_LIKE = Permission(
    "corrections.look_for_like",
    _("look for residents who are in the records twice"),
    (matters.SYSTEM,),
    writes=True,
)
READ_INCIDENT = Permission(
    "corrections.read_incident",
    _("see where somebody's data was shown to another person"),
    (OFFICER,),
    (OWN_RECORD,),
)
JUDGE_INCIDENT = Permission(
    "corrections.judge_incident",
    _("judge a personal data breach and record whom it was told to"),
    (OFFICER,),
    (OWN_RECORD,),
    writes=True,
    hidden_behind=READ_INCIDENT,
)
OVERSEE = Permission("corrections.oversee", _("see the county's personal data breaches"), (OFFICER,))
