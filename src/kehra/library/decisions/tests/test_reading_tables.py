from datetime import date
from decimal import Decimal

import pytest

from kehra.library.decisions.evaluator import evaluate
from kehra.library.decisions.reader import MAX_BYTES, read
from kehra.library.decisions.tests.tables import table
from kehra.library.decisions.values import DecisionError, HitPolicy

OUT = [("answer", "string")]
NUMBER = [("age", "number")]


def problems(xml: bytes) -> str:
    with pytest.raises(DecisionError) as error:
        read(xml)
    return str(error.value)


def test_a_table_knows_its_columns_rows_and_version() -> None:
    xml = table(NUMBER, OUT, [["< 18", '"child"', "Under 18"], ["-", '"adult"']])
    read_table = read(xml)
    assert (read_table.id, read_table.name, read_table.hit_policy) == ("try", "Try", HitPolicy.FIRST)
    assert [rule.annotations for rule in read_table.rules] == [{"why": "Under 18"}, {}]
    assert read_table.version == read(xml).version
    assert read_table.version != read(xml.replace(b"Under", b"Below")).version


def test_an_annotation_may_stand_in_the_description_of_a_row() -> None:
    xml = table(NUMBER, OUT, [["-", '"a"']])
    xml = xml.replace(b'<rule id="r1">', b'<rule id="r1"><description>Anyone</description>')
    assert evaluate(read(xml), {}).fired[0].annotation == "Anyone"


@pytest.mark.parametrize(
    ("kind", "cell", "matches", "misses"),
    [
        ("number", "5", [5, Decimal("5.0")], [4, 6]),
        ("number", "-2.5", [Decimal("-2.5")], [2]),
        ("number", "1, 3", [1, 3], [2]),
        ("number", "< 5", [4], [5]),
        ("number", ">= 5", [5, 6], [4]),
        ("number", "[1..5]", [1, 5], [0, 6]),
        ("number", "(1..5)", [2], [1, 5]),
        ("number", "]1..5[", [2], [1, 5]),
        ("number", "not(1, > 5)", [2, 5], [1, 6]),
        ("number", "<1,[3..4]", [0, 3], [1, 5]),
        ("string", '"a", "b c"', ["a", "b c"], ["b", ""]),
        ("string", 'not("a")', ["b"], ["a"]),
        ("boolean", "true", [True], [False]),
        ("date", '>= date("2025-01-01")', [date(2025, 1, 1)], [date(2024, 12, 31)]),
        ("date", '[date("2025-01-01")..date("2025-02-01")]', [date(2025, 2, 1)], [date(2025, 2, 2)]),
        ("number", "-", [0], []),
    ],
)
def test_cells(kind: str, cell: str, matches: list[object], misses: list[object]) -> None:
    compiled = read(table([("x", kind)], OUT, [[cell, '"yes"']]))
    assert [evaluate(compiled, {"x": value}).decided for value in matches] == [True] * len(matches)
    assert [evaluate(compiled, {"x": value}).decided for value in misses] == [False] * len(misses)


@pytest.mark.parametrize(
    ("kind", "cell", "message"),
    [
        ("number", "", "Row 1, input “x”: the cell is empty. Write - for anything, or a value."),
        ("number", '"a"', "“a” is a string, the column is of type number"),
        ("string", "yes", 'Write texts in "quotation marks"'),
        ("string", '< "a"', "< cannot compare a string"),
        ("boolean", "[true..false]", "an interval cannot compare a boolean"),
        ("number", "[5..1]", "the interval from 5 to 1 is empty"),
        ("number", "[1..5", "an interval does not end"),
        ("number", "[1 5]", "“..” is missing before “5”"),
        ("number", "1 2", "“2” comes after a complete entry"),
        ("number", "not(1", "“)” is missing before the end of the cell"),
        ("number", "1,", "the end of the cell stands where a value should"),
        ("number", "age + 1", "“ + 1” cannot be read"),
        ("number", "age", "“age” stands where a value should"),
        ("number", "null", "“null” stands where a value should"),
        ("number", "1;2", "“;2” cannot be read"),
        ("number", "12a", "“12a” cannot be read"),
        ("date", 'date("2025-02-30")', "2025-02-30 is no date"),
        ("number", "1" * 1001, "the cell has 1001 characters"),
    ],
)
def test_a_cell_that_cannot_be_read_names_its_row_and_column(kind: str, cell: str, message: str) -> None:
    assert message in problems(table([("x", kind)], OUT, [[cell, '"yes"']]))


@pytest.mark.parametrize("policy", ["PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_another_hit_policy_is_refused_by_name(policy: str) -> None:
    assert f"the hit policy {policy} is not supported. Use UNIQUE or FIRST." in problems(
        table(NUMBER, OUT, [["-", '"a"']], policy=policy)
    )


def test_a_default_output_is_refused_by_name() -> None:
    xml = table(NUMBER, OUT, [["1", '"a"']])
    xml = xml.replace(b'typeRef="string"/>', b'typeRef="string"><defaultOutputEntry/></output>')
    assert "Output 1: “defaultOutputEntry” is not supported" in problems(xml)


def test_a_typing_error_against_the_allowed_values_is_found() -> None:
    xml = table([("x", "string")], OUT, [['"week"', '"a"'], ['"weak"', '"b"']], allowed='"day", "week"')
    assert problems(xml) == "Row 2, input “x”: “weak” is not among the allowed values. Use one of: day, week."


def test_every_problem_is_told_at_once() -> None:
    said = problems(table([("x", "number"), ("y", "number")], OUT, [["a", "1", "b"], ["1", '"c"']]))
    assert said.count("\n") == 3
    assert "Row 2: it has 0 of outputEntry for 1 columns" in said


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [
        ([("age in years", "number")], OUT, "Input 1: “age in years” is no plain name"),
        ([("age", "time")], OUT, "Input 1: the type “time” is not supported"),
        ([("age", "number"), ("age", "number")], OUT, "two inputs are called “age”"),
        ([], OUT, "it has 0 inputs"),
        (NUMBER, [], "it has 0 outputs"),
    ],
)
def test_columns_are_checked(
    inputs: list[tuple[str, str]], outputs: list[tuple[str, str]], message: str
) -> None:
    assert message in problems(table(inputs, outputs, [["-"] * len(inputs) + ['"a"'] * len(outputs)]))


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (b"", "it is not XML"),
        (b"\xff\xfe\x00", "it is not XML"),
        (b"{}", "it is not XML"),
        (b"<definitions/>", "it is not a DMN 1.3 model"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "it declares a document type or entities"),
        (b"<a>" * 30 + b"</a>" * 30, "its elements nest deeper than 20"),
        (b" " * (MAX_BYTES + 1), f"A table may have {MAX_BYTES} bytes"),
        (table(NUMBER, OUT, []), "it has 0 rows"),
        (table(NUMBER, OUT, [["-", '"a"']], extra="<invocation/>"), "“invocation” is not supported"),
        (
            table(NUMBER, OUT, [["-", '"a"']]).replace(b"decisionTable", b"literalExpression"),
            "it has 1 decisions and 0 tables",
        ),
        (table(NUMBER, OUT, [["-", '"a"']]).replace(b'id="try"', b""), "it has no id"),
        (
            table(NUMBER, OUT, [["-", '"a"']]).replace(
                b"<inputExpression", b'<inputExpression expressionLanguage="juel"'
            ),
            "Input 1: the expression language juel is not supported",
        ),
    ],
)
def test_other_files_are_refused(xml: bytes, message: str) -> None:
    assert message in problems(xml)
