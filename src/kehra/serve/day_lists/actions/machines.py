"""A machine of the unit gets a token with which it fetches the list, and loses it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists.models import Machine, MadeList, hash_of, new_token
from kehra.serve.day_lists.permissions import MANAGE, ListOf


@transaction.atomic
def register(unit: Unit, name: str, *, by: Actor, now: datetime) -> tuple[Machine, str]:
    """A machine and its token, which is told this once. Raises NotPossible for a name in use."""
    require(by, MANAGE, ListOf(unit.county_id, unit.pk), now=now)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if Machine.objects.working().filter(unit=unit, name=name).exists():
        raise NotPossible(_("The unit has a machine of this name already. Choose another name."))
    token = new_token()
    machine = Machine.objects.create(unit=unit, name=name, token_hash=hash_of(token), registered_at=now)
    return machine, token


@transaction.atomic
def revoke(machine: Machine, *, by: Actor, now: datetime) -> Machine:
    """The machine fetches nothing any more, and what was made for it is removed here. Twice is once."""
    require(by, MANAGE, ListOf(machine.unit.county_id, machine.unit_id), now=now)
    machine = Machine.objects.select_for_update(of=("self",)).get(pk=machine.pk)
    if machine.revoked_at is None:
        machine.revoked_at = now
        machine.save(update_fields=["revoked_at"])
        MadeList.objects.filter(machine=machine).delete()
    return machine
