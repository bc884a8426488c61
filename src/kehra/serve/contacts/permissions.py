"""Who writes a contact before it is sent, who knows who gave a notice, and who calls back."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Denial, Permission, Rule
from kehra.serve.contacts.models import Contact
from kehra.serve.matters import permissions as matters
from kehra.serve.matters.models.matter import barred_holders
from kehra.serve.matters.permissions import UNIT_WORKS


def _begins_own(by: Actor, resident: Any, _now: datetime) -> bool:
    return actors.resident_holder(resident.pk) in by.holders and by.on_behalf_of_id is None


def _begins_for_another(by: Actor, resident: Any, _now: datetime) -> bool:
    return actors.resident_holder(resident.pk) in by.holders and by.on_behalf_of_id is not None


def _writes_own(by: Actor, contact: Any, _now: datetime) -> bool:
    return _wrote_as_resident(by, contact) and by.on_behalf_of_id is None


def _writes_for_another(by: Actor, contact: Any, _now: datetime) -> bool:
    return _wrote_as_resident(by, contact) and by.on_behalf_of_id is not None


def _wrote_as_resident(by: Actor, contact: Any) -> bool:
    holder = actors.resident_holder(contact.resident_id)
    return contact.writer_id == by.user_id and by.kind == "resident" and holder in by.holders


def _is_restricted(by: Actor, contact: Any, _now: datetime) -> bool:
    return bool(contact.sent and barred_holders(contact.resident_id) & by.holders)


def _resident_may_know(by: Actor, notifier: Any, now: datetime) -> bool:
    return matters.RESIDENT.holds(by, notifier, now) and not notifier.stays_unknown


def _acting_may_know(by: Actor, notifier: Any, now: datetime) -> bool:
    return matters.ACTING_FOR.holds(by, notifier, now) and not notifier.stays_unknown


def _works_and_sees(by: Actor, notifier: Any, now: datetime) -> bool:
    """Who gave the notice is a part of the contact: of the other sector only by the resident's permit."""
    return UNIT_WORKS.holds(by, notifier, now) and matters.sees_as_unit(by, notifier.contact, now)


def _received(by: Actor, matter: Any, _now: datetime) -> bool:
    received = Contact.objects.filter(matter=matter.pk, professional=by.professional_id)
    return by.professional_id is not None and received.exists()


START = Permission(
    "contacts.start",
    _("begin to say what is needed"),
    (
        Rule("the resident, for themselves", "self", "own_affairs", _begins_own),
        Rule(
            "one who acts for the resident by guardianship or mandate",
            "acting_for",
            "own_affairs",
            _begins_for_another,
        ),
    ),
)

_WRITERS = (
    Rule("the resident who writes it", "self", "own_affairs", _writes_own),
    Rule(
        "one who writes it for the resident by guardianship or mandate",
        "acting_for",
        "own_affairs",
        _writes_for_another,
    ),
)
_DENIALS = (Denial("somebody whom the resident has restricted", "restricted", _is_restricted),)

READ = Permission("contacts.read", _("see a contact that one is writing or has sent"), _WRITERS, _DENIALS)
WRITE = Permission(
    "contacts.write",
    _("say what is needed, answer the questions and send them"),
    _WRITERS,
    _DENIALS,
    writes=True,
    hidden_behind=READ,
)
DISCARD = Permission(
    "contacts.discard",
    _("throw away a draft that was not sent"),
    (*_WRITERS, matters.SYSTEM),
    _DENIALS,
    writes=True,
    hidden_behind=READ,
)
NOTIFIER = Permission(
    "contacts.notifier",
    _("see who gave a worried person's notice"),
    (
        Rule(
            "a worker of a unit that works in the matter and sees the contact",
            "unit_works",
            "care",
            _works_and_sees,
        ),
        Rule(
            "the resident, unless the notifier wants to stay unknown to them",
            "self",
            "own_affairs",
            _resident_may_know,
        ),
        Rule(
            "one who acts for the resident, unless the notifier wants to stay unknown to the family",
            "acting_for",
            "own_affairs",
            _acting_may_know,
        ),
    ),
    matters.DENIALS,
    hidden_behind=matters.READ,
)
WANT_CALL = Permission(
    "contacts.want_call",
    _("ask that the resident be called"),
    (
        matters.RESIDENT,
        matters.ACTING_FOR,
        UNIT_WORKS,
        Rule("the worker who received the contact", "received", "care", _received),
    ),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
CALL = Permission(
    "contacts.call",
    _("see who wants a call, and call them"),
    (UNIT_WORKS,),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
    path="matter__",
    listed=lambda by: Q(matter__unit=by.unit_id),
)
IDENTIFY = Permission(
    "contacts.identify",
    _("tell who an unidentified resident is"),
    (UNIT_WORKS,),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
