"""Who may see and change how a resident is reached, record who acts for them, and print their letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Denial, Permission, Rule
from kehra.kernel.people.models import Guardianship, Mandate
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter, barred_holders
from kehra.serve.matters.permissions import SYSTEM
from kehra.serve.reach.models import Letter


def _whom(thing: Any) -> int:
    """Whose ways or mandates are asked about."""
    found: int = thing.principal_id if isinstance(thing, Mandate) else thing.pk
    return found


def _is_resident(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.resident_holder(_whom(thing)) in by.holders and by.on_behalf_of_id is None


def _acts_for(by: Actor, thing: Any, _now: datetime) -> bool:
    return actors.resident_holder(_whom(thing)) in by.holders and by.on_behalf_of_id is not None


def _holds_it(by: Actor, mandate: Any, _now: datetime) -> bool:
    return by.kind == "resident" and by.own_resident_id == mandate.delegate_id


def _serves(by: Actor, _thing: Any, _now: datetime) -> bool:
    return (
        by.role == "professional" and by.unit_id is not None and actors.unit_holder(by.unit_id) in by.holders
    )


def _is_own(by: Actor, thing: Any, _now: datetime) -> bool:
    return any(actors.own_holder(pk) in by.holders for pk in thing.concern().residents)


def _is_barred(by: Actor, thing: Any, _now: datetime) -> bool:
    return any(barred_holders(pk) & by.holders for pk in thing.concern().residents)


def _is_near(by: Actor, mandate: Any, now: datetime) -> bool:
    """The worker is a guardian, a child, a principal or a delegate of either of the two: as far as our rows
    know their family."""
    me, today, two = by.own_resident_id, helsinki.today(now), mandate.concern().residents
    if me is None:
        return False
    guardianships, mandates = Guardianship.objects.on(today), Mandate.objects.on(today)
    return (
        guardianships.filter(guardian__in=two, child=me).exists()
        or guardianships.filter(guardian=me, child__in=two).exists()
        or mandates.filter(principal__in=two, delegate=me).exists()
        or mandates.filter(principal=me, delegate__in=two).exists()
    )


RESIDENT = Rule("the resident, about themselves", "self", "own_affairs", _is_resident)
ACTING_FOR = Rule(
    "one who acts for the resident by guardianship or mandate", "acting_for", "own_affairs", _acts_for
)
SERVES = Rule("a worker of a unit that serves residents", "serving_unit", "care", _serves)

OWN_RECORD = Denial("nobody handles their own data or their child's as a professional", "own_record", _is_own)
RESTRICTED = Denial("somebody whom the resident has restricted", "restricted", _is_barred)
CONFLICT = Denial("nobody records a mandate of their own family", "conflict", _is_near)

SEE_WAYS = Permission(
    "reach.see_ways",
    _("see how the resident is reached and who acts for them"),
    (RESIDENT, ACTING_FOR, SERVES),
    (OWN_RECORD, RESTRICTED),
)
CHANGE_WAYS = Permission(
    "reach.change_ways",
    _("change how the resident is reached"),
    (RESIDENT, ACTING_FOR, SERVES),
    (OWN_RECORD, RESTRICTED),
    writes=True,
    hidden_behind=SEE_WAYS,
)
RECORD_MANDATE = Permission(
    "reach.record_mandate",
    _("record a mandate that was given on paper"),
    (SERVES,),
    (OWN_RECORD, RESTRICTED, CONFLICT),
    writes=True,
    hidden_behind=SEE_WAYS,
)
SEE_PAPER = Permission(
    "reach.see_paper",
    _("see the paper by which a mandate was given"),
    (
        RESIDENT,
        Rule("the one to whom the mandate was given", "mandate", "own_affairs", _holds_it),
        SERVES,
    ),
    (OWN_RECORD, RESTRICTED),
)
WITHDRAW_MANDATE = Permission(
    "reach.withdraw_mandate",
    _("end a mandate, as the resident or at their word"),
    (RESIDENT, SERVES),
    (OWN_RECORD,),
    writes=True,
    hidden_behind=SEE_WAYS,
)


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters that are printed or posted together: asked about as one, so that the log has one row."""

    county_id: str | None
    unit_id: int | None
    residents: tuple[int, ...] = ()

    def concern(self) -> Concern:
        return Concern(self.county_id, self.residents)


def together(letters: Sequence[Letter], by: Actor) -> Letters:
    """The letters as one thing; they are all of the actor's unit, or of none that the actor posts for."""
    own = all(letter.unit_id == by.unit_id for letter in letters)
    county_id = letters[0].county_id if letters else by.county_id
    residents = {pk for letter in letters for pk in letter.concern().residents}
    return Letters(county_id, by.unit_id if own else None, tuple(residents))


def _posts(by: Actor, letters: Any, now: datetime) -> bool:
    return by.unit_id is not None and letters.unit_id == by.unit_id and _serves(by, letters, now)


def _answers_for(by: Actor, letter: Any, _now: datetime) -> bool:
    """The unit answers for an open matter of a receiver whose address is protected: others hand the letter
    over to it."""
    open_matters = Matter.objects.filter(resident=letter.receiver_id, closed_at__isnull=True)
    return not letter.receiver.address_protected or open_matters.filter(unit=by.unit_id).exists()


PRINT = Permission(
    "reach.print",
    _("print letters to residents"),
    (Rule("a worker of the unit that posts the letters", "unit", "care", _posts),),
    (OWN_RECORD, RESTRICTED),
)
POST = Permission(
    "reach.post",
    _("note that letters were posted"),
    PRINT.rules,
    PRINT.denials,
    writes=True,
)
PRINT_ADDRESS = Permission(
    "reach.print_address",
    _("have the address on a letter"),
    PRINT.rules,
    (
        *PRINT.denials,
        Denial(
            "a protected address is printed only by the unit that answers for a matter of the resident",
            "address_protected",
            lambda by, letter, now: not _answers_for(by, letter, now),
        ),
    ),
    hidden_behind=PRINT,
)
REMIND = Permission(
    "reach.remind",
    _("remind of a visit"),
    (SYSTEM,),
    writes=True,
)
