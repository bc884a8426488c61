from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.library.forms.answering import AnswerError, Fault, answers_from, response
from kehra.library.forms.questions import questions
from kehra.library.forms.tests.questionnaires import extension, form, item, options, translated, when
from kehra.library.forms.values import Answer
from kehra.library.forms.visibility import visible_items

CHOICE = {"answerOption": options("day", "week")}


@pytest.mark.parametrize(
    ("kind", "more", "typed", "answer"),
    [
        ("boolean", {}, ["true"], True),
        ("boolean", {}, ["false"], False),
        ("integer", {}, [" 12 "], 12),
        ("integer", {}, ["-3"], -3),
        ("decimal", {}, ["1,5"], Decimal("1.5")),
        ("decimal", {}, ["1.5"], Decimal("1.5")),
        ("date", {}, ["31.12.2025"], date(2025, 12, 31)),
        ("date", {}, ["2025-12-31"], date(2025, 12, 31)),
        ("string", {}, ["  väsynyt "], "väsynyt"),
        ("text", {}, ["a\r\nb"], "a\nb"),
        ("choice", CHOICE, ["week"], "week"),
    ],
)
def test_what_is_typed_becomes_an_answer(
    kind: str, more: dict[str, Any], typed: list[str], answer: Answer
) -> None:
    answers, errors = answers_from(form(item("a", kind, **more)), {"a": typed})
    assert errors == {}
    assert answers == {"a": (answer,)}


@pytest.mark.parametrize(
    ("kind", "more", "typed", "error"),
    [
        ("boolean", {}, ["on"], AnswerError(Fault.NOT_BOOLEAN)),
        ("integer", {}, ["1.5"], AnswerError(Fault.NOT_INTEGER)),
        ("integer", {}, ["9" * 30], AnswerError(Fault.NOT_INTEGER)),
        ("integer", {}, ["٣"], AnswerError(Fault.NOT_INTEGER)),
        ("decimal", {}, ["1e9"], AnswerError(Fault.NOT_DECIMAL)),
        ("decimal", {}, ["NaN"], AnswerError(Fault.NOT_DECIMAL)),
        ("date", {}, ["31.2.2025"], AnswerError(Fault.NOT_DATE)),
        ("date", {}, ["soon"], AnswerError(Fault.NOT_DATE)),
        ("choice", CHOICE, ["month"], AnswerError(Fault.NOT_OPTION)),
        ("choice", CHOICE, ["day", "week"], AnswerError(Fault.ONLY_ONE)),
        ("string", {}, ["a\x00b"], AnswerError(Fault.BAD_CHARACTERS)),
        ("string", {}, ["a\ud800"], AnswerError(Fault.BAD_CHARACTERS)),
        ("string", {"maxLength": 3}, ["abcd"], AnswerError(Fault.TOO_LONG, {"limit": 3})),
        ("string", {}, ["a" * 501], AnswerError(Fault.TOO_LONG, {"limit": 500})),
        ("boolean", {"required": True}, [""], AnswerError(Fault.REQUIRED)),
        ("boolean", {"required": True}, [], AnswerError(Fault.REQUIRED)),
    ],
)
def test_what_cannot_be_an_answer_is_told(
    kind: str, more: dict[str, Any], typed: list[str], error: AnswerError
) -> None:
    answers, errors = answers_from(form(item("a", kind, **more)), {"a": typed})
    assert answers == {}
    assert errors == {"a": error}


def test_bounds_are_kept() -> None:
    age = form(
        item(
            "a",
            "integer",
            extension=extension("minValue", valueInteger=0) + extension("maxValue", valueInteger=9),
        )
    )
    assert answers_from(age, {"a": ["-1"]})[1] == {"a": AnswerError(Fault.TOO_SMALL, {"limit": 0})}
    assert answers_from(age, {"a": ["10"]})[1] == {"a": AnswerError(Fault.TOO_BIG, {"limit": 9})}
    assert answers_from(age, {"a": ["9"]}) == ({"a": (9,)}, {})


def test_a_date_may_come_in_three_fields() -> None:
    born = form(item("a", "date", required=True))
    parts = {"a-day": ["1"], "a-month": ["2"], "a-year": ["2000"]}
    assert answers_from(born, parts) == ({"a": (date(2000, 2, 1),)}, {})
    assert answers_from(born, {**parts, "a-month": [""]})[1] == {"a": AnswerError(Fault.NOT_DATE)}
    assert answers_from(born, {"a-day": [""]})[1] == {"a": AnswerError(Fault.REQUIRED)}


def test_several_options_may_be_chosen_where_it_repeats() -> None:
    many = form(item("a", "choice", repeats=True, **CHOICE))
    assert answers_from(many, {"a": ["day", "week", "day"]}) == ({"a": ("day", "week")}, {})


def test_nothing_is_answered_by_a_form_that_was_not_filled() -> None:
    assert answers_from(form(item("a", "string"), item("b", "date")), {"other": ["x"]}) == ({}, {})


