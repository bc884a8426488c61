"""Where each person may go from every page. Only what the person may do is shown; the pages still ask."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import WORKING_ROLES


def everyone(actor: Actor) -> bool:
    """Also those who have not signed in."""
    return True


def outsiders(actor: Actor) -> bool:
    """Residents, and those who have not signed in yet and may be residents."""
    return actor.kind in {"nobody", "resident"}


def residents(actor: Actor) -> bool:
    """Residents, for themselves or for another."""
    return actor.kind == "resident"


def workers(actor: Actor) -> bool:
    """Those who do a unit's or a partner's work with residents."""
    return actor.role in WORKING_ROLES


def care_workers(actor: Actor) -> bool:
    """Those whose unit serves residents; a partner's worker sees only what was shared."""
    return actor.role == "professional"


def officers(actor: Actor) -> bool:
    """The county's data protection officer."""
    return actor.role == "officer"


def keepers_of_lists(actor: Actor) -> bool:
    """Those who use the day list of their unit, and those who look after it."""
    return actor.role in {"professional", "manager"}


def record_keepers(actor: Actor) -> bool:
    """Those who keep the county's records of people right."""
    return actor.role == "records"


def managers(actor: Actor) -> bool:
    """Those who answer for a unit's work, or the county's."""
    return actor.role == "manager"


def staff_of_units(actor: Actor) -> bool:
    """Those who work with residents in a unit, and those who answer for its work."""
    return care_workers(actor) or managers(actor)


def visitors_of_the_demo(actor: Actor) -> bool:
    """Everyone, where what would have been sent is only shown."""
    return settings.DEMO


@dataclass(frozen=True)
class Item:
    """One link of the navigation."""

    label: str | Promise
    url_name: str
    shown_to: Callable[[Actor], bool]


# The first one that is shown to somebody at work is their first page.
NAVIGATION: tuple[Item, ...] = (
    Item(_("What to check"), "rights:officer", officers),
    Item(_("Personal data breaches"), "corrections:incidents", officers),
    Item(_("Times of keeping"), "retention:home", officers),
    Item(_("One person twice?"), "corrections:records", record_keepers),
    Item(_("Waiting and promises"), "waits:waits", managers),
    Item(_("Desk"), "tasks:desk", workers),
    Item(_("Open a matter"), "contacts:find", care_workers),
    Item(_("Calls to make"), "contacts:call_backs", care_workers),
    Item(_("Appointments"), "booking:day", workers),
    Item(_("Letters to print"), "reach:letters", care_workers),
    Item(_("Day list"), "day_lists:page", keepers_of_lists),
    Item(_("Who is away"), "absences:absences", staff_of_units),
    Item(_("What do you need?"), "contacts:new", residents),
    Item(_("Your appointments"), "booking:mine", residents),
    Item(_("How we reach you"), "reach:own", residents),
    Item(_("My rights"), "rights:rights", residents),
    Item(_("Emergency access"), "rights:emergency", care_workers),
    Item(_("Services"), "services", everyone),
)

# The first one that is shown to a person takes the words of the search field as `q`.
SEARCH: tuple[Item, ...] = (Item(_("Services"), "services", everyone),)

# The footer: the same for all.
ABOUT: tuple[Item, ...] = (
    Item(_("Help"), "help", everyone),
    Item(_("Accessibility statement"), "accessibility", everyone),
    Item(_("Privacy"), "privacy", everyone),
    Item(_("About this service"), "about", everyone),
    Item(_("What was sent"), "reach:sent", visitors_of_the_demo),
)
