"""Somebody who came without a name is identified: the matter finds its resident."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people import rules as people
from kehra.kernel.people.models import Resident
from kehra.kernel.people.signals import identified
from kehra.serve.contacts import signals
from kehra.serve.contacts.models import Contact
from kehra.serve.contacts.permissions import IDENTIFY
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.tasks.models import Task


@transaction.atomic
def identify(
    matter: Matter, code: str, *, given_names: str, family_name: str, by: Actor, now: datetime
) -> Matter:
    """The unidentified resident of the matter gets a valid identity code and a name. If the county
    knows that person already, their matters join the ones of that person, and the names given here
    are not used. Raises NotPossible for a resident who has a code, and for the worker's own."""
    require(by, IDENTIFY, matter, now=now)
    stranger = Resident.objects.select_for_update().get(pk=matter.resident_id)
    if stranger.identified:
        raise NotPossible(_("This resident has been identified already."))
    known = Resident.objects.with_code(code, stranger.county_id).first()
    if known is not None and known.pk == by.own_resident_id:
        raise NotPossible(_("This is your own identity code. A colleague must go on with the matter."))
    matters = list(Matter.objects.select_for_update().filter(resident=stranger))
    resident = _join(stranger, known) if known else _name(stranger, code, given_names, family_name)
    for found in matters:
        found.resident = resident
        found.refresh_viewers(now)
        tell(signals.IDENTIFIED, found, by=by, now=now)
    identified.send(sender=Resident, resident=resident, by=by, now=now)
    return next(found for found in matters if found.pk == matter.pk)


def _name(stranger: Resident, code: str, given_names: str, family_name: str) -> Resident:
    stranger.identity_code = code
    stranger.birth_date = people.birth_date_of(code)
    stranger.given_names, stranger.family_name = given_names, family_name
    stranger.save()
    return stranger


def _join(stranger: Resident, known: Resident) -> Resident:
    """Everything of serving that names the stranger names the known resident. The stranger's row stays,
    empty: the log tells of it."""
    for model in (Matter, Contact, DisclosurePermit, Task):
        model._default_manager.filter(resident=stranger).update(resident=known)
    return known
