"""Who may see a matter and its parts, and who may work in it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.one_look import once
from kehra.kernel.access.permissions import Denial, Permission, Rule, is_program, require
from kehra.kernel.accounts.models import WORKING_ROLES, Absence, User
from kehra.kernel.people.models import Guardianship, Professional
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter, barred_holders
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.models.record import DisclosurePermit, PartKind


def matter_of(thing: Any) -> Matter:
    """The matter a thing hangs on."""
    return thing if isinstance(thing, Matter) else thing.matter


def _is_resident(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.resident_holder(matter_of(thing).resident_id) in by.holders and by.on_behalf_of_id is None


def _acts_for_resident(by: Actor, thing: Any, _now: datetime) -> bool:
    return (
        actors.resident_holder(matter_of(thing).resident_id) in by.holders and by.on_behalf_of_id is not None
    )


def _holds_unit(by: Actor) -> bool:
    """Somebody who works for the unit: a machine that keeps its list opens nothing."""
    return (
        by.kind == "professional" and by.unit_id is not None and actors.unit_holder(by.unit_id) in by.holders
    )


def right_of(by: Actor, matter: Matter, now: datetime) -> str | None:
    """The right with which the actor's unit takes part at this moment."""
    participation = _participation_of(by, matter, now)
    return None if participation is None else participation.right


def _participation_of(by: Actor, matter: Matter, now: datetime) -> Participation | None:
    """That of the actor's unit at this moment, if the actor holds the unit."""
    if not _holds_unit(by):
        return None
    taking_part = Participation.objects.at(now).filter(matter=matter, unit=by.unit_id)
    return once(("participation", by.unit_id, matter.pk, now), taking_part.first)


def _barred(resident_id: int) -> set[str]:
    return once(("barred", resident_id), lambda: barred_holders(resident_id))


def _unit_takes_part(by: Actor, thing: Any, now: datetime) -> bool:
    return right_of(by, matter_of(thing), now) is not None


def _unit_works(by: Actor, thing: Any, now: datetime) -> bool:
    return right_of(by, matter_of(thing), now) == Right.WORK


def _unit_answers(by: Actor, thing: Any, _now: datetime) -> bool:
    return _holds_unit(by) and matter_of(thing).unit_id == by.unit_id


def _was_asked(by: Actor, handover: Any, _now: datetime) -> bool:
    return _holds_unit(by) and handover.to_unit_id == by.unit_id


