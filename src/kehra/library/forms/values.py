"""A questionnaire and its answers as values. The file format is FHIR R4 Questionnaire, a subset."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Answer = bool | int | Decimal | date | str
"""One answer; that to a choice is the code of the option."""
Answers = Mapping[str, tuple[Answer, ...]]
"""Answers by linkId; only a choice that repeats has more than one."""
Texts = Mapping[str, str]
"""A text by language."""


class ItemType(StrEnum):
    """What an item is; the names are FHIR's."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    STRING = "string"
    TEXT = "text"
    CHOICE = "choice"

    @property
    def asks(self) -> bool:
        """Whether it takes an answer."""
        return self not in (ItemType.GROUP, ItemType.DISPLAY)


class Operator(StrEnum):
    """How a condition compares; the names are FHIR's."""

    EXISTS = "exists"
    EQUAL = "="
    NOT_EQUAL = "!="
    MORE = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True)
class Option:
    """One option of a choice."""

    code: str
    text: Texts
    system: str = ""


@dataclass(frozen=True)
class Condition:
    """A condition on another item's answer for an item to be shown."""

    link_id: str
    operator: Operator
    answer: Answer


@dataclass(frozen=True)
class Item:
    """One item of a form: a question, a text to read, or a group of items."""

    link_id: str
    type: ItemType
    text: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    repeats: bool = False
    control: str = ""
    """How a choice is shown: radio-button, check-box, drop-down, or nothing in particular."""
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    all_conditions: bool = True
    """Whether every condition must hold, or any."""
    max_length: int | None = None
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    items: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Form:
    """A compiled questionnaire; `version` is its own, `digest` the hash of the bytes it was read from."""

    url: str
    version: str
    digest: str
    title: Texts
    language: str
    items: tuple[Item, ...]

    def all_items(self) -> Iterator[Item]:
        """Every item, in the order of the page."""
        return flat(self.items)


@dataclass(frozen=True)
class Problem:
    """Something wrong with a questionnaire: where it is, what it is, what to do."""

    place: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}. {self.remedy}"


class FormError(ValueError):
    """A questionnaire that cannot be read; `problems` says everything wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def in_language(texts: Texts, language: str, fallback: str) -> str:
    """The text in `language`, else in the form's own language."""
    return texts.get(language) or texts.get(fallback, "")


def flat(items: tuple[Item, ...]) -> Iterator[Item]:
    """The items and those inside them, in the order of the page."""
    for item in items:
        yield item
        yield from flat(item.items)
