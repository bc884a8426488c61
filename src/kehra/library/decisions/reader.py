"""Reads a decision table from DMN 1.3 XML and refuses by name what is beyond the subset.

One file holds one decision with one table. Everything wrong is told at once, each with the row and column
where it is. The file may come from a stranger: no document type, no entities, limits on size and depth.
"""

import hashlib
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kehra.library.decisions.cells import CellError, read_literal, read_literals, read_tests
from kehra.library.decisions.values import (
    Cell,
    Column,
    DecisionError,
    HitPolicy,
    Problem,
    Rule,
    Table,
    Type,
    Value,
)

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_RULES = 1000
MAX_COLUMNS = 50

_NAMESPACE = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
# What may stand beside a table without changing what it answers. Names of other namespaces (the drawing,
# an editor's own marks) never do.
_SILENT = {
    "definitions": {"decision", "inputData", "description", "extensionElements"},
    "decision": {
        "decisionTable", "variable", "informationRequirement", "description",
        "question", "allowedAnswers", "extensionElements",
    },
    "decisionTable": {"input", "output", "rule", "annotation", "description", "extensionElements"},
    "input": {"inputExpression", "inputValues", "description", "extensionElements"},
    "inputExpression": {"text", "description"},
    "output": {"outputValues", "description", "extensionElements"},
    "rule": {"inputEntry", "outputEntry", "annotationEntry", "description", "extensionElements"},
}  # fmt: skip


def read(xml: bytes) -> Table:
    """The table in `xml`; raises DecisionError with every problem found."""
    root = _parse(xml)
    return _Reader(hashlib.sha256(xml).hexdigest()).table(root)


def _parse(xml: bytes) -> Element:
    if len(xml) > MAX_BYTES:
        fault = f"it has {len(xml)} bytes"
        raise DecisionError([Problem("The file", fault, f"A table may have {MAX_BYTES} bytes; split it.")])
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException:
        problem = Problem("The file", "it declares a document type or entities", "Remove the DOCTYPE.")
    except (ParseError, ValueError, LookupError) as error:
        problem = Problem("The file", f"it is not XML ({error})", "Export it again as DMN 1.3.")
    else:
        if not _deeper_than(root, MAX_DEPTH):
            return root
        problem = Problem("The file", f"its elements nest deeper than {MAX_DEPTH}", "Remove the nesting.")
    raise DecisionError([problem])


def _deeper_than(root: Element, depth: int) -> bool:
    level = [root]
    for _ in range(depth):
        level = [child for element in level for child in element]
    return bool(level)


def _kind(element: Element) -> str:
    """The element's name in DMN, or nothing when it is of another namespace."""
    return element.tag.removeprefix(_NAMESPACE) if element.tag.startswith(_NAMESPACE) else ""


def _children(element: Element, kind: str) -> list[Element]:
    return element.findall(_NAMESPACE + kind)


def _text(element: Element | None) -> str:
    found = None if element is None else element.find(_NAMESPACE + "text")
    return "" if found is None else (found.text or "").strip()


