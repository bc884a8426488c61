"""What the answers of the first questionnaire mean for the matter. The table decides; nothing here
guesses: without a decision the urgency is unknown, and unknown is never "fine"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kehra.library.decisions.values import Decision
from kehra.library.forms.answering import answers_from
from kehra.library.forms.values import Form
from kehra.library.forms.visibility import visible_items
from kehra.serve.matters.models.matter import Urgency

URGENCIES = {
    "emergency": Urgency.EMERGENCY,
    "urgent": Urgency.URGENT,
    "non_urgent": Urgency.NON_URGENT,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How urgent the answers say it is, and whether they tell of a danger."""

    urgency: Urgency
    red_flag: bool


def outcome(decision: Decision) -> Outcome:
    """The meaning of a decision. A table that is undecided or has a gap leaves the urgency unknown."""
    if not decision.decided:
        return Outcome(Urgency.UNKNOWN, red_flag=False)
    urgency = URGENCIES.get(str(decision.outputs.get("urgency")), Urgency.UNKNOWN)
    return Outcome(urgency, red_flag=decision.outputs.get("red_flag") is True)


def kept(decision: Decision) -> dict[str, Any]:
    """The decision as it is stored with the contact: enough to be explained years later."""
    return {
        "table": decision.table_id,
        "version": decision.table_version,
        "status": decision.status.value,
        "outputs": {name: _plain(value) for name, value in decision.outputs.items()},
        "rows": [
            {"id": row.id, "number": row.number, "why": dict(row.annotations)} for row in decision.fired
        ],
        "missing": list(decision.missing),
    }


def pages(form: Form, typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The questions to ask, one a page, in order: those that the answers so far do not hide."""
    answers, _errors = answers_from(form, typed)
    return [item.link_id for item in visible_items(form, answers) if item.type.asks]


def page_after(order: Sequence[str], link_id: str) -> str | None:
    """The question after this one, None after the last."""
    position = order.index(link_id) + 1
    return order[position] if position < len(order) else None


def page_before(order: Sequence[str], link_id: str) -> str | None:
    """The question before this one, None before the first."""
    position = order.index(link_id)
    return order[position - 1] if position else None


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, str)) else str(value)
