"""When somebody reads what arrives."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from kehra.kernel.time import helsinki, working_days

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = Mapping[str, Sequence[Sequence[str]]]
_MINUTE = timedelta(minutes=1)


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether `now` falls within the hours of its day in Helsinki. A public holiday keeps the
    hours of a Sunday. Hours are "08:00" to "16:00"; "24:00" is the end of the day, and what goes on
    past midnight is two spans."""
    local = helsinki.local(now)
    wall = local.hour * 60 + local.minute
    spans = _spans(hours, local.date())
    return any(_minutes(start) <= wall < _minutes(end) for start, end in spans)


def opens_at(hours: Hours, now: datetime) -> datetime | None:
    """The next moment at which somebody begins to read, at most 14 days ahead."""
    today = helsinki.today(now)
    for offset in range(15):
        day = today + timedelta(days=offset)
        moments = (_moment(day, start) for start, _end in _spans(hours, day))
        ahead = [moment for moment in moments if moment > now]
        if ahead:
            return min(ahead)
    return None


def _moment(day: date, start: str) -> datetime:
    """The first moment at which the clock has come to `start`: on the night of March when it never
    shows it, the moment when the clock jumps."""
    return next(helsinki.times_of_day(day, time.fromisoformat(start), time.min, _MINUTE))


def _minutes(wall: str) -> int:
    """Minutes from midnight by the clock on the wall."""
    hour, minute = wall.split(":")[:2]
    return int(hour) * 60 + int(minute)


def _spans(hours: Hours, day: date) -> list[tuple[str, str]]:
    name = "sun" if working_days.is_holiday(day) else DAYS[day.weekday()]
    return [(start, end) for start, end in hours.get(name, ())]
