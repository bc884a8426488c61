"""Asks a table. Missing is unknown: a row that hangs on it may match, and is never taken not to.

A table is decided when the missing inputs cannot change the answer: when every row that may still match
says the same, and one of them surely does. Otherwise the result names the inputs to ask for.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from kehra.library.decisions.values import (
    Cell,
    Column,
    Decision,
    DecisionError,
    FiredRow,
    HitPolicy,
    Problem,
    Rule,
    Status,
    Table,
    Test,
    Type,
    Value,
)


class _Truth(Enum):
    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


def evaluate(table: Table, inputs: Mapping[str, object]) -> Decision:
    """What `table` says on `inputs`, by the names of its columns; others are left aside.

    An absent input and None are missing. Raises DecisionError when a value is of the wrong type or not
    among the allowed ones, and when two rows of a UNIQUE table match.
    """
    values = _values(table, inputs)
    surely, perhaps = _matching(table, values)
    if not surely and not perhaps:
        return _result(table, values, Status.NO_ROW)
    answers = {rule.outputs for rule in (*surely, *perhaps)}
    if not surely or len(answers) > 1:
        return _result(table, values, Status.UNDECIDED, missing=_wanted(table, perhaps, values))
    return _result(table, values, Status.DECIDED, fired=surely)


def _matching(table: Table, values: Mapping[str, Value | None]) -> tuple[list[Rule], list[Rule]]:
    """The rows that surely match and those that may, among the rows that can still answer."""
    surely, perhaps = [], []
    for rule in table.rules:
        truth = _row(rule, table.inputs, values)
        if truth is _Truth.UNKNOWN:
            perhaps.append(rule)
        if truth is _Truth.TRUE:
            surely.append(rule)
            if table.hit_policy is HitPolicy.FIRST:
                break  # The rows below cannot answer, whatever is missing.
    if table.hit_policy is HitPolicy.UNIQUE and len(surely) > 1:
        rows = " and ".join(str(rule.number) for rule in surely)
        fault = f"rows {rows} match at once, and the hit policy is UNIQUE"
        raise DecisionError([Problem(f"The table {table.id}", fault, "Make the rows exclude each other.")])
    return surely, perhaps


def _row(rule: Rule, columns: tuple[Column, ...], values: Mapping[str, Value | None]) -> _Truth:
    truths = (_cell(cell, values[column.name]) for cell, column in zip(rule.cells, columns, strict=True))
    return min(truths, key=lambda truth: truth.value)


def _cell(cell: Cell, value: Value | None) -> _Truth:
    if not cell.tests:
        return _Truth.TRUE
    if value is None:
        return _Truth.UNKNOWN
    return _Truth.TRUE if any(_holds(test, value) for test in cell.tests) != cell.negated else _Truth.FALSE


def _holds(test: Test, value: Value) -> bool:
    above = test.low is None or test.low < value or (test.low_closed and test.low == value)  # type: ignore[operator]
    below = test.high is None or value < test.high or (test.high_closed and test.high == value)  # type: ignore[operator]
    return above and below


def _wanted(table: Table, perhaps: list[Rule], values: Mapping[str, Value | None]) -> tuple[str, ...]:
    """The missing inputs on which a row that may match hangs, in the order of the columns."""
    return tuple(
        column.name
        for number, column in enumerate(table.inputs)
        if values[column.name] is None and any(rule.cells[number].tests for rule in perhaps)
    )


def _result(
    table: Table,
    values: Mapping[str, Value | None],
    status: Status,
    *,
    fired: list[Rule] | None = None,
    missing: tuple[str, ...] = (),
) -> Decision:
    rules = fired or []
    names = [column.name for column in table.outputs]
    return Decision(
        table_id=table.id,
        table_version=table.version,
        status=status,
        outputs=dict(zip(names, rules[0].outputs, strict=True)) if rules else {},
        fired=tuple(FiredRow(rule.id, rule.number, rule.annotations) for rule in rules),
        missing=missing,
        inputs=dict(values),
    )


def _values(table: Table, inputs: Mapping[str, object]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    problems = []
    for column in table.inputs:
        given = inputs.get(column.name)
        value = _typed(given, column.type)
        if given is not None and value is None:
            fault = f"{given!r} is not a {column.type}"
            problems.append(Problem(f"Input “{column.name}”", fault, f"Give a {column.type}, or nothing."))
        elif value is not None and column.allowed and value not in column.allowed:
            choices = ", ".join(map(str, column.allowed))
            fault = f"{value!r} is not an allowed value"
            problems.append(Problem(f"Input “{column.name}”", fault, f"Give one of: {choices}."))
        values[column.name] = value
    if problems:
        raise DecisionError(problems)
    return values


def _typed(given: object, wanted: Type) -> Value | None:
    """The value if it is of the type, else nothing; whole numbers count as numbers, truth values do not."""
    if wanted is Type.BOOLEAN:
        return given if isinstance(given, bool) else None
    if wanted is Type.STRING:
        return given if isinstance(given, str) else None
    if wanted is Type.DATE:
        return given if isinstance(given, date) and not isinstance(given, datetime) else None
    if isinstance(given, int) and not isinstance(given, bool):
        return Decimal(given)
    return given if isinstance(given, Decimal) and given.is_finite() else None
