"""A decision table as values, and what it answers.

The tables are DMN 1.3 (a subset, refused by name beyond it) with one addition to its meaning: they are
three-valued. An input that nobody gave is unknown, and unknown is neither true nor false: a table that
fell to a default on a missing answer would tell a person in danger that there is no hurry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = bool | str | Decimal | date


class Type(StrEnum):
    """The types of a column."""

    BOOLEAN = "boolean"
    STRING = "string"
    NUMBER = "number"
    DATE = "date"


class HitPolicy(StrEnum):
    """Which matching row answers."""

    UNIQUE = "UNIQUE"
    """At most one row may match; two are an error of the table."""
    FIRST = "FIRST"
    """The topmost."""


@dataclass(frozen=True)
class Test:
    """One test of a cell: the value lies within the bounds, or equals one value (both bounds closed)."""

    low: Value | None = None
    high: Value | None = None
    low_closed: bool = True
    high_closed: bool = True

    __test__ = False  # Not a class of tests, whatever its name makes pytest think.


@dataclass(frozen=True)
class Cell:
    """The tests of one input cell, of which one must hold; none at all means `-`, anything."""

    text: str
    tests: tuple[Test, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Column:
    """An input or output: its name in the data, its type, and the values allowed (none: any)."""

    name: str
    label: str
    type: Type
    allowed: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One row. `number` counts from 1, as an editor of tables shows it."""

    id: str
    number: int
    cells: tuple[Cell, ...]
    outputs: tuple[Value, ...]
    annotations: Mapping[str, str]
    """Why, in words, by the name of the annotation column: a column for each language."""


@dataclass(frozen=True)
class Table:
    """A compiled decision table; `version` is the hash of the bytes that it was read from."""

    id: str
    name: str
    version: str
    hit_policy: HitPolicy
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]


class Status(StrEnum):
    """Whether the table had an answer."""

    DECIDED = "decided"
    UNDECIDED = "undecided"
    """Some input that matters was not given; `missing` names it."""
    NO_ROW = "no_row"
    """Everything was given and no row matches: the table has a gap."""


@dataclass(frozen=True)
class FiredRow:
    """A row that matched: enough to show a person why."""

    id: str
    number: int
    annotations: Mapping[str, str]
    """Why, in words, by the name of the annotation column: a column for each language."""

    @property
    def annotation(self) -> str:
        """The words of the first column."""
        return next(iter(self.annotations.values()), "")


@dataclass(frozen=True)
class Decision:
    """What a table answered, on what, and by which row; enough to be explained years later."""

    table_id: str
    table_version: str
    status: Status
    outputs: Mapping[str, Value] = field(default_factory=dict)
    fired: tuple[FiredRow, ...] = ()
    missing: tuple[str, ...] = ()
    inputs: Mapping[str, Value | None] = field(default_factory=dict)

    @property
    def decided(self) -> bool:
        """Whether `outputs` hold an answer."""
        return self.status is Status.DECIDED


@dataclass(frozen=True)
class Problem:
    """Something wrong with a table or its inputs: where it is, what it is, what to do."""

    place: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}. {self.remedy}"


class DecisionError(ValueError):
    """A table that cannot be read, or inputs that cannot be judged; `problems` says everything wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
