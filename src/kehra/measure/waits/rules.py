"""Sums of waiting and of promises, and which of them are too small to show."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

LEAST = 5  # fewer people than this are not told of a municipality: neighbours could know them


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and for how many days: half of them at most `median`, nobody longer than `longest`."""

    number: int
    median: float | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Of `judged` promises `kept` were answered in time."""

    kept: int = 0
    judged: int = 0

    @property
    def share(self) -> float | None:
        """Per cent of the judged that were kept; None if none was judged."""
        return 100 * self.kept / self.judged if self.judged else None

    def __add__(self, other: "Promises") -> "Promises":
        return Promises(self.kept + other.kept, self.judged + other.judged)


def waiting(by_days: Mapping[int, int]) -> Waiting:
    """`by_days` says how many have waited each number of days."""
    number = sum(by_days.values())
    if not number:
        return Waiting(0, None, None)
    middle = (_day_of((number + 1) // 2, by_days) + _day_of(number // 2 + 1, by_days)) / 2
    return Waiting(number, middle, max(days for days, how_many in by_days.items() if how_many))


def withheld(counts: Mapping[Key, int], least: int = LEAST) -> frozenset[Key]:
    """Which of the counts must not be shown beside their sum: those under `least`, and if that is a single
    one, the smallest of the others too, for else the sum would tell it. None at all tells of nobody."""
    small = {key for key, count in counts.items() if 0 < count < least}
    if len(small) == 1:
        others = {key: count for key, count in counts.items() if count >= least}
        small |= set(sorted(others, key=lambda key: (others[key], str(key)))[:1])
    return frozenset(small)


def _day_of(place: int, by_days: Mapping[int, int]) -> int:
    """How long the one at this place has waited, when all stand in the order of their waiting."""
    for days in sorted(by_days):
        place -= by_days[days]
        if place <= 0:
            return days
    raise ValueError("There are fewer who wait than the place asked for.")
