"""How many wait, how long, which promises are about to break, and which were kept. Sums only: no person is
named, and the numbers of a municipality are not shown when they are small."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.organisations.models import County, Municipality, Unit
from kehra.kernel.time import helsinki
from kehra.measure.waits import rules
from kehra.measure.waits.permissions import READ, Waits, scope_of
from kehra.measure.waits.rules import Promises
from kehra.serve.day_lists.models import EnteredLater
from kehra.serve.matters.models.clock import Clock, Pause
from kehra.serve.matters.models.matter import Matter

MONTH, YEAR = timedelta(days=30), timedelta(days=365)


@dataclass
class Line:
    """The numbers of one unit or of one municipality."""

    name: str
    waiting: rules.Waiting = field(default_factory=lambda: rules.waiting({}))
    broken: int = 0
    this_week: int = 0
    month: Promises = field(default_factory=Promises)
    year: Promises = field(default_factory=Promises)
    month_hidden: bool = False
    year_hidden: bool = False


@asks(READ)
@require_GET
def waits(request: Request) -> HttpResponse:
    """The page of a unit's manager, or of the county's."""
    by, now = request.actor, request.now
    scope = scope_of(by)
    require(by, READ, scope, now=now)
    today = helsinki.today(now)
    waiting = list(_waiting(scope, today))
    units = _by_unit(scope, waiting, today)
    municipalities = _by_municipality(scope, today)
    total = _total(scope, units, waiting, today)
    context = {
        "of_county": scope.unit_id is None,
        "total": total,
        "units": sorted(units.values(), key=lambda line: (-line.broken, -line.this_week, line.name)),
        "municipalities": municipalities,
        "entered_later": _entered_later(scope, now),
        "finding": _finding(municipalities),
        "bars": [
            {"label": line.name, "value": None if line.year_hidden else line.year.share}
            for line in sorted(municipalities, key=lambda line: (line.year.share or 0, line.name))
            if line.year.judged
        ],
        "today": today,
        "year_from": today - YEAR,
    }
    return render(request, "waits/waits.html", context)


def _by_unit(scope: Waits, waiting: list[tuple[int, date, int]], today: date) -> dict[int, Line]:
    """The line of each unit in which somebody waits or a promise was judged within a year. Three queries."""
    by_days: dict[int, dict[int, int]] = defaultdict(dict)
    for unit_id, since, number in waiting:
        by_days[unit_id][(today - since).days] = number
    due = {row["matter__unit"]: row for row in _due(scope, today)}
    kept = {row["matter__unit"]: row for row in _judged(scope, today, "matter__unit")}
    names = Unit.objects.in_bulk({*by_days, *due, *kept})
    return {
        unit_id: Line(
            str(unit),
            waiting=rules.waiting(by_days.get(unit_id, {})),
            broken=due.get(unit_id, {}).get("broken", 0),
            this_week=due.get(unit_id, {}).get("this_week", 0),
            month=_promises(kept.get(unit_id), "_month"),
            year=_promises(kept.get(unit_id), "_year"),
        )
        for unit_id, unit in names.items()
    }


def _by_municipality(scope: Waits, today: date) -> list[Line]:
    """The promises to the residents of each municipality, the small numbers marked. Two queries."""
    place = "matter__resident__municipality"
    rows = {row[place]: row for row in _judged(scope, today, place)}
    names = Municipality.objects.in_bulk([code for code in rows if code])
    lines = {
        code: Line(
            str(names[code]) if code else _("Not known"),
            month=_promises(row, "_month"),
            year=_promises(row, "_year"),
        )
        for code, row in rows.items()
    }
    for code in rules.withheld({code: line.month.judged for code, line in lines.items()}):
        lines[code].month_hidden = True
    for code in rules.withheld({code: line.year.judged for code, line in lines.items()}):
        lines[code].year_hidden = True
    return sorted(lines.values(), key=lambda line: line.name)


def _total(scope: Waits, units: dict[int, Line], waiting: list[tuple[int, date, int]], today: date) -> Line:
    """All units of the scope together. One query."""
    by_days: dict[int, int] = defaultdict(int)
    for _unit, since, number in waiting:
        by_days[(today - since).days] += number
    lines = units.values()
    return Line(
        str(_answered_for(scope)),
        waiting=rules.waiting(by_days),
        broken=sum(line.broken for line in lines),
        this_week=sum(line.this_week for line in lines),
        month=sum((line.month for line in lines), Promises()),
        year=sum((line.year for line in lines), Promises()),
    )


def _answered_for(scope: Waits) -> County | Unit:
    if scope.unit_id is None:
        return County.objects.get(pk=scope.county_id)
    return Unit.objects.get(pk=scope.unit_id)


def _waiting(scope: Waits, today: date) -> Iterable[tuple[int, date, int]]:
    """How many open matters of each unit wait since each day. A promise that begins tomorrow, because nobody
    reads before, is no waiting yet."""
    running = Clock.objects.filter(matter=OuterRef("pk"), stopped_on__isnull=True, started_on__lte=today)
    since = Subquery(running.order_by("started_on").values("started_on")[:1])
    return (
        Matter.objects.filter(_within(scope), closed_at__isnull=True)
        .annotate(since=since)
        .filter(since__isnull=False)
        .order_by()
        .values_list("unit", "since")
        .annotate(number=Count("pk"))
    )


def _due(scope: Waits, today: date) -> Iterable[Any]:
    """The running promises of each unit that are broken, or break by Sunday; a paused one cannot break."""
    sunday = today + timedelta(days=6 - today.weekday())
    paused = Pause.objects.filter(days__upper_inf=True).values("clock")
    return (
        Clock.objects.filter(_within(scope, "matter__"), stopped_on__isnull=True, promised_on__lte=sunday)
        .exclude(pk__in=paused)
        .order_by()
        .values("matter__unit")
        .annotate(
            broken=Count("pk", filter=Q(promised_on__lt=today)),
            this_week=Count("pk", filter=Q(promised_on__gte=today)),
        )
    )


def _judged(scope: Waits, today: date, by: str) -> Iterable[Any]:
    """The promises of the last year that were answered, kept or not, grouped `by`."""
    month = Q(stopped_on__gt=today - MONTH)
    return (
        Clock.objects.filter(_within(scope, "matter__"), stopped_on__gt=today - YEAR, stopped_on__lte=today)
        .order_by()
        .values(by)
        .annotate(
            judged_year=Count("pk"),
            kept_year=Count("pk", filter=Q(kept=True)),
            judged_month=Count("pk", filter=month),
            kept_month=Count("pk", filter=month & Q(kept=True)),
        )
    )


def _entered_later(scope: Waits, now: datetime) -> int:
    """How many of the last month's visits were entered afterwards, with their true times. One query."""
    visits = EnteredLater.objects.filter(thing=EnteredLater.Thing.VISIT, happened_at__gt=now - MONTH)
    return visits.filter(_within(scope, "matter__")).count()


def _promises(row: dict[str, Any] | None, period: str) -> Promises:
    return Promises(row[f"kept{period}"], row[f"judged{period}"]) if row else Promises()


def _within(scope: Waits, path: str = "") -> Q:
    """What is counted. A matter opened for the wrong person counts once, as that of the right one."""
    county = Q(**{f"{path}county": scope.county_id, f"{path}mistaken_at": None})
    return county if scope.unit_id is None else county & Q(**{f"{path}unit": scope.unit_id})


def _finding(municipalities: list[Line]) -> str:
    """What the chart says, in a sentence."""
    shown = [line for line in municipalities if line.year.judged and not line.year_hidden]
    if len(shown) < 2:
        return _("Promises kept by municipality")
    least = min(shown, key=lambda line: line.year.share or 0)
    if least.year.kept == least.year.judged:
        return _("Every promise was kept in every municipality that is shown")
    return _("Promises were kept least often in: %(name)s") % {"name": least.name}
