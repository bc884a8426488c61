"""When somebody reads what arrives."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from kehra.kernel.time import helsinki, working_days

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = Mapping[str, Sequence[Sequence[str]]]


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether `now` falls within the hours of its day in Helsinki. A public holiday keeps the
    hours of a Sunday."""
    local = helsinki.local(now)
    return any(start <= local.time() < end for start, end in _spans(hours, local.date()))


def opens_at(hours: Hours, now: datetime) -> datetime | None:
    """The next moment at which somebody begins to read, at most 14 days ahead."""
    today = helsinki.today(now)
    for offset in range(15):
        day = today + timedelta(days=offset)
        for start, _end in _spans(hours, day):
            moment = helsinki.at(day, start)
            if moment > now:
                return moment
    return None


def _spans(hours: Hours, day: date) -> list[tuple[time, time]]:
    holiday = day.weekday() < 5 and not working_days.is_working_day(day)
    name = "sun" if holiday else DAYS[day.weekday()]
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours.get(name, ())]
