"""The free times for a matter, in the order in which they are good for the resident: their own worker's
first, then those of professionals whom they have met, then the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.organisations.models import Site
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import COMING, Appointment, State, not_taken
from kehra.serve.booking.models.times import FreeTime, FreeTimeQuerySet, Manner
from kehra.serve.booking.rules import MET, OTHER, OWN, Known
from kehra.serve.matters.models.matter import Matter

AT_ONCE = 150  # times on a page, before it stops at the end of a day
REMOTE = "remote"


@dataclass(frozen=True)
class Row:
    """The times of one professional at one place on one day."""

    name: str
    profession: str
    place: str
    times: list[FreeTime]


@dataclass(frozen=True)
class Day:
    day: date
    rows: list[Row]


@dataclass
class Timetable:
    """What the page shows: days for each rank (`rules.OWN`, MET, OTHER), and the day from which the
    later times are, if there are more."""

    own: list[Day] = field(default_factory=list)
    met: list[Day] = field(default_factory=list)
    other: list[Day] = field(default_factory=list)
    later_from: date | None = None

    @property
    def empty(self) -> bool:
        return not (self.own or self.met or self.other)


def timetable(times: FreeTimeQuerySet, matter: Matter, *, start: date, now: datetime) -> Timetable:
    """The times among `times` (see `choosable`) that are free from the day `start` on: at most AT_ONCE,
    and then to the end of the day. Four queries, however many there are."""
    free = (
        not_taken(times, now)
        .filter(period__startswith__gte=helsinki.start_of_day(start))
        .select_related("professional", "booking_list__site", "booking_list__unit")
        .order_by("period__startswith", "professional__family_name", "pk")
    )
    found = list(free[: AT_ONCE + 1])
    table = Timetable()
    if len(found) > AT_ONCE:
        last = helsinki.today(found[-1].starts_at)
        whole = [time for time in found if helsinki.today(time.starts_at) < last]
        # A day that is longer than the page is shown alone, as far as the page reaches.
        table.later_from = last if whole else last + timedelta(days=1)
        found = whole or found
    known = known_to(matter)
    professions = profession_names(time.professional.profession for time in found)
    by_rank: dict[int, list[FreeTime]] = {OWN: [], MET: [], OTHER: []}
    for time in found:
        by_rank[known.rank(time.professional_id)].append(time)
    table.own, table.met, table.other = (_days(by_rank[rank], professions) for rank in (OWN, MET, OTHER))
    return table


def known_to(matter: Matter) -> Known:
    """The resident's own worker in the matter, and whom they have met."""
    visits = Appointment.objects.filter(resident=matter.resident_id, state__in=[State.DONE, *COMING])
    return Known(matter.responsible_id, set(visits.values_list("professional", flat=True)))


def profession_names(professions: Iterable[str]) -> dict[str, str]:
    """The professions in words, by code; one query."""
    codes = Code.objects.filter(system__uri="profession", code__in=set(professions)).order_by("valid_from")
    return {code.code: localised(code.names) for code in codes}


def sites_of(times: FreeTimeQuerySet) -> list[Site]:
    """The sites where the times are, for choosing one of them."""
    on_site = times.filter(manner=Manner.ON_SITE).values("booking_list__site")
    return list(Site.objects.filter(pk__in=on_site).select_related("municipality").order_by("pk"))


def at_place(times: FreeTimeQuerySet, place: str) -> FreeTimeQuerySet:
    """Those at a site (its id), remote ones ("remote"), or all for anything else."""
    if place == REMOTE:
        return times.exclude(manner=Manner.ON_SITE)
    if place.isdecimal() and len(place) < 10:
        return times.filter(manner=Manner.ON_SITE, booking_list__site=int(place))
    return times


def place_of(time: FreeTime) -> str:
    """Where or how a free time is, in words."""
    if time.remote or time.booking_list.site is None:
        return str(Manner(time.manner).label)
    return localised(time.booking_list.site.names)


def _days(times: list[FreeTime], professions: dict[str, str]) -> list[Day]:
    return [
        Day(day, _rows(list(of_day), professions))
        for day, of_day in groupby(times, lambda time: helsinki.today(time.starts_at))
    ]


def _rows(times: list[FreeTime], professions: dict[str, str]) -> list[Row]:
    rows: dict[tuple[int, str], Row] = {}
    for time in times:
        place = place_of(time)
        key = (time.professional_id, place)
        if key not in rows:
            worker = time.professional
            rows[key] = Row(worker.name, professions.get(worker.profession, ""), place, [])
        rows[key].times.append(time)
    return list(rows.values())
