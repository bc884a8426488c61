"""The passphrase of a unit's lists is set by its manager."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists.models import UnitKey
from kehra.serve.day_lists.permissions import MANAGE, ListOf
from kehra.serve.day_lists.rules import sealing


@transaction.atomic
def set_passphrase(unit: Unit, passphrase: str, *, by: Actor, now: datetime) -> UnitKey:
    """Lists made from now on open with this passphrase, which is not kept; those made before, with the
    former one until they have expired."""
    require(by, MANAGE, ListOf(unit.county_id, unit.pk), now=now)
    key = sealing.new_key(passphrase)
    row, _made = UnitKey.objects.update_or_create(
        unit=unit,
        defaults={
            "public": key.public,
            "wrapped": key.wrapped,
            "salt": key.salt,
            "iv": key.iv,
            "iterations": key.iterations,
            "set_at": now,
            "set_by_id": by.professional_id,
        },
    )
    return row