class _Reader:
    """Collects the problems of one file while it reads it."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.annotations: list[str] = []
        self.problems: list[Problem] = []

    def table(self, root: Element) -> Table:
        decision, element = self.find_table(root)
        self.refuse_unknown(root)
        self.refuse_unknown(decision)
        self.refuse_unknown(element)
        inputs = tuple(self.input(each, n) for n, each in enumerate(_children(element, "input"), 1))
        outputs = tuple(self.output(each, n) for n, each in enumerate(_children(element, "output"), 1))
        self.check_columns(inputs, outputs)
        policy = self.hit_policy(element)
        self.annotations = [each.get("name", "") for each in _children(element, "annotation")]
        rows = _children(element, "rule")
        if not 0 < len(rows) <= MAX_RULES:
            self.wrong("The table", f"it has {len(rows)} rows", f"It needs from 1 to {MAX_RULES}.")
        self.stop_if_wrong()
        rules = tuple(self.rule(row, n, inputs, outputs) for n, row in enumerate(rows, 1))
        self.stop_if_wrong()
        name = decision.get("name", "")
        return Table(decision.get("id", ""), name, self.version, policy, inputs, outputs, rules)

    def find_table(self, root: Element) -> tuple[Element, Element]:
        decisions = _children(root, "decision")
        tables = [table for decision in decisions for table in _children(decision, "decisionTable")]
        if _kind(root) != "definitions":
            self.wrong("The file", "it is not a DMN 1.3 model", "Save it as DMN 1.3.")
        elif len(decisions) != 1 or len(tables) != 1:
            found = f"it has {len(decisions)} decisions and {len(tables)} tables"
            self.wrong("The file", found, "Keep one decision with one decision table in a file.")
        elif not decisions[0].get("id"):
            self.wrong("The decision", "it has no id", "Give it one: results are stored under it.")
        self.stop_if_wrong()
        return decisions[0], tables[0]

    def refuse_unknown(self, element: Element, place: str = "") -> None:
        kind = _kind(element)
        place = place or f"The element {kind}"
        language = element.get("expressionLanguage", "")
        if language and not language.rstrip("/").upper().endswith("FEEL"):
            self.wrong(place, f"the expression language {language} is not supported", "Write it in FEEL.")
        for child in element:
            if (name := _kind(child)) and name not in _SILENT[kind]:
                self.wrong(place, f"“{name}” is not supported", "Express it as rows of the table.")

    def hit_policy(self, element: Element) -> HitPolicy:
        text = element.get("hitPolicy", "UNIQUE")
        if text not in HitPolicy.__members__:
            choices = " or ".join(HitPolicy)
            self.wrong("The table", f"the hit policy {text} is not supported", f"Use {choices}.")
            return HitPolicy.UNIQUE
        return HitPolicy(text)

    def input(self, element: Element, number: int) -> Column:
        place = f"Input {number}"
        self.refuse_unknown(element, place)
        expression = element.find(_NAMESPACE + "inputExpression")
        if expression is not None:
            self.refuse_unknown(expression, place)
        typeref = "" if expression is None else expression.get("typeRef", "")
        return self.column(element, place, _text(expression), typeref, "inputValues")

    def output(self, element: Element, number: int) -> Column:
        place = f"Output {number}"
        self.refuse_unknown(element, place)
        return self.column(
            element, place, element.get("name", ""), element.get("typeRef", ""), "outputValues"
        )

    def column(self, element: Element, place: str, name: str, typeref: str, values: str) -> Column:
        if not _NAME.match(name):
            self.wrong(
                place, f"“{name}” is no plain name", "Use letters, digits and _, beginning with a letter."
            )
        if typeref not in list(Type):
            self.wrong(place, f"the type “{typeref}” is not supported", f"Use one of: {', '.join(Type)}.")
            return Column(name, "", Type.STRING)
        column = Column(name, element.get("label") or name, Type(typeref))
        allowed = element.find(_NAMESPACE + values)
        if allowed is None:
            return column
        return Column(column.name, column.label, column.type, self.allowed(_text(allowed), column, place))

    def allowed(self, text: str, column: Column, place: str) -> tuple[Value, ...]:
        try:
            return read_literals(text, column)
        except CellError as error:
            self.wrong(f"{place}, allowed values", error.fault, error.remedy)
            return ()

    def check_columns(self, inputs: tuple[Column, ...], outputs: tuple[Column, ...]) -> None:
        for kind, columns in (("inputs", inputs), ("outputs", outputs)):
            names = [column.name for column in columns]
            if not 0 < len(columns) <= MAX_COLUMNS:
                self.wrong("The table", f"it has {len(columns)} {kind}", f"It needs from 1 to {MAX_COLUMNS}.")
            for name in sorted({name for name in names if names.count(name) > 1}):
                self.wrong("The table", f"two {kind} are called “{name}”", "Give each its own name.")

    def rule(
        self, row: Element, number: int, inputs: tuple[Column, ...], outputs: tuple[Column, ...]
    ) -> Rule:
        place = f"Row {number}"
        self.refuse_unknown(row, place)
        tests = self.entries(row, "inputEntry", inputs, place)
        results = self.entries(row, "outputEntry", outputs, place)
        cells = tuple(self.cell(text, column, place) for text, column in tests)
        values = tuple(self.value(text, column, place) for text, column in results)
        words = dict(zip(self.annotations, map(_text, _children(row, "annotationEntry")), strict=False))
        if description := row.findtext(_NAMESPACE + "description"):
            words.setdefault("", description.strip())  # Some editors write the annotation here.
        return Rule(row.get("id") or f"row-{number}", number, cells, values, words)

    def entries(
        self, row: Element, kind: str, columns: tuple[Column, ...], place: str
    ) -> list[tuple[str, Column]]:
        texts = [_text(entry) for entry in _children(row, kind)]
        if len(texts) != len(columns):
            self.wrong(
                place, f"it has {len(texts)} of {kind} for {len(columns)} columns", "Give each one cell."
            )
        return list(zip(texts, columns, strict=False))

    def cell(self, text: str, column: Column, place: str) -> Cell:
        try:
            return read_tests(text, column)
        except CellError as error:
            self.wrong(f"{place}, input “{column.name}”", error.fault, error.remedy)
            return Cell(text)

    def value(self, text: str, column: Column, place: str) -> Value:
        try:
            return read_literal(text, column)
        except CellError as error:
            self.wrong(f"{place}, output “{column.name}”", error.fault, error.remedy)
            return ""

    def wrong(self, place: str, fault: str, remedy: str) -> None:
        self.problems.append(Problem(place, fault, remedy))

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise DecisionError(self.problems)
