"""Reads the items of a questionnaire."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kehra.library.forms.json_values import Fields, Problems
from kehra.library.forms.values import Answer, Condition, Item, ItemType, Operator, Option, flat

MAX_DEPTH = 8
MAX_ITEMS = 500
MAX_OPTIONS = 200

_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
_BOUNDS = {
    "http://hl7.org/fhir/StructureDefinition/minValue": "minimum",
    "http://hl7.org/fhir/StructureDefinition/maxValue": "maximum",
}
_CHOICE_CONTROLS = ("radio-button", "check-box", "drop-down")
_TYPE_BY_FIELD = {
    "Boolean": ItemType.BOOLEAN,
    "Integer": ItemType.INTEGER,
    "Decimal": ItemType.DECIMAL,
    "Date": ItemType.DATE,
    "String": ItemType.STRING,
    "Coding": ItemType.CHOICE,
}
_ORDERED = (ItemType.INTEGER, ItemType.DECIMAL, ItemType.DATE)
_BROKEN = Item("", ItemType.DISPLAY, {})


class ItemReader:
    """Reads items one inside another, counting them, and collects problems."""

    def __init__(self, problems: Problems, language: str) -> None:
        self.problems = problems
        self.language = language
        self.count = 0
        self.link_ids: set[str] = set()

    def items(self, found: object, place: str, depth: int) -> tuple[Item, ...]:
        """The items in a list of the file; stops reading at once when there are too many."""
        entries = Fields({"item": found}, place, self.problems).many("item")
        self.count += len(entries)
        if depth > MAX_DEPTH and entries:
            self.problems.add(place, f"its items nest deeper than {MAX_DEPTH}", "Make the form flatter.")
            self.problems.stop_if_any()
        if self.count > MAX_ITEMS:
            self.problems.add(place, f"there are more than {MAX_ITEMS} items", "Split the form.")
            self.problems.stop_if_any()
        return tuple(self.item(entry, depth) for entry in entries)

    def item(self, entry: object, depth: int) -> Item:
        link_id = self.link_id(entry)
        fields = Fields(entry, f"Item “{link_id}”", self.problems)
        fields.take("linkId")
        fields.ignore({"id", "definition", "code", "prefix"})
        kind = fields.text("type")
        if kind not in list(ItemType):
            fault = f"the type “{kind}” is not supported"
            self.problems.add(fields.place, fault, f"Use one of: {', '.join(ItemType)}.")
            return _BROKEN
        item = self.described(fields, link_id, ItemType(kind))
        inner = self.items(fields.take("item"), fields.place, depth + 1)
        fields.refuse_rest()
        if sum(each.control == "help" for each in inner) > 1:
            self.problems.add(fields.place, "it has two help texts", "Join them.")
        return _with_help(item, inner)

    def link_id(self, entry: object) -> str:
        link_id = entry.get("linkId") if isinstance(entry, dict) else None
        if not isinstance(link_id, str) or not link_id.strip():
            self.problems.add(f"Item number {self.count}", "it has no linkId", "Give it one.")
            return "?"
        if link_id in self.link_ids:
            self.problems.add(f"Item “{link_id}”", "another item has the same linkId", "Give each its own.")
        self.link_ids.add(link_id)
        return link_id

    def described(self, fields: Fields, link_id: str, kind: ItemType) -> Item:
        text = fields.texts("text", self.language)
        if not text and kind is not ItemType.GROUP:
            self.problems.add(fields.place, "it has no text", "Write what is asked or told.")
        any_or_all = fields.text("enableBehavior") or "all"
        if any_or_all not in ("all", "any"):
            self.problems.add(fields.place, f"enableBehavior is {any_or_all}", "Use all or any.")
        item = Item(
            link_id=link_id,
            type=kind,
            text=text,
            required=fields.truth("required"),
            repeats=fields.truth("repeats"),
            options=self.options(fields),
            conditions=tuple(self.conditions(fields)),
            all_conditions=any_or_all == "all",
            max_length=fields.whole("maxLength"),
            **self.extensions(fields, kind),
        )
        self.check(fields.place, item)
        return item

    def check(self, place: str, item: Item) -> None:
        """What does not fit together in one item."""
        is_choice = item.type is ItemType.CHOICE
        wrong = [
            (item.repeats and not is_choice, "only a choice may repeat", "Remove repeats."),
            (is_choice and not item.options, "a choice without options", "Give it answerOption."),
            (bool(item.options) and not is_choice, "only a choice has options", "Remove answerOption."),
            (
                item.required and not item.type.asks,
                "it asks nothing and cannot be required",
                "Remove required.",
            ),
            (
                item.max_length is not None and (item.max_length < 1 or item.type not in ("string", "text")),
                "maxLength is for a string or text, and at least 1",
                "Remove or mend it.",
            ),
            (
                item.control == "check-box" and not item.repeats,
                "check boxes for one answer",
                "Let it repeat, or use radio-button.",
            ),
        ]
        for is_wrong, fault, remedy in wrong:
            if is_wrong:
                self.problems.add(place, fault, remedy)

    def options(self, fields: Fields) -> tuple[Option, ...]:
        entries = fields.many("answerOption")
        options = []
        for number, entry in enumerate(entries[:MAX_OPTIONS], 1):
            option = Fields(entry, f"{fields.place}, option {number}", self.problems)
            coding = Fields(option.take("valueCoding") or {}, option.place, self.problems)
            code, text = coding.text("code"), coding.texts("display", self.language)
            if not (code and text):
                self.problems.add(
                    option.place, "it has no valueCoding with code and display", "Give it both."
                )
            options.append(Option(code, text, coding.text("system")))
            coding.refuse_rest()
            option.refuse_rest()
        if len(entries) > MAX_OPTIONS:
            self.problems.add(fields.place, f"it has more than {MAX_OPTIONS} options", "Ask in two steps.")
        if len({option.code for option in options}) != len(options):
            self.problems.add(fields.place, "two options have the same code", "Give each its own.")
        return tuple(options)

    def conditions(self, fields: Fields) -> Iterator[Condition]:
        for number, entry in enumerate(fields.many("enableWhen"), 1):
            condition = Fields(entry, f"{fields.place}, enableWhen {number}", self.problems)
            link_id, operator = condition.text("question"), condition.text("operator")
            answer = self.value(condition, "answer")
            condition.refuse_rest()
            if operator not in list(Operator):
                choices = ", ".join(Operator)
                self.problems.add(
                    condition.place, f"the operator “{operator}” is unknown", f"Use: {choices}."
                )
            elif answer is not None:
                yield Condition(link_id, Operator(operator), answer)

    def extensions(self, fields: Fields, kind: ItemType) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in fields.many("extension"):
            extension = Fields(entry, fields.place, self.problems)
            url = extension.text("url")
            if url == _CONTROL:
                found["control"] = self.control(extension, kind)
            elif url in _BOUNDS and kind in _ORDERED:
                found[_BOUNDS[url]] = self.value(extension, "value", kind)
            else:
                self.problems.add(
                    fields.place, f"the extension {url} is not supported on {kind}", "Remove it."
                )
                continue
            extension.refuse_rest()
        return found

    def control(self, extension: Fields, kind: ItemType) -> str:
        concept = extension.take("valueCodeableConcept")
        codings = concept.get("coding") if isinstance(concept, dict) else None
        first = codings[0] if isinstance(codings, list) and codings else None
        code = str(first.get("code", "")) if isinstance(first, dict) else ""
        allowed = {ItemType.CHOICE: _CHOICE_CONTROLS, ItemType.DISPLAY: ("help",)}.get(kind, ())
        if code not in allowed:
            self.problems.add(
                extension.place, f"the control “{code}” is not supported on {kind}", "Remove it."
            )
        return code

    def value(self, fields: Fields, prefix: str, wanted: ItemType | None = None) -> Answer | None:
        """The field `<prefix>Integer`, `<prefix>Date` …; a coding gives its code."""
        names = [name for name in fields.rest if name.startswith(prefix)]
        name = names[0] if len(names) == 1 else ""
        kind = _TYPE_BY_FIELD.get(name.removeprefix(prefix))
        if kind is None or (wanted and kind is not wanted):
            fields.ignore(names)
            found = ", ".join(names) or "nothing"
            self.problems.add(
                fields.place, f"{found} where one {wanted or 'value'} should be", "Mend the type."
            )
            return None
        return self.read_value(fields, name, kind)

    def read_value(self, fields: Fields, name: str, kind: ItemType) -> Answer | None:
        if kind is ItemType.BOOLEAN:
            truth: bool | None = fields.typed(name, bool, "true or false")
            return truth
        if kind is ItemType.INTEGER:
            return fields.whole(name)
        if kind is ItemType.DECIMAL:
            number = fields.typed(name, (int, float), "a number")  # type: ignore[arg-type]
            return None if number is None else Decimal(str(number))
        if kind is ItemType.CHOICE:
            coding = Fields(fields.take(name), fields.place, self.problems)
            return coding.text("code") or None
        text = fields.text(name)
        if kind is ItemType.STRING:
            return text
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.problems.add(fields.place, f"{text} is no date", "Write year-month-day.")
            return None


def check_order(items: tuple[Item, ...], problems: Problems) -> None:
    """A condition must look upwards, at a question of the right type, for an answer it may have."""
    earlier: dict[str, Item] = {}
    for item in flat(items):
        for condition in item.conditions:
            place = f"Item “{item.link_id}”, enableWhen"
            asked = earlier.get(condition.link_id)
            if asked is None or not asked.type.asks:
                fault = f"“{condition.link_id}” is no question above it"
                problems.add(place, fault, "Conditions look only upwards; move the question or the item.")
            elif not _fits(condition, asked):
                fault = (
                    f"{condition.operator} {condition.answer} does not fit “{asked.link_id}”, a {asked.type}"
                )
                problems.add(place, fault, "Mend the operator, the type or the code.")
        earlier[item.link_id] = item


def _fits(condition: Condition, asked: Item) -> bool:
    if condition.operator is Operator.EXISTS:
        return isinstance(condition.answer, bool)
    if condition.operator not in (Operator.EQUAL, Operator.NOT_EQUAL) and asked.type not in _ORDERED:
        return False
    if asked.type is ItemType.CHOICE:
        return condition.answer in {option.code for option in asked.options}
    kinds: dict[ItemType, type] = {
        ItemType.BOOLEAN: bool,
        ItemType.INTEGER: int,
        ItemType.DECIMAL: Decimal,
        ItemType.DATE: date,
    }
    return type(condition.answer) is kinds.get(asked.type, str)


def _with_help(item: Item, inner: tuple[Item, ...]) -> Item:
    """FHIR writes a help text as a display item inside the question."""
    helps = [each for each in inner if each.control == "help"]
    rest = tuple(each for each in inner if each.control != "help")
    return replace(item, help=helps[0].text if helps else {}, items=rest)
