"""What each app shows of a matter on its page, for staff and residents alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kehra.kernel.access.actors import Actor
from kehra.serve.assessments.views import reading as assessments
from kehra.serve.booking.views import section as booking
from kehra.serve.contacts.views import section as contacts
from kehra.serve.corrections.views import reading as corrections
from kehra.serve.interpreting import views as interpreting
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import views as messages
from kehra.serve.reach.views import ways as reach
from kehra.serve.records import views as records


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
    is_empty: Callable[[dict[str, Any]], bool] = lambda _context: False  # then it is left out


def _talk(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """The messages without the notices: what they tell stands in the course of the matter."""
    shown = messages.section_for(by, matter, now)
    return shown | {"thread": [item for item in shown["thread"] if not item["message"].activity]}


CONTACT = Section(
    "contact",
    gettext_lazy("How the need came in"),
    "contacts/section.html",
    contacts.section_for,
    is_empty=lambda shown: not any(shown["came_in"][name] for name in ("contact", "call", "may_identify")),
)
ASSESSMENT = Section(
    "assessment",
    gettext_lazy("Assessment of need"),
    "assessments/section.html",
    assessments.section_for,
    "assessments:page",
    gettext_lazy("Open the assessment"),
)
APPOINTMENTS = Section(
    "appointments", gettext_lazy("Appointments"), "booking/section.html", booking.section_for
)
INTERPRETING = Section(
    "interpreting",
    gettext_lazy("Interpreting"),
    "interpreting/section.html",
    interpreting.section_for,
    is_empty=lambda shown: not shown["interpreting"],
)
CORRECTIONS = Section(
    "corrections",
    gettext_lazy("Corrections"),
    "corrections/section.html",
    corrections.section_for,
    is_empty=lambda shown: not shown["corrections"],
)
REACH = Section(
    "reach",
    gettext_lazy("Reaching the resident"),
    "reach/section.html",
    reach.section_for,
    is_empty=lambda shown: shown["reach"] is None,
)
MESSAGES = Section(
    "messages",
    gettext_lazy("Messages"),
    "messages/section.html",
    _talk,
    "messages:thread",
    gettext_lazy("Read and write messages"),
)
RECORDS = Section(
    "records",
    gettext_lazy("Other systems"),
    "records/section.html",
    records.section_for,
    is_empty=records.is_empty,
)


def shown(sections: Iterable[Section], by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What all the sections draw, in one context, and under `sections` those that are not empty."""
    joined: dict[str, Any] = {"sections": []}
    for section in sections:
        context = section.context(by, matter, now)
        if not section.is_empty(context):
            joined |= context
            joined["sections"].append(section)
    return joined
