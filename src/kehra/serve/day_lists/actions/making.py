"""A list is made: closed to its unit, and written to the log with everybody who is on it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists.contents import contents_for
from kehra.serve.day_lists.file import written
from kehra.serve.day_lists.models import Machine, MadeList, UnitKey
from kehra.serve.day_lists.permissions import FETCH, MAKE, ListOf
from kehra.serve.day_lists.rules.days import SAME_FOR, days_of


@transaction.atomic
def make(unit: Unit, *, by: Actor, now: datetime) -> str:
    """The closed list of the actor's unit as a file. Raises NotPossible without a passphrase."""
    found = contents_for(by, days_of(now), now)
    require(by, MAKE, ListOf(unit.county_id, unit.pk, tuple(found.residents)), now=now)
    return written(unit, found, _key_of(unit).value(), now)


@transaction.atomic
def fetch(machine: Machine, *, by: Actor, now: datetime) -> str:
    """The closed list for a machine: the same as last time while nothing on it has changed and it is not
    old. Raises NotPossible without a passphrase."""
    machine = Machine.objects.select_for_update(of=("self",)).select_related("unit").get(pk=machine.pk)
    require(by, FETCH, ListOf(machine.unit.county_id, machine.unit_id), now=now)
    machine.fetched_at = now
    machine.save(update_fields=["fetched_at"])
    found = contents_for(by, days_of(now), now)
    digest = found.digest(_key_of(machine.unit).set_at.isoformat())
    made = MadeList.objects.filter(machine=machine).first()
    if made is not None and made.holds_at(now, digest, SAME_FOR):
        return made.file
    file = make(machine.unit, by=by, now=now)
    MadeList.objects.update_or_create(
        machine=machine, defaults={"made_at": now, "digest": digest, "file": file}
    )
    return file


def _key_of(unit: Unit) -> UnitKey:
    key = UnitKey.objects.filter(unit=unit).first()
    if key is None:
        raise NotPossible(_("The unit's manager has not set a passphrase for its day lists yet."))
    return key
