"""What each app shows of a matter on its page, for staff and residents alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kehra.kernel.access.actors import Actor
from kehra.serve.booking.views import section as booking
from kehra.serve.contacts.views import section as contacts
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import views as messages


@dataclass(frozen=True)
class Section:
    """What an app shows of the matter: a partial with what it draws, and where its own page is, if it has
    one. The partials share one context, so each app names what it draws by its own words."""

    name: str
    title: str | Promise
    template: str
    context: Callable[[Actor, Matter, datetime], dict[str, Any]]
    url_name: str = ""
    link: str | Promise = ""


def _talk(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """The messages without the notices: what they tell stands in the course of the matter."""
    shown = messages.section_for(by, matter, now)
    return shown | {"thread": [item for item in shown["thread"] if not item["message"].activity]}


CONTACT = Section(
    "contact", gettext_lazy("How the need came in"), "contacts/section.html", contacts.section_for
)
APPOINTMENTS = Section(
    "appointments", gettext_lazy("Appointments"), "booking/section.html", booking.section_for
)
MESSAGES = Section(
    "messages",
    gettext_lazy("Messages"),
    "messages/section.html",
    _talk,
    "messages:thread",
    gettext_lazy("Read and write messages"),
)


def contexts(sections: Iterable[Section], by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What all the sections draw, in one context."""
    joined: dict[str, Any] = {}
    for section in sections:
        joined |= section.context(by, matter, now)
    return joined
