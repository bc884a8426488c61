"""The questionnaire of a first contact and the table that says how soon its answers are looked at.

The table never replaces a person: it orders the desk and tells the person on duty of a red flag.
"""

from functools import lru_cache
from pathlib import Path

from kehra.library.decisions import evaluator
from kehra.library.decisions import reader as tables
from kehra.library.decisions.values import Decision, Table
from kehra.library.forms import reader as forms
from kehra.library.forms.values import Answers, Form

_DATA = Path(__file__).resolve().parent / "data" / "first_contact"
_DANGERS = "danger"


@lru_cache(maxsize=1)
def first_contact_form() -> Form:
    """The questionnaire, read once."""
    return forms.read((_DATA / "questionnaire.json").read_bytes())


@lru_cache(maxsize=1)
def first_contact_table() -> Table:
    """The decision table, read once."""
    return tables.read((_DATA / "urgency.dmn").read_bytes())


def first_contact_decision(answers: Answers) -> Decision:
    """What the table says on answers to the form: `urgency` (emergency, urgent, non_urgent) and `red_flag`.

    A danger is denied only by who answered that question; whoever left it out has not denied it.
    """
    return evaluator.evaluate(first_contact_table(), _inputs(answers))


def _inputs(answers: Answers) -> dict[str, object]:
    inputs: dict[str, object] = {}
    for item in first_contact_form().all_items():
        given = answers.get(item.link_id, ())
        if item.link_id == _DANGERS:
            dangers = (option.code for option in item.options if option.code != "none")
            inputs |= {code: code in given if given else None for code in dangers}
        else:
            inputs[item.link_id] = given[0] if given else None
    return inputs
