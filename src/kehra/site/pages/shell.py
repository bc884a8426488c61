"""What surrounds every page: who I am and for whom I act, where I may go, which language I read."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import NOBODY, Actor
from kehra.kernel.accounts import sessions
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.site.navigation import ABOUT, NAVIGATION, SEARCH, Item

# Each language says its own name, so that one who reads only that language finds it.
LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    return {"shell": Shell(request)}


class Shell:
    """Read by `shell.html`; everything is worked out only when the page asks for it.

    Without a request (the page of a broken server) it is the shell of nobody.
    """

    languages = LANGUAGE_NAMES
    sign_in_url = settings.LOGIN_URL
    sign_out_url = "/sign-out/"

    def __init__(self, request: HttpRequest | None = None) -> None:
        self._request = request
        self.actor: Actor = getattr(request, "actor", NOBODY)

    @property
    def practice(self) -> bool:
        """Whether nobody here exists, which every page then says."""
        return bool(settings.PRACTICE)

    @property
    def language(self) -> str:
        """fi, sv or en."""
        return (get_language() or settings.LANGUAGE_CODE)[:2]

    @property
    def is_desk(self) -> bool:
        """Staff read denser pages than residents do."""
        return self.actor.kind == "professional"

    @property
    def signed_in(self) -> bool:
        """Somebody is known."""
        return self.actor.kind != "nobody"

    @property
    def can_change(self) -> bool:
        """Whether there was more than one role or person to choose from."""
        return self._request is not None and sessions.many(self._request.session)

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without use the session ends."""
        return sessions.idle_minutes(at_work=self.is_desk)

    @property
    def here(self) -> str:
        """The path of this page with its search words: where to come back after choosing a language."""
        return self._request.get_full_path() if self._request else "/"

    @cached_property
    def notices(self) -> list[Any]:
        """What the page before wanted to tell (django.contrib.messages)."""
        return list(get_messages(self._request)) if self._request else []

    @cached_property
    def emergencies(self) -> list[EmergencyAccess]:
        """The emergency accesses that this person holds open now; asked only of one who holds any."""
        if self._request is None or not any(one.startswith("emergency:") for one in self.actor.holders):
            return []
        now = self._request.now  # type: ignore[attr-defined]
        mine = EmergencyAccess.objects.filter(
            professional=self.actor.professional_id, unit=self.actor.unit_id
        )
        return list(mine.filter(opened_at__lte=now, ends_at__gt=now).order_by("ends_at"))

    @cached_property
    def navigation(self) -> list[dict[str, Any]]:
        """The links this person may follow; the current one knows that it is."""
        return self._links(NAVIGATION)

    @cached_property
    def about(self) -> list[dict[str, Any]]:
        """The links of the footer."""
        return self._links(ABOUT)

    @cached_property
    def county(self) -> str:
        """The county whose services these are; empty until it is known."""
        if self.actor.county_id is None:
            return ""
        return str(County.objects.only("names").get(pk=self.actor.county_id))

    @cached_property
    def role(self) -> str:
        """For whom or for which unit this person acts, in words."""
        if self.actor.unit_id is not None:
            return str(Unit.objects.only("names").get(pk=self.actor.unit_id))
        if self.actor.on_behalf_of_id is not None:
            acted_for = Resident.objects.only("given_names", "family_name").get(pk=self.actor.on_behalf_of_id)
            return _("acting for %(name)s") % {"name": acted_for.name}
        return _("acting for yourself") if self.actor.kind == "resident" else ""

    @cached_property
    def search_url(self) -> str:
        """Where the search of this person is; empty if there is none."""
        return next((link["url"] for link in self._links(SEARCH)), "")

    def _links(self, items: tuple[Item, ...]) -> list[dict[str, Any]]:
        path = self._request.path if self._request else ""
        shown = [item for item in items if item.shown_to(self.actor)]
        urls = {item.url_name: reverse(item.url_name) for item in shown}
        return [
            {"label": item.label, "url": urls[item.url_name], "current": urls[item.url_name] == path}
            for item in shown
        ]
