"""What is offered, where and by whom: open to everybody, signed in or not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_day_names
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.catalogue.models import EverydayNeed, Offering, Service
from kehra.kernel.organisations.models import Organisation, Site, Unit
from kehra.kernel.organisations.rules import DAYS
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import LimitRow

MOST_FOUND = 20


@public("the county's catalogue of services is public")
@require_GET
def services(request: Request) -> HttpResponse:
    """A search in one's own words, misspelt ones too; without words, everything there is."""
    words = request.GET.get("q", "").strip()[:200]
    today = helsinki.today(request.now)
    everything = Service.objects.on(today).select_related("county")
    if request.actor.county_id is not None:
        everything = everything.filter(county=request.actor.county_id)
    language = get_language() or "fi"
    found = (
        everything.search(words, language)[:MOST_FOUND] if words else everything.order_by("sector", "code")
    )
    shown = list(found)
    context = {
        "words": words,
        "found": shown,
        "places": _places(shown, today),
        "many_counties": request.actor.county_id is None,
    }
    return render(request, "site/services.html", context)


@public("the county's catalogue of services is public")
@require_GET
def service(request: Request, service_id: int) -> HttpResponse:
    """What a service is, what is promised of it, and who gives it where."""
    today = helsinki.today(request.now)
    shown = get_object_or_404(Service.objects.on(today).select_related("county"), pk=service_id)
    offerings = list(Offering.objects.shown(today).filter(service=shown))
    limits = LimitRow.objects.on(today).filter(groups__contains=[shown.limit_group], event="contact")
    context = {
        "service": shown,
        "offerings": [(one, hours_in_words(one.unit.opening_hours)) for one in offerings],
        "limits": limits.order_by("length", "pk") if shown.limit_group else [],
        "need": EverydayNeed.objects.filter(service=shown).first(),
        "form": OnceForm(),
    }
    return render(request, "site/service.html", context)


@public("the county's sites are public")
@require_GET
def site(request: Request, site_id: int) -> HttpResponse:
    """Everything offered under one roof, whoever produces it."""
    today = helsinki.today(request.now)
    place = get_object_or_404(Site.objects.on(today).select_related("municipality", "county"), pk=site_id)
    offered = Offering.objects.shown(today).filter(site=place)
    context = {"site": place, "producers": _by_producer(offered)}
    return render(request, "site/site.html", context)


@dataclass(frozen=True)
class UnitThere:
    """A unit at a site with what it offers and when it is open."""

    unit: Unit
    offerings: list[Offering]
    hours: list[tuple[str, str]]


def _by_producer(offered: QuerySet[Offering]) -> list[tuple[Organisation, list[UnitThere]]]:
    units: dict[int, UnitThere] = {}
    for offering in offered:
        unit = offering.unit
        there = units.setdefault(unit.pk, UnitThere(unit, [], hours_in_words(unit.opening_hours)))
        there.offerings.append(offering)
    producers: dict[int, tuple[Organisation, list[UnitThere]]] = {}
    for there in units.values():
        organisation = there.unit.organisation
        producers.setdefault(organisation.pk, (organisation, []))[1].append(there)
    return list(producers.values())


def _places(found: list[Service], today: date) -> dict[int, list[Offering]]:
    places: dict[int, list[Offering]] = {}
    for offering in Offering.objects.shown(today).filter(service__in=found):
        places.setdefault(offering.service_id, []).append(offering)
    return places


def hours_in_words(hours: Any) -> list[tuple[str, str]]:
    """Opening hours as ("Monday–Friday", "8–16"), days with the same hours together; closed days too."""
    names = get_day_names("wide", context="stand-alone", locale=get_language() or "fi")
    days = [_spans(hours.get(day, ())) for day in DAYS]
    grouped: list[tuple[int, int, str]] = []
    for number, spans in enumerate(days):
        if grouped and grouped[-1][2] == spans:
            grouped[-1] = (grouped[-1][0], number, spans)
        else:
            grouped.append((number, number, spans))
    return [
        (names[first] if first == last else f"{names[first]}–{names[last]}", spans)
        for first, last, spans in grouped
    ]


def _spans(spans: Any) -> str:
    if not spans:
        return _("closed")
    return ", ".join(f"{_short(start)}–{_short(end)}" for start, end in spans)


def _short(clock: str) -> str:
    """ "08:00" as "8", "16:30" as "16.30"."""
    hour, minute = clock.split(":")[:2]
    return str(int(hour)) if minute == "00" else f"{int(hour)}.{minute}"
