"""Writes small questionnaires for the tests."""

import json
from typing import Any

from kehra.library.forms.reader import read
from kehra.library.forms.values import Form


def questionnaire(*items: dict[str, Any], **more: Any) -> bytes:
    """A FHIR Questionnaire in Finnish with these items."""
    resource = {
        "resourceType": "Questionnaire",
        "url": "https://example.org/try",
        "version": "1",
        "status": "active",
        "language": "fi",
        "item": list(items),
    }
    return json.dumps(resource | more).encode()


def form(*items: dict[str, Any]) -> Form:
    """The same, read."""
    return read(questionnaire(*items))


def item(link_id: str, kind: str, **more: Any) -> dict[str, Any]:
    """An item whose text is its linkId."""
    return {"linkId": link_id, "type": kind, "text": link_id} | more


def options(*codes: str) -> list[dict[str, Any]]:
    """Options of a choice whose texts are their codes."""
    return [{"valueCoding": {"code": code, "display": code}} for code in codes]


def when(link_id: str, operator: str, **answer: Any) -> list[dict[str, Any]]:
    """One condition."""
    return [{"question": link_id, "operator": operator, **answer}]


def extension(name: str, **value: Any) -> list[dict[str, Any]]:
    """One of FHIR's own extensions."""
    return [{"url": f"http://hl7.org/fhir/StructureDefinition/{name}", **value}]


def translated(lang: str, content: str) -> dict[str, Any]:
    """What stands beside a text to translate it."""
    parts = [{"url": "lang", "valueCode": lang}, {"url": "content", "valueString": content}]
    return {"extension": extension("translation", extension=parts)}
