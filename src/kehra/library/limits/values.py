"""What a time limit of law is, as a value.

A limit says: when this *event* has happened to a person in these *circumstances* who seeks a service of
one of these *groups*, this *promise* must be kept within this time. The limits in force come from dated
rows (library/operating_models/data/limits.toml); no number of law is in code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kehra.kernel.time.periods import Period


class Unit(StrEnum):
    """How a limit is counted. The day of the event is never counted."""

    SAME_DAY = "same_day"
    """The same working day; an event on a day off has until the next working day."""
    WORKING_DAY = "working_day"
    DAY = "day"
    """Every day, days off too; a length of 0 means at once, whatever day it is."""
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Limit:
    """One dated version of one time limit."""

    code: str
    """The limit, the same in all its versions."""
    title: Mapping[str, str]
    """What is promised, in plain words, by language."""
    promise: str
    """What must have happened in time: contact, assessment, first_visit, treatment, decision …"""
    event: str
    """What starts it: contact, assessed, visit, referral, need_found, decision …"""
    length: int
    unit: Unit
    groups: frozenset[str]
    """The services it concerns, by their limit group."""
    ground: Mapping[str, str]
    """The act and section, by language."""
    source: str
    """The number of the act that gave this version, such as 848/2024."""
    valid_from: date
    valid_until: date | None = None
    """The first day on which this version no longer holds."""
    min_age: int | None = None
    """Full years at the time of contact, at least."""
    max_age: int | None = None
    """Full years at the time of contact, less than."""
    circumstance: str = ""
    """A fact about the person or the matter without which it does not apply; empty: none needed."""
    ends_on_working_day: bool = False
    """Whether a last day that is a day off moves to the next working day (150/1930, 5 §)."""
    certainty: str = "read"
    """"read" in the act itself, or "unverified"."""

    def __post_init__(self) -> None:
        shortest = 0 if self.unit in (Unit.SAME_DAY, Unit.DAY) else 1
        if self.length < shortest:
            raise ValueError(f"The limit {self.code} needs a length of at least {shortest} {self.unit}.")

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on `day`."""
        return Period(self.valid_from, self.valid_until).contains(day)

    def allows_age(self, age: int | None) -> bool:
        """Whether it may concern a person of this age; an unknown age excludes nothing."""
        if age is None:
            return True
        return (self.min_age is None or self.min_age <= age) and (self.max_age is None or age < self.max_age)
