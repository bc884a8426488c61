from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.library.decisions.evaluator import evaluate
from kehra.library.decisions.reader import read
from kehra.library.decisions.tests.tables import table
from kehra.library.decisions.values import Decision, DecisionError, Status, Table

INPUTS = [("pain", "boolean"), ("breath", "boolean"), ("days", "number")]
URGENCY = read(
    table(
        INPUTS,
        [("urgency", "string")],
        [
            ["true", "-", "-", '"emergency"', "Pain in the chest"],
            ["-", "true", "-", '"emergency"', "Short of breath"],
            ["-", "-", "> 7", '"urgent"', "More than a week"],
            ["-", "-", "<= 7", '"calm"', "A week or less"],
        ],
    )
)


def ask(**inputs: object) -> Decision:
    return evaluate(URGENCY, inputs)


@pytest.mark.parametrize(
    ("inputs", "urgency", "row"),
    [
        ({"pain": True}, "emergency", 1),
        ({"breath": True}, "emergency", 2),
        ({"pain": False, "breath": True}, "emergency", 2),
        ({"pain": False, "breath": False, "days": 8}, "urgent", 3),
        ({"pain": False, "breath": False, "days": 7}, "calm", 4),
    ],
)
def test_a_table_is_decided_when_what_is_missing_cannot_matter(
    inputs: dict[str, object], urgency: str, row: int
) -> None:
    decision = ask(**inputs)
    assert decision.outputs == {"urgency": urgency}
    assert [fired.number for fired in decision.fired] == [row]
    assert decision.fired[0].annotations == URGENCY.rules[row - 1].annotations
    assert decision.fired[0].annotation


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [
        ({}, ("pain", "breath", "days")),
        ({"days": 3}, ("pain", "breath")),
        ({"pain": False, "days": 3}, ("breath",)),
        ({"pain": None, "breath": False, "days": 8}, ("pain",)),
        ({"pain": False, "breath": False}, ("days",)),
    ],
)
def test_unknown_is_never_false(inputs: dict[str, object], missing: tuple[str, ...]) -> None:
    decision = ask(**inputs)
    assert decision.status is Status.UNDECIDED
    assert decision.missing == missing
    assert decision.outputs == {}
    assert decision.fired == ()


def test_a_decision_carries_what_explains_it() -> None:
    decision = ask(pain=True, other="not of this table")
    assert (decision.table_id, decision.table_version) == (URGENCY.id, URGENCY.version)
    assert decision.inputs == {"pain": True, "breath": None, "days": None}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"pain": "true"}, "'true' is not a boolean"),
        ({"pain": 1}, "1 is not a boolean"),
        ({"days": True}, "True is not a number"),
        ({"days": 1.5}, "1.5 is not a number"),
        ({"days": Decimal("NaN")}, "is not a number"),
        ({"days": "5"}, "'5' is not a number"),
    ],
)
def test_a_wrong_type_is_an_error_and_not_a_miss(inputs: dict[str, object], message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        ask(**inputs)


def test_a_moment_is_no_date_and_an_unknown_word_no_value() -> None:
    day = read(table([("day", "date")], [("a", "string")], [["-", '"b"']]))
    assert evaluate(day, {"day": date(2026, 1, 1)}).decided
    with pytest.raises(DecisionError, match="is not a date"):
        evaluate(day, {"day": datetime(2026, 1, 1)})  # noqa: DTZ001
    word = read(table([("w", "string")], [("a", "string")], [["-", '"b"']], allowed='"x", "y"'))
    with pytest.raises(DecisionError, match="Give one of: x, y"):
        evaluate(word, {"w": "z"})


def test_a_gap_in_a_table_is_told_and_not_filled() -> None:
    gap = read(table([("x", "number")], [("a", "string")], [["1", '"one"']]))
    assert evaluate(gap, {"x": 2}).status is Status.NO_ROW


def unique(rows: list[list[str]]) -> Table:
    return read(table([("x", "number"), ("y", "number")], [("a", "string")], rows, policy="UNIQUE"))


def test_a_unique_table_that_matches_twice_is_broken() -> None:
    with pytest.raises(DecisionError, match="rows 1 and 2 match at once"):
        evaluate(unique([["> 1", "-", '"a"'], ["> 2", "-", '"a"']]), {"x": 3, "y": 0})


def test_a_unique_table_waits_for_a_row_that_may_still_match() -> None:
    rows = [["> 1", "-", '"a"'], ["-", "> 2", '"b"']]
    assert evaluate(unique(rows), {"x": 3}).missing == ("y",)
    assert evaluate(unique([*rows[:1], ["-", "> 2", '"a"']]), {"x": 3}).outputs == {"a": "a"}


partial = st.fixed_dictionaries(
    {}, optional={"pain": st.booleans(), "breath": st.booleans(), "days": st.integers(0, 20)}
)
complete = st.fixed_dictionaries({"pain": st.booleans(), "breath": st.booleans(), "days": st.integers(0, 20)})


@given(partial, complete)
def test_what_is_decided_stays_decided_whatever_else_is_answered(
    known: dict[str, object], rest: dict[str, object]
) -> None:
    early = ask(**known)
    late = ask(**{**rest, **known})
    assert late.decided
    if early.decided:
        assert early.outputs == late.outputs
    else:
        assert set(early.missing) <= {name for name, _ in INPUTS} - set(known)
        assert early.missing


@given(partial)
def test_a_row_never_fires_on_a_missing_input(known: dict[str, object]) -> None:
    for fired in ask(**known).fired:
        cells = URGENCY.rules[fired.number - 1].cells
        tested = {name for (name, _), cell in zip(INPUTS, cells, strict=True) if cell.tests}
        assert tested <= set(known)
