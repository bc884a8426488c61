"""Which promises an event starts, and when they are due: by the same rows and the same counting as the
actions, remembered because thousands of matters ask the same."""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, datetime

from kehra.kernel.organisations import rules as opening
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki
from kehra.library.limits import counting
from kehra.library.limits.values import Limit
from kehra.library.operating_models.models import LimitRow


@dataclass(frozen=True)
class Promise:
    """A limit that an event starts: from which day and by which it must be kept."""

    limit: LimitRow
    started_on: date
    due_on: date


@dataclass
class Promises:
    """The limits that are in the database."""

    limits: list[LimitRow] = field(default_factory=lambda: list(LimitRow.objects.order_by("pk")))
    _values: dict[int, Limit] = field(default_factory=dict)
    _edges: list[int] = field(default_factory=list)
    _applicable: dict[tuple[str, str, int, date], list[LimitRow]] = field(default_factory=dict)
    _reads: dict[tuple[int, date, int], date] = field(default_factory=dict)
    _due: dict[tuple[int, date], date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._values = {row.pk: row.value() for row in self.limits}
        ages = {age for row in self.limits for age in (row.min_age, row.max_age) if age is not None}
        self._edges = sorted(ages)  # between two of them every age is promised the same

    def started(self, group: str, event: str, age: int, unit: Unit, at: datetime) -> list[Promise]:
        """What `Clock.objects.start_for` would start."""
        day = helsinki.today(at)
        read_on = self._read_on(unit, at, day)
        promises = []
        for limit in self._limits(group, event, age, day):
            start = counting.begins_on(self._values[limit.pk], day, read_on)
            promises.append(Promise(limit, start, self._due_on(limit, start)))
        return promises

    def _limits(self, group: str, event: str, age: int, day: date) -> list[LimitRow]:
        key = (group, event, bisect(self._edges, age), day)
        if key not in self._applicable:
            rows = {row.code: row for row in self.limits if row.event == event and row.valid_on(day)}
            values = [self._values[row.pk] for row in rows.values()]
            chosen = counting.applicable(values, service_codes=[group], age=age, event=event, on=day)
            self._applicable[key] = [rows[limit.code] for limit in chosen]
        return self._applicable[key]

    def _read_on(self, unit: Unit, at: datetime, day: date) -> date:
        minutes = helsinki.local(at)
        key = (unit.pk, day, minutes.hour * 60 + minutes.minute)
        if key not in self._reads:
            is_open = opening.is_open(unit.opening_hours, at)
            moment = at if is_open else opening.opens_at(unit.opening_hours, at)
            self._reads[key] = helsinki.today(moment or at)
        return self._reads[key]

    def _due_on(self, limit: LimitRow, start: date) -> date:
        key = (limit.pk, start)
        if key not in self._due:
            self._due[key] = counting.due_on(self._values[limit.pk], start)
        return self._due[key]
