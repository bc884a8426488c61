"""Finnish wall-clock time, the two odd nights included.

Moments are stored and compared in UTC; people read and type Helsinki time. On the last Sunday of March
the hour from 03:00 to 04:00 does not exist, and on the last Sunday of October it passes twice. A time
that a person gives is therefore not always a moment: `at` says so instead of guessing. Moments leave this
module in UTC, because Python compares two Helsinki datetimes by the wall and not by the moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")


class NoSuchTime(ValueError):
    """The wall clock never shows this time on this day: the night when summer time begins."""


class TimeTwice(ValueError):
    """The wall clock shows this time twice on this day: the night when summer time ends."""


class Occurrence(StrEnum):
    """Which of its occurrences on the same day a wall-clock time is."""

    ONLY = "only"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class WallClock:
    """What a clock on a Finnish wall shows, and which time it shows it today."""

    day: date
    time: time
    occurrence: Occurrence


def local(moment: datetime) -> datetime:
    """The same moment in Helsinki time, for showing. A naive datetime is an error of the caller."""
    if moment.tzinfo is None:
        raise ValueError("A moment must know its zone; this one is naive.")
    return moment.astimezone(ZONE)


def today(now: datetime) -> date:
    """The date in Finland at the moment `now`."""
    return local(now).date()


def at(day: date, wall: time, occurrence: Occurrence = Occurrence.ONLY) -> datetime:
    """The moment, in UTC, when the clock shows `wall` on `day`.

    Raises NoSuchTime for the hour that is skipped in March. Raises TimeTwice in the doubled hour of
    October unless `occurrence` says FIRST or SECOND; elsewhere FIRST and SECOND mean the only one.
    """
    moments = _moments(day, wall)
    if not moments:
        raise NoSuchTime(f"{day} has no {wall:%H:%M}: summer time begins that night.")
    if len(moments) > 1 and occurrence is Occurrence.ONLY:
        raise TimeTwice(f"{day} has {wall:%H:%M} twice: summer time ends that night.")
    return moments[-1] if occurrence is Occurrence.SECOND else moments[0]


def start_of_day(day: date) -> datetime:
    """The moment, in UTC, when `day` begins in Finland."""
    return at(day, time.min)


def wall_clock(moment: datetime) -> WallClock:
    """What the wall shows at `moment`, telling the two rounds of the doubled hour apart."""
    shown = local(moment)
    day, wall = shown.date(), shown.time()
    if shown.replace(fold=1 - shown.fold).utcoffset() == shown.utcoffset():
        return WallClock(day, wall, Occurrence.ONLY)
    return WallClock(day, wall, Occurrence.SECOND if shown.fold else Occurrence.FIRST)


def times_of_day(day: date, first: time, last: time, step: timedelta) -> Iterator[datetime]:
    """The moments, in UTC, of a booking grid from `first` until before `last` (00:00: end of the day).

    Steps in real time: the grid leaves out the hour that does not exist and has the doubled hour twice.
    A `first` or `last` inside the missing hour means the moment when the clock jumps.
    """
    if step <= timedelta(0):
        raise ValueError("The step of a grid must be longer than nothing.")
    end = start_of_day(day + timedelta(days=1)) if last == time.min else _reached(day, last)[-1]
    moment = _reached(day, first)[0]
    while moment < end:
        yield moment
        moment += step


def _reached(day: date, wall: time) -> list[datetime]:
    """The moments when the clock has come to `wall`: the end of the gap if it falls in one."""
    moments = _moments(day, wall)
    while not moments:
        wall = (datetime.combine(day, wall) + timedelta(minutes=1)).time().replace(second=0, microsecond=0)
        moments = _moments(day, wall)
    return moments


def _moments(day: date, wall: time) -> list[datetime]:
    """Every moment, in UTC and in order, when the clock shows this: none, one or two."""
    tries = (datetime.combine(day, wall.replace(fold=fold), ZONE).astimezone(UTC) for fold in (0, 1))
    return sorted({moment for moment in tries if moment.astimezone(ZONE).time() == wall.replace(fold=0)})
