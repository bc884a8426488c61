"""Periods of whole days, half-open: the start is in, the end is the first day that is out.

Half-open periods follow each other without a gap and without a day in both, and their length is the
difference of their ends.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    """The days from `start` until before `end`; without an end it goes on."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"A period may not end ({self.end}) before it starts ({self.start}).")

    def contains(self, day: date) -> bool:
        """Whether `day` is one of the days."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day is in both. An empty period overlaps nothing."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        return not ends or start < min(ends)


def full_years(born: date, day: date) -> int:
    """Age in full years on `day`. Who was born on 29 February is a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
