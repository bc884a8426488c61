from itertools import product

import pytest

from kehra.library.decisions.values import Status
from kehra.library.forms.answering import Fault, answers_from
from kehra.library.forms.questions import questions
from kehra.library.forms.values import flat
from kehra.library.operating_models.first_contact import (
    first_contact_decision,
    first_contact_form,
    first_contact_table,
)

CALM = {
    "danger": ("none",),
    "duration": ("weeks",),
    "severity": ("little",),
    "worsening": ("no",),
    "managing": ("yes",),
}


def codes(link_id: str) -> list[str]:
    item = next(item for item in first_contact_form().all_items() if item.link_id == link_id)
    return [option.code for option in item.options]


@pytest.mark.parametrize(
    ("changed", "urgency", "red_flag", "why"),
    [
        ({}, "non_urgent", False, "nothing alarming"),
        ({"danger": ("chest_pain",)}, "emergency", True, "chest pain"),
        ({"danger": ("none", "breathing")}, "emergency", True, "a danger weighs more than “none of these”"),
        ({"danger": ("self_harm",)}, "emergency", True, "self-harm"),
        ({"danger": ("danger_at_home",)}, "emergency", True, "danger at home"),
        ({"managing": ("no",)}, "urgent", False, "everyday life does not work"),
        ({"severity": ("very",)}, "urgent", False, "very bad, however long"),
        (
            {"managing": ("with_help",), "worsening": ("yes",)},
            "urgent",
            False,
            "manages with help, getting worse",
        ),
        ({"managing": ("with_help",)}, "non_urgent", False, "manages with help, steady"),
        (
            {"severity": ("some",), "duration": ("days",), "worsening": ("unsure",)},
            "urgent",
            False,
            "new, unsure",
        ),
        ({"severity": ("some",), "worsening": ("yes",)}, "non_urgent", False, "worse, but old and bearable"),
    ],
)
def test_the_urgency_of_a_first_contact(
    changed: dict[str, tuple[str, ...]], urgency: str, red_flag: bool, why: str
) -> None:
    decision = first_contact_decision({**CALM, **changed})
    assert decision.outputs == {"urgency": urgency, "red_flag": red_flag}, why
    assert decision.fired[0].annotation


def test_a_red_flag_needs_no_other_answer() -> None:
    assert first_contact_decision({"danger": ("stroke",)}).outputs["red_flag"] is True


@pytest.mark.parametrize("link_id", list(CALM))
def test_a_missing_answer_is_never_taken_as_calm(link_id: str) -> None:
    decision = first_contact_decision({key: given for key, given in CALM.items() if key != link_id})
    if link_id in ("duration", "worsening"):
        assert decision.outputs == {"urgency": "non_urgent", "red_flag": False}, (
            "it could change nothing here"
        )
    else:
        assert decision.status is Status.UNDECIDED
        assert decision.missing


def test_a_missing_danger_names_the_inputs_to_ask_for() -> None:
    decision = first_contact_decision({**CALM, "danger": ()})
    assert decision.missing == tuple(code for code in codes("danger") if code != "none")


def test_the_table_has_an_answer_to_every_complete_form() -> None:
    names = ["duration", "severity", "worsening", "managing"]
    for danger in codes("danger"):
        for chosen in product(*map(codes, names)):
            given = {name: (code,) for name, code in zip(names, chosen, strict=True)}
            assert first_contact_decision({"danger": (danger,), **given}).decided


def test_no_answer_at_all_is_undecided() -> None:
    assert first_contact_decision({}).status is Status.UNDECIDED


def test_every_row_says_why_and_every_text_has_three_languages() -> None:
    for rule in first_contact_table().rules:
        assert set(filter(rule.annotations.get, rule.annotations)) == {"fi", "sv", "en"}, rule.number
    for item in flat(first_contact_form().items):
        for texts in (
            item.text,
            *(option.text for option in item.options),
            *([item.help] if item.help else []),
        ):
            assert set(texts) == {"fi", "sv", "en"}, item.link_id


def test_the_dangers_are_asked_first_and_must_be_answered() -> None:
    first = questions(first_contact_form(), "sv")[0]
    assert (first.link_id, first.required, first.multiple, first.control) == (
        "danger",
        True,
        True,
        "check-box",
    )
    assert "112" in first.help
    assert answers_from(first_contact_form(), {})[1]["danger"].fault is Fault.REQUIRED
