"""Working days and hours of the past, ready to be drawn from."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from random import Random

from kehra.kernel.time import helsinki, working_days

_OFFICE_OPENS = time(8, 5)
_OFFICE_MINUTES = 450  # 8.05 to 15.35: inside the hours of every unit
_MORNING, _LATEST_MINUTES = time(6, 30), 930  # people write from 6.30 to 22.00


class Days:
    """The days from `first` until before `today`."""

    def __init__(self, first: date, today: date) -> None:
        self.first, self.today = first, today
        self.working = [
            first + timedelta(days=number)
            for number in range((today - first).days)
            if working_days.is_working_day(first + timedelta(days=number))
        ]
        self._starts: dict[tuple[date, time], datetime] = {}

    def part(self, number: int, of: int) -> "Days":
        """One of as many stretches (the first is 0), of about as many working days each; one day at least."""
        edges = [len(self.working) * one // of for one in (number, number + 1)]
        first = self.first if number == 0 else self.working[min(edges[0], len(self.working) - 1)]
        after = self.working[edges[1]] if edges[1] < len(self.working) else self.today
        return Days(first, max(after, first + timedelta(days=1)))

    def draw(self, rng: Random, *, weekends: bool) -> date:
        """A working day of the past, or sometimes another day if `weekends`."""
        if weekends and rng.random() < 0.08:
            return self.first + timedelta(days=rng.randrange((self.today - self.first).days))
        return rng.choice(self.working)

    def later(self, day: date, count: int) -> date | None:
        """The working day `count` days on (0: the day itself or the next one); None: not yet."""
        position = bisect_left(self.working, day) + count
        return self.working[position] if position < len(self.working) else None

    def ahead(self, day: date, count: int) -> int:
        """How many working days from today the day is that `later` would give; at least 1."""
        return bisect_left(self.working, day) + count - len(self.working) + 1

    def office(self, rng: Random, day: date) -> datetime:
        """A minute of office hours."""
        return self._start(day, _OFFICE_OPENS) + timedelta(minutes=rng.randrange(_OFFICE_MINUTES))

    def waking(self, rng: Random, day: date) -> datetime:
        """A minute when people are awake, most often by day."""
        minutes = int(rng.triangular(0, _LATEST_MINUTES, 180))
        return self._start(day, _MORNING) + timedelta(minutes=minutes)

    def _start(self, day: date, wall: time) -> datetime:
        if (day, wall) not in self._starts:
            self._starts[day, wall] = helsinki.at(day, wall)
        return self._starts[day, wall]
