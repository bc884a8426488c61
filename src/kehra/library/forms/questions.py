"""A form as plain values for a template, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass

from kehra.library.forms.values import Answer, Answers, Form, Item, ItemType, in_language
from kehra.library.forms.visibility import visible_items


@dataclass(frozen=True)
class Question:
    """What a template needs to show one item. `level` is 1 for items of the form itself, 2 in a group …"""

    link_id: str
    type: ItemType
    label: str
    help: str
    required: bool
    multiple: bool
    control: str
    options: tuple[tuple[str, str], ...]
    """Value and label of each option; those of a boolean are for the template to word."""
    max_length: int | None
    minimum: Answer | None
    maximum: Answer | None
    level: int
    conditional: bool
    """Whether other answers decide if it is shown."""
    visible: bool


def questions(form: Form, language: str, answers: Answers | None = None) -> list[Question]:
    """Every item of the form in the order of the page, those hidden by `answers` marked."""
    shown = {item.link_id for item in visible_items(form, answers or {})}
    return [
        _question(form, item, level, language, item.link_id in shown)
        for item, level in _levels(form.items, 1)
    ]


def _levels(items: tuple[Item, ...], level: int) -> Iterator[tuple[Item, int]]:
    for item in items:
        yield item, level
        yield from _levels(item.items, level + 1)


def _question(form: Form, item: Item, level: int, language: str, visible: bool) -> Question:
    return Question(
        link_id=item.link_id,
        type=item.type,
        label=in_language(item.text, language, form.language),
        help=in_language(item.help, language, form.language),
        required=item.required,
        multiple=item.repeats,
        control=item.control,
        options=tuple((o.code, in_language(o.text, language, form.language)) for o in item.options),
        max_length=item.max_length,
        minimum=item.minimum,
        maximum=item.maximum,
        level=level,
        conditional=bool(item.conditions),
        visible=visible,
    )
