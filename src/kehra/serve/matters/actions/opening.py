"""A matter begins."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.catalogue.models import Service
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident
from kehra.serve.matters import signals
from kehra.serve.matters.actions.telling import answer_by_judging, answer_promises, tell, tell_promises
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.late import LateRule
from kehra.serve.matters.models.matter import Matter, Urgency, barred_holders
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.models.record import Entry, PartKind
from kehra.serve.matters.permissions import OPEN
from kehra.serve.matters.rules import BY_REACHING


@transaction.atomic
def open_matter(
    resident: Resident,
    service: Service,
    *,
    unit: Unit,
    channel: str,
    need: str,
    by: Actor,
    now: datetime,
    urgency: int = Urgency.UNKNOWN,
    happened_at: datetime | None = None,
) -> Matter:
    """A resident's need becomes a matter of `unit`, and the clock of the care guarantee starts.
    `need` is what the resident said, in their own words. What is entered later began at `happened_at`.
    Raises NotPossible for a unit or a service of another county than the resident's: nobody would see the
    matter."""
    # A restriction that is being made is waited for, and the next one waits for this: it then bars this
    # matter too.
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    require(by, OPEN, resident, now=now)
    LateRule.objects.must_allow(happened_at, since=None, now=now)
    return begin(
        resident,
        service,
        unit=unit,
        channel=channel,
        need=need,
        urgency=urgency,
        by=by,
        now=now,
        happened_at=happened_at,
    )


@transaction.atomic
def begin(
    resident: Resident,
    service: Service,
    *,
    unit: Unit,
    channel: str,
    need: str,
    urgency: int,
    by: Actor,
    now: datetime,
    happened_at: datetime | None,
) -> Matter:
    """The rows with which a matter begins. The caller has asked, and has locked the resident."""
    _must_be_seen(resident, service, unit)
    began_at = happened_at or now
    matter = Matter.objects.create(
        county=resident.county,
        resident=resident,
        service=service,
        unit=unit,
        sector=service.sector,
        urgency=urgency,
        channel=channel,
        opened_at=began_at,
    )
    Participation.objects.create(matter=matter, unit=unit, right=Right.WORK, started_at=began_at)
    matter.refresh_viewers(now)
    if need:
        _write(need, matter, by=by, now=now, happened_at=happened_at)
    codes: dict[str, str | int] = {"service": service.code, "channel": channel, "urgency": int(urgency)}
    tell(signals.OPENED, matter, by=by, now=now, happened_at=happened_at, **codes)
    begun = Clock.objects.start_for(matter, "contact", now=began_at)
    tell_promises(begun, by=by, now=now, happened_at=happened_at)
    if by.professional_id is not None:
        _answer_at_once(matter, by=by, now=now, happened_at=happened_at)
    return matter


def _write(need: str, matter: Matter, *, by: Actor, now: datetime, happened_at: datetime | None) -> None:
    Entry.objects.create(
        matter=matter,
        kind=PartKind.NEED,
        sector=matter.sector,
        text=need,
        written_at=now,
        happened_at=happened_at,
        professional_id=by.professional_id,
        unit_id=by.unit_id,
    )


def _must_be_seen(resident: Resident, service: Service, unit: Unit) -> None:
    """A matter that nobody sees would break its promise unseen."""
    if not unit.county_id == service.county_id == resident.county_id:
        raise NotPossible(_("This is not offered now. Choose another."))
    if actors.unit_holder(unit.pk) in barred_holders(resident.pk):
        raise NotPossible(
            _("The resident has forbidden this unit. Choose another unit, or withdraw the restriction.")
        )


def _answer_at_once(matter: Matter, *, by: Actor, now: datetime, happened_at: datetime | None) -> None:
    """Who opens the matter with the resident has reached them, and perhaps judged the urgency."""
    if matter.urgency == Urgency.UNKNOWN:
        answer_promises(matter, BY_REACHING, by=by, now=now, happened_at=happened_at)
    else:
        answer_by_judging(matter, by=by, now=now, happened_at=happened_at)
