"""Situations of a contact."""

from datetime import datetime
from typing import Any

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.actions import writing
from kehra.serve.contacts.models import Contact

CALM = {
    "danger": ["none"],
    "duration": ["weeks"],
    "severity": ["little"],
    "worsening": ["no"],
    "managing": ["yes"],
}


def make_draft(
    cast: Cast, resident: Resident | None = None, *, name: str = "eero", now: datetime = NOW, **answers: Any
) -> Contact:
    """Eero (by default) has said what he needs, chosen the reception and answered some questions."""
    resident = resident or cast.eero
    acting_for = None if cast.users[name].resident_id == resident.pk else resident
    by = cast.actor(name, acting_for=acting_for, now=now)
    contact = writing.begin(resident, words="Polvi on kipeä.", by=by, now=now)
    writing.choose(contact, cast.reception, by=by, now=now)
    return writing.answer(contact, answers, by=by, now=now)


def make_sent(cast: Cast, *, now: datetime = NOW, **answers: Any) -> Contact:
    """Eero has sent it, with calm answers unless others are given."""
    contact = make_draft(cast, now=now, **(answers or CALM))
    return contact if contact.sent else writing.send(contact, by=cast.actor("eero"), now=now)