def _has_emergency(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.emergency_holder(matter_of(thing).resident_id) in by.holders


def _is_own(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.own_holder(matter_of(thing).resident_id) in by.holders


def _is_barred(by: Actor, thing: Any, _now: datetime) -> bool:
    return bool(_barred(matter_of(thing).resident_id) & by.holders)


def covers(
    by: Actor, unit_id: int | None, holder_id: int | None, resident_id: int | None, now: datetime
) -> bool:
    """Whether the actor, as the unit's manager, shares out what this holder has, because the holder is
    away now or soon. A manager serves nobody, so a resident's restriction of the unit is asked here."""
    if by.role != "manager" or unit_id is None or unit_id != by.unit_id or holder_id is None:
        return False
    if resident_id is not None and actors.unit_holder(unit_id) in barred_holders(resident_id):
        return False
    return Absence.objects.in_force(now).filter(professional=holder_id).exists()


def _covers_responsible(by: Actor, thing: Any, now: datetime) -> bool:
    matter = matter_of(thing)
    return covers(by, matter.unit_id, matter.responsible_id, matter.resident_id, now)


def may_serve(professional: Professional, unit_id: int, resident_id: int, *, now: datetime) -> bool:
    """Whether they do the unit's work with residents at `now`, and the resident is neither themselves nor
    their child: nobody handles their own record."""
    working = professional.assignments.on(helsinki.today(now)).filter(unit=unit_id, role__in=WORKING_ROLES)
    return working.exists() and professional.pk not in kin_at_work([resident_id], now=now)[resident_id]


def kin_at_work(residents: Collection[int], *, now: datetime) -> dict[int, set[int]]:
    """For each of the residents the professionals who are that resident, or a guardian of theirs today.
    Three queries, however many there are."""
    people = {resident: {resident} for resident in residents}
    guardianships = Guardianship.objects.on(helsinki.today(now)).filter(child__in=residents)
    for child, guardian in guardianships.values_list("child_id", "guardian_id"):
        people[child].add(guardian)
    everybody = set().union(*people.values())
    working = [
        *Professional.objects.filter(resident__in=everybody).values_list("resident_id", "pk"),
        *User.objects.filter(resident__in=everybody, professional__isnull=False).values_list(
            "resident_id", "professional_id"
        ),
    ]
    return {
        resident: {worker for human, worker in working if human in humans}
        for resident, humans in people.items()
    }


def _is_this_resident(by: Actor, resident: Any, _now: datetime) -> bool:
    return actors.resident_holder(resident.pk) in by.holders and by.on_behalf_of_id is None


def _acts_for_this_resident(by: Actor, resident: Any, _now: datetime) -> bool:
    return actors.resident_holder(resident.pk) in by.holders and by.on_behalf_of_id is not None


def _serves(by: Actor, _resident: Any, _now: datetime) -> bool:
    return by.role == "professional" and _holds_unit(by)


def _is_this_own(by: Actor, resident: Any, _now: datetime) -> bool:
    return actors.own_holder(resident.pk) in by.holders


def _is_barred_from(by: Actor, resident: Any, _now: datetime) -> bool:
    return bool(barred_holders(resident.pk) & by.holders)


RESIDENT = Rule("the resident, in their own matter", "self", "own_affairs", _is_resident)
ACTING_FOR = Rule(
    "one who acts for the resident by guardianship or mandate",
    "acting_for",
    "own_affairs",
    _acts_for_resident,
)
UNIT_TAKES_PART = Rule(
    "a worker of a unit that takes part in the matter", "unit_takes_part", "care", _unit_takes_part
)
UNIT_WORKS = Rule("a worker of a unit that works in the matter", "unit_works", "care", _unit_works)
UNIT_ANSWERS = Rule("a worker of the unit that answers for the matter", "unit_answers", "care", _unit_answers)
EMERGENCY = Rule(
    "a worker with an emergency access to the resident's data", "emergency", "emergency", _has_emergency
)
COVERS = Rule(
    "the manager of the unit, while the one who is responsible is away",
    "manager_covers",
    "care",
    _covers_responsible,
)
SYSTEM = Rule("the program, by the clock", "system", "care", is_program)

OWN_RECORD = Denial(
    "nobody handles their own matter or their child's as a professional", "own_record", _is_own
)
RESTRICTED = Denial("somebody whom the resident has restricted", "restricted", _is_barred)
MISTAKEN = Denial(
    "nobody: the matter was opened for the wrong person",
    "mistaken",
    lambda _by, thing, _now: matter_of(thing).mistaken_at is not None,
)
DENIALS = (OWN_RECORD, RESTRICTED, MISTAKEN)
MOVED = Denial(
    "nobody: the text stands in the right matter now",
    "moved",
    lambda _by, part, _now: part.moved_at is not None,
)


READ = Permission(
    "matters.read",
    _("see that the matter exists, what it is about, its promise and its course"),
    (RESIDENT, ACTING_FOR, UNIT_TAKES_PART, EMERGENCY),
    DENIALS,
)
OPEN = Permission(
    "matters.open",
    _("open a matter for a resident"),
    (
        Rule("the resident, for themselves", "self", "own_affairs", _is_this_resident),
        Rule(
            "one who acts for the resident by guardianship or mandate",
            "acting_for",
            "own_affairs",
            _acts_for_this_resident,
        ),
        Rule("a worker of a unit that serves residents", "serving_unit", "care", _serves),
    ),
    (
        Denial(
            "nobody opens their own or their child's matter as a professional",
            "own_record",
            _is_this_own,
        ),
        Denial("somebody whom the resident has restricted", "restricted", _is_barred_from),
    ),
    writes=True,
)
WORK = Permission(
    "matters.work",
    _("do the unit's work in the matter: write, assess, ask, offer times"),
    (UNIT_WORKS, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
ANSWER_FOR = Permission(
    "matters.answer_for",
    _("take the matter, pause its promise, close it"),
    (UNIT_ANSWERS, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
GIVE = Permission(
    "matters.give",
    _("give the matter to a professional of the unit, or back to wait"),
    (UNIT_ANSWERS, COVERS, SYSTEM),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
ANSWER_HANDOVER = Permission(
    "matters.answer_handover",
    _("accept or refuse a matter that another unit offers"),
    (Rule("a worker of the unit that was asked", "unit_asked", "care", _was_asked),),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
ASK_PERMIT = Permission(
    "matters.ask_permit",
    _("ask the resident to let the other sector see parts of the matter"),
    (UNIT_TAKES_PART,),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
DECIDE_OWN = Permission(
    "matters.decide_own",
    _("decide as the resident: add to the need, give and revoke permits"),
    (RESIDENT, ACTING_FOR),
    DENIALS,
    writes=True,
    hidden_behind=READ,
)
ADDRESS = Permission(
    "matters.address",
    _("see where the resident lives"),
    (RESIDENT, UNIT_WORKS, EMERGENCY),
    (
        *DENIALS,
        Denial(
            "a protected address is seen only by the unit that answers for the matter, and by the resident",
            "address_protected",
            lambda by, thing, now: (
                matter_of(thing).resident.address_protected
                and not (_unit_answers(by, thing, now) or _is_resident(by, thing, now))
            ),
        ),
    ),
    hidden_behind=READ,
)


class Part(Protocol):
    """A part of a matter that can be shown or not: it has a kind and the sector it belongs to."""

    @property
    def part_kind(self) -> str: ...
    @property
    def sector(self) -> str: ...
    @property
    def moved_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """What one actor sees in one matter at one moment: everything, or the kinds of each sector.
    `kinds` are those that the actor's unit sees because it takes part, whatever else shows more."""

    everything: bool
    kinds: dict[str, frozenset[str]]

    def sees(self, sector: str, kind: str) -> bool:
        return self.everything or self.of_unit(sector, kind)

    def of_unit(self, sector: str, kind: str) -> bool:
        return kind in self.kinds.get(sector, frozenset())


ALL_KINDS = frozenset(PartKind.values)


def sight(by: Actor, matter: Matter, now: datetime) -> Sight:
    """Between social and health care the other sector sees only that a part exists, until the
    resident's permit names what may be shown (703/2023 53 §). A unit with the right PART sees
    the kinds shared with it, under the same rule. The resident, and a worker with an emergency
    access, see everything. At most two queries."""
    if _is_resident(by, matter, now) or _acts_for_resident(by, matter, now):
        return Sight(True, {})
    return replace(_sight_of_unit(by, matter, now), everything=_has_emergency(by, matter, now))


def _sight_of_unit(by: Actor, matter: Matter, now: datetime) -> Sight:
    """What the actor's unit sees because it takes part."""
    participation = _participation_of(by, matter, now)
    if participation is None:
        return Sight(False, {})
    allowed = ALL_KINDS if participation.right == Right.WORK else frozenset(participation.shares)
    kinds = {by.sector: allowed}
    permits = DisclosurePermit.objects.at(now).filter(matter=matter)
    for permit in once(("permits", matter.pk, now), lambda: list(permits)):
        if permit.from_sector != by.sector:
            kinds[permit.from_sector] = allowed & frozenset(permit.kinds)
    return Sight(False, kinds)


def sees_as_unit(by: Actor, part: Any, now: datetime) -> bool:
    """Whether the actor's unit sees what the part says because it takes part, in its own sector or by the
    resident's permit."""
    return _sight_of_unit(by, matter_of(part), now).sees(part.sector, part.part_kind)


def _sees_same_sector(by: Actor, part: Any, now: datetime) -> bool:
    return part.sector == by.sector and sees_as_unit(by, part, now)


SEE_PART = Permission(
    "matters.see_part",
    _("see what a part of the matter says"),
    (
        RESIDENT,
        ACTING_FOR,
        Rule(
            "a worker of a unit of the same sector that takes part", "same_sector", "care", _sees_same_sector
        ),
        Rule(
            "a worker whom the resident's permit lets see parts of the other sector",
            "permit",
            "care",
            sees_as_unit,
        ),
        EMERGENCY,
    ),
    (*DENIALS, MOVED),
    hidden_behind=READ,
)

PartRow = TypeVar("PartRow", bound=Part)


def parts_seen(
    by: Actor, matter: Matter, parts: Iterable[PartRow], *, now: datetime
) -> list[tuple[PartRow, bool]]:
    """Each part with whether this actor sees what it says; the others they see only to exist, and what has
    been moved to the right matter nobody sees here.
    What a worker reads of the other sector, or by an emergency access, is written to the log with
    that ground: once for each sector and ground."""
    seen_by = sight(by, matter, now)
    result = [(part, part.moved_at is None and seen_by.sees(part.sector, part.part_kind)) for part in parts]
    if by.kind == "professional":
        to_log = {
            (part.sector, of_unit): part
            for part, seen in result
            for of_unit in [seen_by.of_unit(part.sector, part.part_kind)]
            if seen and not (of_unit and part.sector == by.sector)
        }
        for part in to_log.values():
            require(by, SEE_PART, part, now=now)  # type: ignore[arg-type]
    return result
