"""Counts when a promise is due. Sources: the act 150/1930 on the calculation of statutory time limits
(the day of the event is not counted, 2 §; months end on the corresponding day, or the last day of a
shorter month, 3 §; a day off at the end, 5 §) and the acts named by each limit."""

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kehra.kernel.time.periods import Period
from kehra.kernel.time.working_days import add_working_days, end_of_time, is_working_day, working_days_between
from kehra.library.limits.values import Limit, Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DaysLeft:
    """Days until a promise is due, that day included; negative when it is late."""

    calendar: int
    working: int


def applicable(
    limits: Iterable[Limit],
    *,
    service_codes: Collection[str],
    age: int | None,
    event: str,
    on: date,
    circumstances: Collection[str] = (),
) -> list[Limit]:
    """The limits that an event on the day `on` starts: for each promise the one that is due first.

    `service_codes` are limit groups of the service, `age` the full years at the time of contact (Health
    Care Act 51 a §), or None when it is not known: then the shortest promise that may apply is given,
    for a person must not wait longer because nobody asked.
    """
    first: dict[str, Limit] = {}
    for limit in limits:
        if not (limit.event == event and limit.holds_on(on) and limit.allows_age(age)):
            continue
        if limit.groups.isdisjoint(service_codes) or limit.circumstance not in {"", *circumstances}:
            continue
        held = first.get(limit.promise)
        if held is None or due_on(limit, on) < due_on(held, on):
            first[limit.promise] = limit
    return sorted(first.values(), key=lambda limit: (due_on(limit, on), limit.code))


def begins_on(limit: Limit, day: date, read_on: date) -> date:
    """The day from which `limit` is counted when the event was on `day` and somebody of the unit first
    reads of it on `read_on`. A promise for the same day holds in office hours (Health Care Act 51 §): what
    arrives in the evening begins on the next day of work. Every other limit counts from the event."""
    return max(day, read_on) if limit.unit is Unit.SAME_DAY else day


def due_on(limit: Limit, start: date) -> date:
    """The last day on which the promise is kept in time, when the event was on the day `start`."""
    if limit.unit is Unit.SAME_DAY:
        return end_of_time(start)
    if limit.unit is Unit.WORKING_DAY:
        return add_working_days(start, limit.length)
    return _end(limit, _calendar_due(limit, start))


def moved_due(limit: Limit, start: date, pauses: Sequence[Period], today: date) -> date:
    """The due day when days of `pauses` are not counted.

    A pause that is still open counts until `today`, so that the due day moves with each day it lasts. A
    pause that begins after the due day no longer moves it. Beside this day the statutory one (`due_on`)
    stays visible.
    """
    closed = [Period(pause.start, pause.end or max(today, pause.start)) for pause in pauses]
    working = limit.unit in (Unit.SAME_DAY, Unit.WORKING_DAY)
    if limit.unit is Unit.SAME_DAY:
        return _count(1, end_of_time(start) - _DAY, closed, working)
    days = limit.length if working else (_calendar_due(limit, start) - start).days
    due = _count(days, start, closed, working)
    return due if working else _end(limit, due)


def days_left(due: date, today: date) -> DaysLeft:
    """How long there is until `due`; 0 on the day itself."""
    return DaysLeft(calendar=(due - today).days, working=working_days_between(today, due))


def _count(days: int, start: date, pauses: Sequence[Period], working: bool) -> date:
    """The day on which `days` days after `start` have passed, without the paused ones."""
    day = start
    while days > 0:
        day += _DAY
        if (not working or is_working_day(day)) and not any(pause.contains(day) for pause in pauses):
            days -= 1
    return day


def _end(limit: Limit, day: date) -> date:
    return end_of_time(day) if limit.ends_on_working_day else day


def _calendar_due(limit: Limit, start: date) -> date:
    if limit.unit is Unit.MONTH:
        return _add_months(start, limit.length)
    return start + timedelta(days=limit.length * (7 if limit.unit is Unit.WEEK else 1))


def _add_months(day: date, months: int) -> date:
    """The corresponding day, or the last day of a month that has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
