"""A mandate that was given on paper is recorded with its evidence, and ends at the resident's word."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Mandate, Resident
from kehra.kernel.people.rules import birth_date_of
from kehra.kernel.time import helsinki
from kehra.serve.messages import actions as messages
from kehra.serve.messages import outbox
from kehra.serve.messages.rules import File
from kehra.serve.reach.models import MandatePaper
from kehra.serve.reach.permissions import RECORD_MANDATE, WITHDRAW_MANDATE

OF_AGE = 18
RECORDED = gettext_lazy(
    "We have recorded a mandate. %(delegate)s may deal with the matters of %(principal)s from %(first)s. "
    "If this is not right, call us at once."
)
ENDED = gettext_lazy("The mandate of %(delegate)s to deal with the matters of %(principal)s has ended.")


@dataclass(frozen=True, slots=True)
class Given:
    """What the paper says and how it was received. `until` is the first day on which it no longer holds."""

    start: date
    until: date | None
    evidence: str
    identified_by: str
    informed: bool = False
    paper: File | None = None


@dataclass(frozen=True, slots=True)
class Delegate:
    """To whom it is given: by identity code, and names for one who is not in our records yet."""

    code: str
    given_names: str = ""
    family_name: str = ""


@transaction.atomic
def record(principal: Resident, to: Delegate, given: Given, *, by: Actor, now: datetime) -> Mandate:
    """The delegate may deal with the principal's matters from the first day on; both are told. Raises
    NotPossible for minors, without evidence, and while the same two have one that holds."""
    Resident.objects.select_for_update(no_key=True).get(pk=principal.pk)
    delegate = _found(to, principal)
    mandate = Mandate(
        principal=principal,
        delegate=delegate,
        evidence=given.evidence,
        informed=given.informed,
        identified_by=given.identified_by,
        received_by_id=by.professional_id,
        received_in_id=by.unit_id,
        received_at=now,
        valid_from=given.start,
        valid_until=given.until,
    )
    require(by, RECORD_MANDATE, mandate, now=now)
    _must_be_possible(mandate, given, now)
    mandate.save()
    if given.paper is not None:
        MandatePaper.objects.create(
            mandate=mandate,
            name=given.paper.name,
            content_type=given.paper.content_type,
            content=given.paper.content,
        )
    _tell_both(mandate, ended=False, by=by, now=now)
    return mandate


@transaction.atomic
def withdraw(mandate: Mandate, *, by: Actor, now: datetime) -> Mandate:
    """It holds no more from this moment on; both are told. Twice is once."""
    require(by, WITHDRAW_MANDATE, mandate, now=now)
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if mandate.withdrawn_at is None:
        mandate.withdrawn_at = now
        mandate.save(update_fields=["withdrawn_at"])
        _tell_both(mandate, ended=True, by=by, now=now)
    return mandate


def _found(to: Delegate, principal: Resident) -> Resident:
    """The delegate's record; one who is a resident of elsewhere gets one with the name and nothing else."""
    known = Resident.objects.with_code(to.code, principal.county_id).first()
    if known is not None:
        return known
    if not (to.given_names and to.family_name):
        raise NotPossible(_("This person is not in our records. Write their names too."))
    return Resident.objects.create(
        county=principal.county,
        identity_code=to.code,
        given_names=to.given_names,
        family_name=to.family_name,
        birth_date=birth_date_of(to.code),
    )


def _must_be_possible(mandate: Mandate, given: Given, now: datetime) -> None:
    today = helsinki.today(now)
    if mandate.principal_id == mandate.delegate_id:
        raise NotPossible(_("Nobody needs a mandate for their own matters."))
    if any((one.age_on(today) or OF_AGE) < OF_AGE for one in (mandate.principal, mandate.delegate)):
        raise NotPossible(_("Both must be adults. For a child act the guardians."))
    if given.until is not None and given.until <= max(given.start, today):
        raise NotPossible(_("The last day must be today or later, and not before the first one."))
    if given.paper is None and not given.evidence:
        raise NotPossible(_("Add the scanned paper, or say where the original is kept."))
    same = Mandate.objects.filter(principal=mandate.principal, delegate=mandate.delegate)
    if any(one.withdrawn_at is None and not _ended(one, today) for one in same):
        raise NotPossible(_("These two have a mandate already. End it first if the new one differs."))


def _ended(mandate: Mandate, today: date) -> bool:
    return mandate.valid_until is not None and mandate.valid_until <= today


def _tell_both(mandate: Mandate, *, ended: bool, by: Actor, now: datetime) -> None:
    """A letter says it whole; an e-mail or text message says only that there is something."""
    said = {
        "delegate": mandate.delegate.name,
        "principal": mandate.principal.name,
        "first": formats.date_format(mandate.valid_from, "j.n.Y"),
    }
    receivers = [mandate.principal]
    if mandate.delegate not in outbox.receivers(mandate.principal, now):
        receivers.append(mandate.delegate)
    for told in receivers:
        with translation.override(told.written_language):
            sentence = (ENDED if ended else RECORDED) % said
            messages.announce(told, sentence, unit=mandate.received_in, by=by, now=now)
