"""Somebody who came without a name, or with a temporary code, gets the identity code that is theirs. There is
this one way: a code that nobody has is given here; one that somebody has means that the person is in the
records twice, and the two are compared and joined (`merging`)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people import rules as people
from kehra.kernel.people.models import Identifier, Resident
from kehra.kernel.people.signals import identified
from kehra.kernel.time import helsinki
from kehra.serve.contacts import signals
from kehra.serve.contacts.permissions import IDENTIFY
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.matter import Matter


@dataclass(frozen=True, slots=True)
class Names:
    """What the person is called, as their identity document says."""

    given: str
    family: str


class KnownAlready(NotPossible):
    """Somebody has this code: `resident` may be the same person, to be compared."""

    def __init__(self, resident: Resident) -> None:
        super().__init__(_("Somebody in the records has this code already. Compare the two records."))
        self.resident = resident


@transaction.atomic
def identify(matter: Matter, code: str, names: Names, *, by: Actor, now: datetime) -> Resident:
    """The resident of the matter gets a valid identity code and their names; a temporary code stays as one
    by which they are found. Raises NotPossible for a resident who has a code and for the worker's own or
    their child's; KnownAlready, a NotPossible, for a code that somebody has."""
    resident = Resident.objects.select_for_update().get(pk=matter.resident_id)
    require(by, IDENTIFY, matter, now=now)
    if resident.identified:
        raise NotPossible(_("This resident has been identified already."))
    known = Resident.objects.with_code(code, resident.county_id).exclude(pk=resident.pk).first()
    if known is not None and actors.own_holder(known.pk) in by.holders:
        raise NotPossible(
            _("This is your own or your child's identity code. A colleague must go on with the matter.")
        )
    if known is not None:
        raise KnownAlready(known)
    today = helsinki.today(now)
    Identifier.objects.filter(resident=resident, until=None).update(until=today)
    resident.identity_code, resident.birth_date = code, people.birth_date_of(code)
    resident.given_names, resident.family_name = names.given, names.family
    resident.save(update_fields=["identity_code", "birth_date", "given_names", "family_name"])
    for found in Matter.objects.filter(resident=resident, mistaken_at=None).order_by("pk"):
        found.refresh_viewers(now)
        tell(signals.IDENTIFIED, found, by=by, now=now)
    identified.send(sender=Resident, resident=resident, by=by, now=now)
    return resident
