"""A resident forbids a unit, or those who act for them, to see their matters; and allows it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people import signals
from kehra.kernel.people.models import Resident, Restriction
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.rights.models import Threshold
from kehra.serve.rights.permissions import RESTRICT


@transaction.atomic
def restrict_unit(resident: Resident, unit: Unit, *, by: Actor, now: datetime) -> Restriction:
    """From now on nobody of the unit sees the resident's matters. Asked again, the restriction in force is
    returned. Raises NotPossible while the unit answers for an open matter: nobody would see it then."""
    restriction = Restriction(resident=resident, unit=unit, made_at=now)
    require(by, RESTRICT, restriction, now=now)
    if unit.county_id != resident.county_id:
        raise NotPossible(_("This unit belongs to another county."))
    if Matter.objects.filter(resident=resident, unit=unit, closed_at__isnull=True).exists():
        raise NotPossible(
            _(
                "This unit takes care of an open matter of yours. If you forbade it now, nobody would see "
                "the matter. Ask the unit to hand the matter over or to close it, and then forbid the unit."
            )
        )
    return _make(restriction, by=by, now=now)


@transaction.atomic
def restrict_those_acting(resident: Resident, *, by: Actor, now: datetime) -> Restriction:
    """From now on nobody who acts for the resident sees their matters (703/2023 51 §). Only the resident may.
    Raises NotPossible for a child so young that a professional must judge whether they can decide."""
    restriction = Restriction(resident=resident, from_those_acting_for=True, made_at=now)
    require(by, RESTRICT, restriction, now=now)
    if not _may_decide_alone(resident, now):
        raise NotPossible(
            _(
                "You are so young that a professional must first talk with you about this. Tell it to "
                "somebody whom you meet in health or social care. You can also call 116 111, the phone "
                "for children."
            )
        )
    return _make(restriction, by=by, now=now)


@transaction.atomic
def withdraw(restriction: Restriction, *, by: Actor, now: datetime) -> Restriction:
    """Those who were forbidden see the resident's matters again as before. Twice is once."""
    require(by, RESTRICT, restriction, now=now)
    restriction = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if restriction.withdrawn_at is None:
        restriction.withdrawn_at = now
        restriction.save(update_fields=["withdrawn_at"])
        _tell(restriction, by=by, now=now)
    return restriction


def _may_decide_alone(resident: Resident, now: datetime) -> bool:
    today = helsinki.today(now)
    age = resident.age_on(today)
    return age is None or age >= Threshold.objects.of("minor_restricts", today).amount


def _make(restriction: Restriction, *, by: Actor, now: datetime) -> Restriction:
    made, new = Restriction.objects.get_or_create(
        resident=restriction.resident,
        unit=restriction.unit,
        from_those_acting_for=restriction.from_those_acting_for,
        withdrawn_at=None,
        defaults={"made_at": now},
    )
    if new:
        _tell(made, by=by, now=now)
    return made


def _tell(restriction: Restriction, *, by: Actor, now: datetime) -> None:
    signals.restrictions_changed.send(sender=Restriction, resident=restriction.resident, by=by, now=now)
