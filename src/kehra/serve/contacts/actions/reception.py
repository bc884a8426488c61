"""Staff open a matter for a resident who calls, walks in, is referred, or about whom somebody is
worried. The channel changes neither the clock nor the rights."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.models import Contact, Notifier
from kehra.serve.matters.actions import opening
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Channel, Urgency
from kehra.serve.matters.permissions import OPEN


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is worried, and whether they want to stay unknown to the resident and the family."""

    name: str = ""
    phone: str = ""
    relation: str = ""
    stays_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the worker heard: how it came, the words as told, what they are about, how urgent, at which
    number the resident wants to be called, and who gave the notice, if it is one."""

    channel: str
    words: str
    service: Service
    urgency: int = Urgency.UNKNOWN
    call_phone: str = ""
    notice: Notice | None = None


@transaction.atomic
def open_for(
    resident: Resident, told: Told, *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> Contact:
    """The matter of somebody who did not write it themselves. It comes to the worker's own unit if
    that unit gives the service, else to the unit that receives such needs. Entered later it began at
    `happened_at`; entered twice from the same paper it is one contact."""
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    require(by, OPEN, resident, now=now)
    LateRule.objects.must_allow(happened_at, since=None, now=now)
    if happened_at is not None:
        same = Contact.objects.filter(resident=resident, sent_at=happened_at, channel=told.channel)
        entered = same.select_related("matter").first()
        if entered is not None:
            return entered
    contact = Contact(
        county=resident.county,
        resident=resident,
        writer_id=by.user_id,
        professional_id=by.professional_id,
        channel=told.channel,
        words=told.words,
        service=told.service,
        wants_call=bool(told.call_phone),
        phone=told.call_phone,
        begun_at=happened_at or now,
        sent_at=happened_at or now,
    )
    contact.matter = opening.open_matter(
        resident,
        told.service,
        unit=_own_unit(told.service, by, now) or contact.intake(now).unit,
        channel=told.channel,
        need=told.words,
        urgency=told.urgency,
        by=by,
        now=now,
        happened_at=happened_at,
    )
    contact.save()
    if told.channel == Channel.NOTICE and told.notice is not None:
        Notifier.objects.create(
            contact=contact,
            name=told.notice.name,
            phone=told.notice.phone,
            relation=told.notice.relation,
            stays_unknown=told.notice.stays_unknown,
        )
    if told.call_phone:
        calls.want(contact.matter, told.call_phone, by=by, now=now)
    return contact


class CodeInUse(NotPossible):
    """The temporary code belongs to somebody who is in the records already."""


@transaction.atomic
def note_unidentified(
    description: str, *, language: str, by: Actor, now: datetime, temporary_code: str = ""
) -> Resident:
    """A person whom nobody can identify yet is helped all the same: a record by description only, and by the
    temporary code that they were given, if they were. Raises CodeInUse."""
    county = County.objects.get(pk=by.county_id)
    if temporary_code and Resident.objects.with_code(temporary_code, county.pk).exists():
        raise CodeInUse(_("Somebody has this code already. Find the resident by it."))
    resident = Resident(county=county, given_names=description, family_name="", language=language)
    resident.save()
    require(by, OPEN, resident, now=now)
    if temporary_code:
        resident.identifiers.create(county=county, code=temporary_code, since=helsinki.today(now))
    return resident


def _own_unit(service: Service, by: Actor, now: datetime) -> Unit | None:
    """The worker's own unit, if it gives the service today."""
    gives = Offering.objects.on(helsinki.today(now)).filter(service=service, unit=by.unit_id)
    offering = gives.select_related("unit").first()
    return offering.unit if offering is not None else None
