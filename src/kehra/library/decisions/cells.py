"""Reads what stands in a cell: S-FEEL unary tests and literals.

A cell is `-`, or tests with commas between them, or `not(…)` around them. A test is a literal (`"text"`,
`true`, `12.5`, `date("2025-01-31")`), a comparison (`< 5`, `>= date("…")`) or an interval (`[1..5]`,
`(1..5]`, `]1..5[`). Anything else is refused with a CellError that says what was met.
"""

import re
from datetime import date
from decimal import Decimal

from kehra.library.decisions.values import Cell, Column, Test, Type, Value

MAX_LENGTH = 1000  # Characters in a cell; a longer one is no table that a person reads.

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"[^"\\]*")
      | (?P<date>date\(\s*"(?P<day>\d{4}-\d{2}-\d{2})"\s*\))
      | (?P<number>-?\d{1,18}(?:\.\d{1,9})?(?![\d\w]))
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign><=|>=|\.\.|[<>\[\](),-])
    )""",
    re.VERBOSE,
)
_END = ("end", "")


class CellError(ValueError):
    """What a cell holds that cannot be read, and what to write instead."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.remedy = remedy


def read_tests(text: str, column: Column) -> Cell:
    """The input cell `text` of `column`, compiled."""
    tokens = _Tokens(text)
    if tokens.take("-"):
        tokens.finish()
        return Cell(text.strip())
    negated = tokens.take("not")
    if negated:
        tokens.expect("(")
    tests = [_test(tokens, column)]
    while tokens.take(","):
        tests.append(_test(tokens, column))
    if negated:
        tokens.expect(")")
    tokens.finish()
    return Cell(text.strip(), tuple(tests), negated)


def read_literal(text: str, column: Column) -> Value:
    """The output cell `text` of `column`: exactly one literal."""
    tokens = _Tokens(text)
    value = _literal(tokens, column)
    tokens.finish()
    return value


def read_literals(text: str, column: Column) -> tuple[Value, ...]:
    """The values that `column` allows: literals with commas between them."""
    tokens = _Tokens(text)
    values = [_literal(tokens, column)]
    while tokens.take(","):
        values.append(_literal(tokens, column))
    tokens.finish()
    return tuple(values)


class _Tokens:
    """The words and signs of a cell, taken one by one."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise CellError(
                f"the cell has {len(text)} characters", f"Use at most {MAX_LENGTH}; split the row."
            )
        self.tokens = list(_split(text.strip()))
        self.place = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else _END

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.place += 1
        return token

    def take(self, word: str) -> bool:
        """Whether the next one is this sign or word; if so it is taken."""
        kind, text = self.peek()
        found = kind in ("sign", "word") and text == word
        self.place += found
        return found

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise CellError(f"“{word}” is missing before {_name(self.peek())}", f"Write “{word}” there.")

    def finish(self) -> None:
        if self.peek() != _END:
            raise CellError(
                f"{_name(self.peek())} comes after a complete entry", "Put a comma between tests."
            )


def _split(text: str) -> list[tuple[str, str]]:
    if not text:
        raise CellError("the cell is empty", "Write - for anything, or a value.")
    tokens, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise CellError(
                f"“{text[place : place + 20]}” cannot be read", 'Write texts in "quotation marks".'
            )
        kind = str(match.lastgroup if match.lastgroup != "day" else "date")
        tokens.append((kind, match["day"] or match[kind]))
        place = match.end()
    return tokens


def _test(tokens: _Tokens, column: Column) -> Test:
    for sign in ("<=", ">=", "<", ">"):
        if tokens.take(sign):
            _only_ordered(column, sign)
            bound = _literal(tokens, column)
            closed = sign.endswith("=")
            return Test(high=bound, high_closed=closed) if "<" in sign else Test(low=bound, low_closed=closed)
    kind, text = tokens.peek()
    if kind == "sign" and text in "[](":
        return _interval(tokens, column)
    value = _literal(tokens, column)
    return Test(low=value, high=value)


def _interval(tokens: _Tokens, column: Column) -> Test:
    _only_ordered(column, "an interval")
    low_closed = tokens.next()[1] == "["
    low = _literal(tokens, column)
    tokens.expect("..")
    high = _literal(tokens, column)
    kind, sign = tokens.next()
    if kind != "sign" or sign not in "])[":
        raise CellError("an interval does not end", "Close it with ] or ).")
    if not low < high:  # type: ignore[operator]
        raise CellError(f"the interval from {low} to {high} is empty", "Put the smaller bound first.")
    return Test(low, high, low_closed, high_closed=sign == "]")


def _literal(tokens: _Tokens, column: Column) -> Value:
    token = tokens.next()
    value = _value(token)
    if _type(value) is not column.type:
        raise CellError(
            f"{_name(token)} is a {_type(value)}, the column is of type {column.type}",
            "Change the value or the type of the column.",
        )
    if column.allowed and value not in column.allowed:
        choices = ", ".join(map(str, column.allowed))
        raise CellError(f"{_name(token)} is not among the allowed values", f"Use one of: {choices}.")
    return value


def _value(token: tuple[str, str]) -> Value:
    kind, text = token
    if kind == "string":
        return text[1:-1]
    if kind == "number":
        return Decimal(text)
    if kind == "word" and text in ("true", "false"):
        return text == "true"
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CellError(f"{text} is no date", "Write year-month-day of a day that exists.") from None
    raise CellError(f"{_name(token)} stands where a value should", 'Write texts in "quotation marks".')


def _type(value: Value) -> Type:
    if isinstance(value, bool):
        return Type.BOOLEAN
    if isinstance(value, str):
        return Type.STRING
    return Type.NUMBER if isinstance(value, Decimal) else Type.DATE


def _only_ordered(column: Column, sign: str) -> None:
    if column.type in (Type.STRING, Type.BOOLEAN):
        raise CellError(
            f"{sign} cannot compare a {column.type}", "List the values, with commas between them."
        )


def _name(token: tuple[str, str]) -> str:
    text = token[1].strip('"')
    return "the end of the cell" if token == _END else f"“{text}”"
