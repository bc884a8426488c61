"""Sums of rights: how far back, how long, how old."""

from datetime import date, datetime, timedelta

from kehra.kernel.time import helsinki

FEWEST_WORDS = 3  # of a reason that another person can judge


def months_before(now: datetime, months: int) -> datetime:
    """The beginning of the day, in Helsinki, that many months ago; the last day of a shorter month."""
    today = helsinki.today(now)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return helsinki.start_of_day(min(first + timedelta(days=today.day - 1), last))


def says_enough(reason: str) -> bool:
    """Whether a reason has at least some words: a key pressed at random is no reason."""
    return len([word for word in reason.split() if len(word) > 1]) >= FEWEST_WORDS
