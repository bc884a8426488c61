"""Finnish working days (arkipäivä): Monday to Friday, and no holiday.

A Saturday is no working day (arkilauantai), nor are Christmas Eve and Midsummer Eve. The day on which
something arrives is not counted: the first day of a time is the one after it. Sources: the act on the
calculation of statutory time limits 150/1930, sections 2 and 5; THL, "Lastensuojelun määräajat".
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether `day` counts as a working day in Finland."""
    return day.weekday() < _SATURDAY and not is_holiday(day)


def is_holiday(day: date) -> bool:
    """Whether `day` is a public holiday or one of the two eves, whatever day of the week it is."""
    return day in _holidays(day.year)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += _DAY
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself is not counted; 0 gives `day` back."""
    if count < 0:
        raise ValueError("Working days are counted forwards; the count may not be negative.")
    for _ in range(count):
        day = next_working_day(day)
    return day


@lru_cache(maxsize=4096)  # a list asks for the same few days in each row
def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + _DAY * n) for n in range(1, (end - start).days + 1))


def end_of_time(day: date) -> date:
    """The last day of a time that would end on `day`: itself or the next working day (150/1930, 5 §)."""
    return day if is_working_day(day) else next_working_day(day)


@lru_cache(maxsize=200)
def _holidays(year: int) -> frozenset[date]:
    """The public holidays of a year; the library counts the two eves among them (a test holds it to that)."""
    return frozenset(country_holidays("FI", years=year))
