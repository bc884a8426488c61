import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.library.forms.reader import MAX_BYTES, read
from kehra.library.forms.tests.questionnaires import (
    extension,
    form,
    item,
    options,
    questionnaire,
    translated,
    when,
)
from kehra.library.forms.values import FormError, ItemType


def problems(content: bytes) -> str:
    with pytest.raises(FormError) as error:
        read(content)
    return str(error.value)


def nested(depth: int) -> dict[str, Any]:
    return item(f"g{depth}", "group", item=[nested(depth - 1)] if depth > 1 else [item("q", "boolean")])


def test_a_form_is_read_with_its_translations_help_and_bounds() -> None:
    control = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "help"}]})
    read_form = form(
        item("kipu", "boolean", _text=translated("sv", "smärta"), required=True),
        item(
            "määrä",
            "decimal",
            extension=extension("minValue", valueDecimal=0.5) + extension("maxValue", valueDecimal=10),
            item=[item("ohje", "display", extension=control)],
        ),
    )
    pain, amount = read_form.items
    assert pain.text == {"fi": "kipu", "sv": "smärta"}
    assert pain.required
    assert (amount.minimum, amount.maximum) == (Decimal("0.5"), Decimal(10))
    assert amount.help == {"fi": "ohje"}
    assert amount.items == ()
    assert (read_form.url, read_form.version) == ("https://example.org/try", "1")


@pytest.mark.parametrize("kind", [str(kind) for kind in ItemType if kind not in ("group", "choice")])
def test_every_type_of_the_subset_is_read(kind: str) -> None:
    assert form(item("a", kind)).items[0].type == kind


BOOL = item("b", "boolean")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (item("a", "quantity"), "Item “a”: the type “quantity” is not supported"),
        (item("a", "open-choice"), "the type “open-choice” is not supported"),
        (item("a", "attachment"), "the type “attachment” is not supported"),
        (item("a", "boolean", initial=[{"valueBoolean": True}]), "“initial” is not supported"),
        (item("a", "boolean", readOnly=True), "“readOnly” is not supported"),
        (item("a", "choice", answerValueSet="http://x"), "“answerValueSet” is not supported"),
        (item("a", "choice"), "a choice without options"),
        (item("a", "boolean", answerOption=options("x")), "only a choice has options"),
        (item("a", "string", repeats=True), "only a choice may repeat"),
        (item("a", "display", required=True), "it asks nothing and cannot be required"),
        (item("a", "integer", maxLength=5), "maxLength is for a string or text"),
        (item("a", "string", maxLength=0), "maxLength is for a string or text, and at least 1"),
        (item("a", "string", maxLength="5"), "maxLength is not a whole number"),
        (item("a", "boolean", required="yes"), "required is not true or false"),
        (item("a", "choice", answerOption=options("x", "x")), "two options have the same code"),
        (
            item("a", "choice", answerOption=[{"valueString": "x"}]),
            "option 1: “valueString” is not supported",
        ),
        (item("a", "boolean", text=""), "it has no text"),
        (item("", "boolean", text="b"), "it has no linkId"),
        (item("b", "boolean"), "another item has the same linkId"),
        (
            item("a", "string", extension=extension("regex", valueString=".*")),
            "regex is not supported on string",
        ),
        (
            item("a", "string", extension=extension("minValue", valueInteger=1)),
            "minValue is not supported on string",
        ),
        (
            item("a", "integer", extension=extension("minValue", valueDate="2020-01-01")),
            "where one integer should be",
        ),
        (item("a", "boolean", enableWhen=when("c", "=", answerBoolean=True)), "“c” is no question above it"),
        (item("a", "boolean", enableWhen=when("a", "=", answerBoolean=True)), "“a” is no question above it"),
        (item("a", "boolean", enableWhen=when("b", "~", answerBoolean=True)), "the operator “~” is unknown"),
        (
            item("a", "boolean", enableWhen=when("b", ">", answerBoolean=True)),
            "> True does not fit “b”, a boolean",
        ),
        (item("a", "boolean", enableWhen=when("b", "=", answerInteger=1)), "= 1 does not fit “b”"),
        (item("a", "boolean", enableWhen=when("b", "=")), "nothing where one value should be"),
        (item("a", "boolean", enableBehavior="none"), "enableBehavior is none"),
        ("text", "Item number 2: it has no linkId"),
    ],
)
def test_what_is_beyond_the_subset_is_refused_by_name(entry: dict[str, Any], message: str) -> None:
    assert message in problems(questionnaire(BOOL, entry))


def test_every_problem_is_told_at_once() -> None:
    said = problems(questionnaire(item("a", "time"), item("b", "url"), contained=[]))
    assert said.count("\n") == 2
    assert "The questionnaire: “contained” is not supported" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[1]", "it is not a FHIR resource"),
        (b'{"resourceType": "Patient"}', "it is not a FHIR Questionnaire"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b"[" * 100_000, "nest too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b" " * (MAX_BYTES + 1), f"A form may have {MAX_BYTES} bytes"),
        (questionnaire(), "it has no items"),
        (questionnaire(BOOL, url=""), "it has no url"),
        (questionnaire(BOOL, item={}), "item is not a list"),
        (questionnaire(nested(9)), "its items nest deeper than 8"),
        (questionnaire(*[item(str(n), "display") for n in range(501)]), "there are more than 500 items"),
    ],
)
def test_other_files_are_refused(content: bytes, message: str) -> None:
    assert message in problems(content)


def test_seven_groups_around_a_question_are_allowed() -> None:
    assert form(nested(7)).items


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    ["linkId", "type", "text", "_text", "enableWhen", "answerOption", "extension", "item", "maxLength"]
)


@given(st.dictionaries(names, json_values))
def test_nonsense_is_refused_and_never_breaks_the_reader(nonsense: dict[str, Any]) -> None:
    with pytest.raises(FormError):
        read(
            json.dumps({"resourceType": "Questionnaire", "url": "x", "item": [nonsense, BOOL, BOOL]}).encode()
        )
