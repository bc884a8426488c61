"""Reads a form from FHIR R4 Questionnaire JSON and refuses by name what is beyond the subset.

Everything wrong is told at once, each with the item where it is. The file may come from a stranger: its
size, depth and number of items are limited, and nothing in it is an expression to run.
"""

import hashlib
import json
from typing import Any

from kehra.library.forms.items import ItemReader, check_order
from kehra.library.forms.json_values import Fields, Problems
from kehra.library.forms.values import Form, FormError, Problem

MAX_BYTES = 256 * 1024

# Facts about the questionnaire that do not change how it is asked or answered.
_SILENT = {
    "id", "meta", "text", "identifier", "name", "status", "experimental", "subjectType", "date", "publisher",
    "contact", "description", "useContext", "jurisdiction", "purpose", "copyright", "approvalDate",
    "lastReviewDate", "effectivePeriod", "code",
}  # fmt: skip


def read(content: bytes) -> Form:
    """The form in `content`; raises FormError with every problem found."""
    resource = _parse(content)
    problems = Problems()
    fields = Fields(resource, "The questionnaire", problems)
    if fields.take("resourceType") != "Questionnaire":
        raise FormError(
            [Problem("The file", "it is not a FHIR Questionnaire", "Its resourceType must say so.")]
        )
    fields.ignore(_SILENT)
    language = fields.text("language") or "fi"
    url, version = fields.text("url"), fields.text("version")
    if not url:
        problems.add("The questionnaire", "it has no url", "Give it one: answers are stored under it.")
    title = fields.texts("title", language)
    items = ItemReader(problems, language).items(fields.take("item"), "The questionnaire", 1)
    fields.refuse_rest()
    if not items:
        problems.add("The questionnaire", "it has no items", "Add a question.")
    check_order(items, problems)
    problems.stop_if_any()
    return Form(url, version, hashlib.sha256(content).hexdigest(), title, language, items)


def _parse(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        fault = f"it has {len(content)} bytes"
        raise FormError([Problem("The file", fault, f"A form may have {MAX_BYTES} bytes; split it.")])
    try:
        resource = json.loads(
            content.decode("utf-8"), object_pairs_hook=_no_key_twice, parse_constant=_no_constant
        )
    except RecursionError:
        raise FormError([Problem("The file", "its parts nest too deep", "Remove the nesting.")]) from None
    except ValueError as error:
        raise FormError([Problem("The file", f"it is not JSON ({error})", "Export it again.")]) from None
    if not isinstance(resource, dict):
        raise FormError([Problem("The file", "it is not a FHIR resource", "It must be one JSON object.")])
    return resource


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
