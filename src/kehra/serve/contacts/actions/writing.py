"""A resident, or one who acts for them, says what they need, question by question, and sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Duty
from kehra.kernel.catalogue.models import Service
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.library.decisions.values import Decision
from kehra.library.forms.answering import answers_from, response
from kehra.library.operating_models.first_contact import first_contact_decision, first_contact_form
from kehra.serve.contacts import rules, signals
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.models import Contact
from kehra.serve.contacts.permissions import DISCARD, WRITE
from kehra.serve.matters.actions import opening
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Channel, Matter, Urgency
from kehra.serve.matters.models.record import Entry, PartKind
from kehra.serve.matters.permissions import DECIDE_OWN, OPEN
from kehra.serve.tasks import actions as tasks


@transaction.atomic
def begin(
    resident: Resident, *, words: str, by: Actor, now: datetime, service: Service | None = None
) -> Contact:
    """A draft begins, with words or with an everyday service. Raises NotPossible if no unit receives
    needs for that service."""
    require(by, OPEN, resident, now=now)
    contact = Contact(
        county=resident.county,
        resident=resident,
        writer_id=by.user_id,
        words=words,
        service=service,
        # Who acts for a resident is not told the resident's number: they give the one to call.
        phone=resident.phone if by.on_behalf_of_id is None else "",
        begun_at=now,
    )
    if service is not None:
        contact.intake(now)
    contact.save()
    return contact


@transaction.atomic
def say(contact: Contact, words: str, *, by: Actor, now: datetime) -> Contact:
    """Other words than first."""
    require(by, WRITE, contact, now=now)
    contact = _draft(contact)
    contact.words = words
    contact.save(update_fields=["words"])
    return contact


@transaction.atomic
def choose(contact: Contact, service: Service, *, by: Actor, now: datetime) -> Contact:
    """The service that the need belongs to. Raises NotPossible if no unit receives needs for it."""
    require(by, WRITE, contact, now=now)
    contact = _draft(contact)
    contact.service = service
    contact.intake(now)
    contact.save(update_fields=["service"])
    return contact


@transaction.atomic
def answer(contact: Contact, typed: Mapping[str, Sequence[str]], *, by: Actor, now: datetime) -> Contact:
    """Answers to some questions. If they tell of a danger the contact is sent at once: somebody who is
    in danger must not have to find the last page."""
    require(by, WRITE, contact, now=now)
    contact = _draft(contact)
    contact.typed = {**contact.typed, **{link_id: list(texts) for link_id, texts in typed.items()}}
    contact.save(update_fields=["typed"])
    answers, _errors = answers_from(first_contact_form(), contact.typed)
    if rules.outcome(first_contact_decision(answers)).red_flag:
        return _send(contact, by=by, now=now)
    return contact


@transaction.atomic
def reach(contact: Contact, phone: str, *, wants_call: bool, by: Actor, now: datetime) -> Contact:
    """Whether the resident wants to be called, and at which number."""
    require(by, WRITE, contact, now=now)
    contact = _draft(contact)
    contact.wants_call = wants_call
    contact.phone = phone
    contact.save(update_fields=["wants_call", "phone"])
    return contact


@transaction.atomic
def discard(contact: Contact, *, by: Actor, now: datetime) -> None:
    """The draft is thrown away, and nothing of it is left."""
    require(by, DISCARD, contact, now=now)
    _draft(contact).delete()


@transaction.atomic
def send(contact: Contact, *, by: Actor, now: datetime) -> Contact:
    """The draft becomes a matter of the unit that receives such needs, and its clock starts. What was
    not answered is unknown, and the unit sees that it is."""
    require(by, WRITE, contact, now=now)
    return _send(_draft(contact), by=by, now=now)


@transaction.atomic
def add_to_need(matter: Matter, text: str, *, by: Actor, now: datetime) -> Entry:
    """The resident tells more about the need, in their own words, to the unit that answers now and in its
    sector; the unit gets it as a task."""
    matter = matter.locked()
    require(by, DECIDE_OWN, matter, now=now)
    must_be_open(matter)
    entry = Entry.objects.create(
        matter=matter, kind=PartKind.NEED, sector=matter.unit.sector, text=text, written_at=now
    )
    tell(signals.ADDED, matter, by=by, now=now, about=entry)
    tasks.open_task(
        kind=signals.ADDITION,
        unit=matter.unit,
        matter=matter,
        professional=matter.responsible,
        urgency=matter.urgency,
        by=by,
        now=now,
    )
    return entry


def _draft(contact: Contact) -> Contact:
    """The contact as it is now, locked."""
    contact = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("resident", "county", "service")
        .get(pk=contact.pk)
    )
    if contact.sent:
        raise NotPossible(_("This has been sent already. You can add to it on the page of your matter."))
    return contact


def _send(contact: Contact, *, by: Actor, now: datetime) -> Contact:
    offering = contact.intake(now)
    form = first_contact_form()
    answers, _errors = answers_from(form, contact.typed)
    decision = first_contact_decision(answers)
    outcome = rules.outcome(decision)
    contact.matter = opening.open_matter(
        contact.resident,
        offering.service,
        unit=offering.unit,
        channel=Channel.DIGITAL,
        need=contact.words,
        urgency=outcome.urgency,
        by=by,
        now=now,
    )
    contact.response = response(form, answers, get_language() or "fi")
    contact.decision = rules.kept(decision)
    contact.red_flag = outcome.red_flag
    contact.sent_at = now
    contact.save()
    _tell_answers(contact, contact.matter, decision, by=by, now=now)
    if contact.red_flag:
        _alert(contact.matter, by=by, now=now)
    if contact.wants_call:
        calls.want(contact.matter, contact.phone, by=by, now=now)
    return contact


def _tell_answers(contact: Contact, matter: Matter, decision: Decision, *, by: Actor, now: datetime) -> None:
    tell(
        signals.ANSWERED,
        matter,
        by=by,
        now=now,
        about=contact,
        table=decision.table_id,
        status=decision.status.value,
        row=decision.fired[0].number if decision.fired else 0,
        missing=len(decision.missing),
    )


def _alert(matter: Matter, *, by: Actor, now: datetime) -> None:
    """Somebody named is alerted; with nobody on duty it waits for the whole unit as an emergency."""
    duty = Duty.objects.on(matter.unit, now)
    tasks.open_task(
        kind=signals.ALERT,
        unit=matter.unit,
        matter=matter,
        professional=duty.assignment.professional if duty else None,
        urgency=Urgency.EMERGENCY,
        due_on=helsinki.today(now),
        by=by,
        now=now,
    )
    tell(signals.RED_FLAG, matter, by=by, now=now)
