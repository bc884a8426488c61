"""From what a person typed to typed answers, and from answers to a FHIR QuestionnaireResponse.

Errors are codes with parameters; the view turns them into words of the person's language.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kehra.library.forms.values import Answer, Answers, Form, Item, ItemType, Option, in_language
from kehra.library.forms.visibility import visible_items

MAX_STRING = 500
MAX_TEXT = 10_000

_INTEGER = re.compile(r"[-+]?\d{1,9}\Z", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{1,6})?\Z", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z", re.ASCII)
_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z", re.ASCII)
_KEPT_CONTROLS = {"\n", "\t"}


class Fault(StrEnum):
    """What is wrong with an answer. Parameters: `limit` for the last four."""

    REQUIRED = "required"
    NOT_BOOLEAN = "not_boolean"
    NOT_INTEGER = "not_integer"
    NOT_DECIMAL = "not_decimal"
    NOT_DATE = "not_date"
    NOT_OPTION = "not_option"
    ONLY_ONE = "only_one"
    BAD_CHARACTERS = "bad_characters"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_BIG = "too_big"


@dataclass(frozen=True)
class AnswerError:
    """A fault of one answer, with what the words about it need."""

    fault: Fault
    parameters: Mapping[str, Answer] = field(default_factory=dict)


def answers_from(form: Form, data: Mapping[str, Sequence[str]]) -> tuple[Answers, dict[str, AnswerError]]:
    """The answers in an HTML form's values by linkId, and the first error of each wrong one.

    A date may come as one field (31.12.2025 or 2025-12-31) or as three, `<linkId>-day`, `-month` and
    `-year`. Answers of items that the other answers hide are dropped and never missed.
    """
    answers: dict[str, tuple[Answer, ...]] = {}
    errors: dict[str, AnswerError] = {}
    for item in form.all_items():
        if item.type.asks:
            try:
                answers[item.link_id] = _answers(item, data)
            except _WrongAnswerError as wrong:
                errors[item.link_id] = wrong.error
    shown = {item.link_id: item for item in visible_items(form, answers)}
    kept = {link_id: given for link_id, given in answers.items() if given and link_id in shown}
    errors = {link_id: error for link_id, error in errors.items() if link_id in shown}
    for link_id, item in shown.items():
        if item.required and item.type.asks and link_id not in kept and link_id not in errors:
            errors[link_id] = AnswerError(Fault.REQUIRED)
    return kept, errors


def response(form: Form, answers: Answers, language: str) -> dict[str, object]:
    """A FHIR R4 QuestionnaireResponse, without who answered and when: the caller knows."""
    shown = {item.link_id for item in visible_items(form, answers)}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{form.url}|{form.version}" if form.version else form.url,
        "status": "completed",
        "language": language,
        "item": _response_items(form, form.items, answers, shown, language),
    }


class _WrongAnswerError(Exception):
    def __init__(self, fault: Fault, **parameters: Answer) -> None:
        super().__init__(fault)
        self.error = AnswerError(fault, parameters)


def _answers(item: Item, data: Mapping[str, Sequence[str]]) -> tuple[Answer, ...]:
    given = [text for text in (_clean(raw) for raw in _raw(item, data)) if text]
    if len(given) > 1 and not item.repeats:
        raise _WrongAnswerError(Fault.ONLY_ONE)
    return tuple(dict.fromkeys(_bounded(item, _typed(item, text)) for text in given))


def _raw(item: Item, data: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if item.type is ItemType.DATE and item.link_id not in data:
        parts = [(data.get(f"{item.link_id}-{part}") or [""])[0].strip() for part in ("day", "month", "year")]
        return [".".join(parts)] if any(parts) else []
    return data.get(item.link_id, [])


def _clean(text: str) -> str:
    """Without spaces around, with plain line ends. A character that no keyboard writes is refused: the
    database does not store all of them, and in a text they only hide something."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in _KEPT_CONTROLS for each in text):
        raise _WrongAnswerError(Fault.BAD_CHARACTERS)
    return text


def _typed(item: Item, text: str) -> Answer:
    if item.type is ItemType.BOOLEAN:
        if text not in ("true", "false"):
            raise _WrongAnswerError(Fault.NOT_BOOLEAN)
        return text == "true"
    if item.type is ItemType.INTEGER:
        if not _INTEGER.match(text):
            raise _WrongAnswerError(Fault.NOT_INTEGER)
        return int(text)
    if item.type is ItemType.DECIMAL:
        if not _DECIMAL.match(text):
            raise _WrongAnswerError(Fault.NOT_DECIMAL)
        return Decimal(text.replace(",", "."))
    if item.type is ItemType.DATE:
        return _date(text)
    if item.type is ItemType.CHOICE and text not in {option.code for option in item.options}:
        raise _WrongAnswerError(Fault.NOT_OPTION)
    return text


def _date(text: str) -> date:
    iso, finnish = _ISO_DATE.match(text), _FINNISH_DATE.match(text)
    parts = iso.groups() if iso else finnish.groups()[::-1] if finnish else ()
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        raise _WrongAnswerError(Fault.NOT_DATE) from None


def _bounded(item: Item, value: Answer) -> Answer:
    if item.type in (ItemType.STRING, ItemType.TEXT):
        limit = item.max_length or (MAX_TEXT if item.type is ItemType.TEXT else MAX_STRING)
        if len(str(value)) > limit:
            raise _WrongAnswerError(Fault.TOO_LONG, limit=limit)
    if item.minimum is not None and value < item.minimum:  # type: ignore[operator]
        raise _WrongAnswerError(Fault.TOO_SMALL, limit=item.minimum)
    if item.maximum is not None and value > item.maximum:  # type: ignore[operator]
        raise _WrongAnswerError(Fault.TOO_BIG, limit=item.maximum)
    return value


def _response_items(
    form: Form, items: tuple[Item, ...], answers: Answers, shown: set[str], language: str
) -> list[dict[str, object]]:
    """The shown items that were answered, and the groups around them."""
    found: list[dict[str, object]] = []
    for item in items:
        if item.link_id not in shown or item.type is ItemType.DISPLAY:
            continue
        inner = _response_items(form, item.items, answers, shown, language)
        given = [_value(item, each, form, language) for each in answers.get(item.link_id, ())]
        if given or inner:
            entry: dict[str, object] = {"linkId": item.link_id}
            entry["text"] = in_language(item.text, language, form.language)
            if given and inner:
                given[-1]["item"] = inner  # FHIR keeps what follows a question inside its answer.
            entry |= {"answer": given} if given else {"item": inner}
            found.append(entry)
    return found


def _value(item: Item, value: Answer, form: Form, language: str) -> dict[str, object]:
    if item.type is ItemType.CHOICE:
        return {"valueCoding": _coding(next(o for o in item.options if o.code == value), form, language)}
    kinds = {
        ItemType.BOOLEAN: "valueBoolean",
        ItemType.INTEGER: "valueInteger",
        ItemType.DECIMAL: "valueDecimal",
    }
    if item.type is ItemType.DATE:
        return {"valueDate": str(value)}
    # A JSON number; six decimals survive the way through a float.
    return {kinds.get(item.type, "valueString"): float(value) if isinstance(value, Decimal) else value}


def _coding(option: Option, form: Form, language: str) -> dict[str, str]:
    coding = {"system": option.system} if option.system else {}
    return {**coding, "code": option.code, "display": in_language(option.text, language, form.language)}