HIDING = form(
    item("pain", "boolean"),
    item("where", "string", required=True, enableWhen=when("pain", "=", answerBoolean=True)),
    item(
        "group",
        "group",
        enableWhen=when("where", "exists", answerBoolean=True),
        item=[item("long", "integer", required=True)],
    ),
    item("short", "display", enableWhen=when("long", "<=", answerInteger=3)),
)


@pytest.mark.parametrize(
    ("data", "shown", "missing"),
    [
        ({}, ["pain"], []),
        ({"pain": ["false"]}, ["pain"], []),
        ({"pain": ["true"]}, ["pain", "where"], ["where"]),
        ({"pain": ["true"], "where": ["x"]}, ["pain", "where", "group", "long"], ["long"]),
        ({"pain": ["true"], "where": ["x"], "long": ["3"]}, ["pain", "where", "group", "long", "short"], []),
        ({"pain": ["false"], "where": ["x"], "long": ["3"]}, ["pain"], []),
    ],
)
def test_hidden_items_are_neither_asked_nor_answered(
    data: dict[str, list[str]], shown: list[str], missing: list[str]
) -> None:
    answers, errors = answers_from(HIDING, data)
    assert [each.link_id for each in visible_items(HIDING, answers)] == shown
    assert list(errors) == missing
    assert set(answers) <= set(shown)


@pytest.mark.parametrize(
    ("operator", "holds"),
    [("=", [5]), ("!=", [4, 6, None]), (">", [6]), ("<", [4]), (">=", [5, 6]), ("<=", [4, 5])],
)
def test_conditions_compare(operator: str, holds: list[int | None]) -> None:
    compared = form(
        item("a", "integer"), item("b", "display", enableWhen=when("a", operator, answerInteger=5))
    )
    for value in (4, 5, 6, None):
        answers = {} if value is None else {"a": (value,)}
        assert (len(visible_items(compared, answers)) == 2) is (value in holds)


@pytest.mark.parametrize(("behavior", "shown"), [("all", False), ("any", True)])
def test_conditions_are_joined_as_the_form_says(behavior: str, shown: bool) -> None:
    both = when("a", "=", answerBoolean=True) + when("b", "=", answerBoolean=True)
    joined = form(
        item("a", "boolean"),
        item("b", "boolean"),
        item("c", "display", enableWhen=both, enableBehavior=behavior),
    )
    assert (len(visible_items(joined, {"a": (True,), "b": (False,)})) == 3) is shown


def test_a_response_holds_the_answers_in_their_groups() -> None:
    answers, _ = answers_from(HIDING, {"pain": ["true"], "where": ["selkä"], "long": ["3"]})
    assert response(HIDING, answers, "fi") == {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://example.org/try|1",
        "status": "completed",
        "language": "fi",
        "item": [
            {"linkId": "pain", "text": "pain", "answer": [{"valueBoolean": True}]},
            {"linkId": "where", "text": "where", "answer": [{"valueString": "selkä"}]},
            {
                "linkId": "group",
                "text": "group",
                "item": [{"linkId": "long", "text": "long", "answer": [{"valueInteger": 3}]}],
            },
        ],
    }


def test_a_response_keeps_each_type_and_what_follows_a_question() -> None:
    typed = form(
        item("c", "choice", **CHOICE, item=[item("d", "date")]),
        item("n", "decimal"),
    )
    answers, _ = answers_from(typed, {"c": ["day"], "d": ["2025-01-02"], "n": ["1,5"]})
    assert response(typed, answers, "fi")["item"] == [
        {
            "linkId": "c",
            "text": "c",
            "answer": [
                {
                    "valueCoding": {"code": "day", "display": "day"},
                    "item": [{"linkId": "d", "text": "d", "answer": [{"valueDate": "2025-01-02"}]}],
                }
            ],
        },
        {"linkId": "n", "text": "n", "answer": [{"valueDecimal": 1.5}]},
    ]


def test_questions_are_plain_values_in_a_language() -> None:
    swedish = form(
        item("g", "group", item=[item("kipu", "boolean", _text=translated("sv", "smärta"), required=True)]),
        item("kesto", "choice", enableWhen=when("kipu", "=", answerBoolean=True), **CHOICE),
    )
    group, pain, long = questions(swedish, "sv")
    assert (group.level, pain.level, long.level) == (1, 2, 1)
    assert (pain.label, pain.required, pain.visible) == ("smärta", True, True)
    assert (long.label, long.options) == ("kesto", (("day", "day"), ("week", "week")))
    assert (long.conditional, long.visible) == (True, False)
    assert questions(swedish, "sv", {"kipu": (True,)})[2].visible


@given(
    st.dictionaries(
        st.sampled_from(["pain", "where", "long", "long-day"]), st.lists(st.text(max_size=8), max_size=3)
    )
)
def test_whatever_is_sent_is_either_an_answer_or_an_error(data: dict[str, list[str]]) -> None:
    answers, errors = answers_from(HIDING, data)
    assert not set(answers) & set(errors)
    assert response(HIDING, answers, "sv")["status"] == "completed"
