"""How a resident is reached is changed, by the resident or by a worker whom they asked."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.kernel.people.models import Resident
from kehra.serve.reach.permissions import CHANGE_WAYS


@dataclass(frozen=True, slots=True)
class Ways:
    """The fields of `Resident` that say how they are reached."""

    phone: str = ""
    sms: str = ""
    email: str = ""
    letters: bool = False
    contact_language: str = ""
    interpreter_language: str = ""
    wishes: str = ""


@transaction.atomic
def change(resident: Resident, ways: Ways, *, by: Actor, now: datetime) -> Resident:
    """These are the ways from now on. One that failed and was given anew, or confirmed, is used again."""
    require(by, CHANGE_WAYS, resident, now=now)
    resident = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    values = asdict(ways)
    for name, value in values.items():
        setattr(resident, name, value)
    resident.email_failed_at = resident.sms_failed_at = None
    resident.save(update_fields=[*values, "email_failed_at", "sms_failed_at"])
    return resident
