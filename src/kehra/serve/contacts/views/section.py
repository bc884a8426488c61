"""What a matter's page shows of how the need came in."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may, require
from kehra.library.forms.questions import questions
from kehra.library.operating_models.first_contact import first_contact_form
from kehra.serve.contacts.models import CallBack, Contact, Notifier
from kehra.serve.contacts.permissions import CALL, IDENTIFY, NOTIFIER
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import parts_seen


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial contacts/section.html shows, as `came_in`: the channel, the answers and how the
    table read them, a call that is waited for, who gave a notice. At most four queries."""
    contact = Contact.objects.filter(matter=matter).select_related("professional", "matter").first()
    seen = contact is not None and parts_seen(by, matter, [contact], now=now)[0][1]
    shown = {
        "contact": contact if seen else None,
        "answers": _answers(contact) if contact is not None and seen else [],
        "missing": _missing(contact) if contact is not None and seen else [],
        "notifier": _notifier(by, contact, now) if contact is not None and seen else None,
        "call": _call(by, matter, now),
        "may_identify": not matter.resident.identified and may(by, IDENTIFY, matter, now=now),
        "for_resident": by.kind == "resident",
    }
    return {"matter": matter, "came_in": shown}


def _call(by: Actor, matter: Matter, now: datetime) -> CallBack | None:
    """The call that is waited for, with its telephone number: for the resident's side and who calls."""
    if by.kind != "resident" and not may(by, CALL, matter, now=now):
        return None
    return matter.call_backs.filter(done_at__isnull=True).first()


def _notifier(by: Actor, contact: Contact, now: datetime) -> Notifier | None:
    notifier = Notifier.objects.select_related("contact__matter").filter(contact=contact).first()
    if notifier is None or not may(by, NOTIFIER, notifier, now=now):
        return None
    require(by, NOTIFIER, notifier, now=now)
    return notifier


def _answers(contact: Contact) -> list[tuple[str, str]]:
    """The questions and answers as they were asked and given, in the language in which they were."""
    return [
        (str(item.get("text", "")), ", ".join(_in_words(value) for value in item["answer"]))
        for item in (contact.response or {}).get("item", [])
        if item.get("answer")
    ]


def _in_words(answer: dict[str, Any]) -> str:
    if "valueCoding" in answer:
        return str(answer["valueCoding"].get("display", ""))
    value = next((value for name, value in answer.items() if name.startswith("value")), "")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _missing(contact: Contact) -> list[str]:
    """What the table would have needed to decide, in words. A danger is one option of its question."""
    asked = questions(first_contact_form(), get_language() or "fi")
    words = {code: label for one in asked for code, label in one.options}
    words |= {one.link_id: one.label for one in asked}
    return [words.get(name, name) for name in (contact.decision or {}).get("missing", [])]
