"""One professional's entry as others take it: a FHIR R4 document, and a text with headings.

Profiles: Finnish base profiles (Patient with the code as NNFIN, protection in `meta.security`). Never an
address: whoever needs it has it from the population register.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from uuid import UUID, uuid5

from kehra.kernel.time import helsinki

CODE, REGISTER_NUMBER = "urn:oid:1.2.246.21", "urn:oid:1.2.246.537.26"
SECURITY = "https://hl7.fi/fhir/finnish-base-profiles/CodeSystem/fi-base-security-label-cs"
URI = "urn:ietf:rfc:3986"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What one entry says, who wrote it, about whom. `replaces` is the document that it corrects;
    `withdrawn` says that it was entered in error and nothing takes its place."""

    id: UUID
    replaces: UUID | None
    withdrawn: bool
    title: str
    text: str
    written_at: datetime
    happened_at: datetime
    code: str
    names: tuple[str, str]
    birth_date: date | None
    protected: bool
    author: str
    profession: str
    register_number: str
    unit: str
    county: str


def document(facts: Facts) -> Resource:
    """A Bundle of type document; the same facts give the same document."""
    resources = {"composition": _composition(facts), "patient": _patient(facts), **_authors(facts)}
    return {
        "resourceType": "Bundle",
        "id": str(facts.id),
        "identifier": {"system": URI, "value": facts.id.urn},
        "type": "document",
        "timestamp": facts.written_at.isoformat(),
        "entry": [
            {"fullUrl": _url(facts, name), "resource": resource} for name, resource in resources.items()
        ],
    }


def text(facts: Facts, words: Mapping[str, str]) -> str:
    """Headings and what stands under them, for a system that takes only text. `words` has the headings
    `when`, `who`, `about` and `entry` in the reader's language."""
    when = helsinki.local(facts.happened_at).strftime("%-d.%-m.%Y %-H.%M")
    parts = (
        (words["when"], when),
        (words["who"], f"{facts.author}, {facts.profession}, {facts.unit}"),
        (words["about"], facts.title),
        (words["entry"], facts.text),
    )
    return "\n\n".join(f"{heading.upper()}\n{what}" for heading, what in parts)


def _composition(facts: Facts) -> Resource:
    made: Resource = {
        "resourceType": "Composition",
        "identifier": {"system": URI, "value": facts.id.urn},
        "status": "entered-in-error" if facts.withdrawn else "amended" if facts.replaces else "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "34109-9", "display": "Note"}]},
        "subject": {"reference": _url(facts, "patient")},
        "date": facts.happened_at.isoformat(),
        "author": [{"reference": _url(facts, "author")}],
        "custodian": {"reference": _url(facts, "county")},
        "title": facts.title,
        "section": [{"title": facts.title, "text": {"status": "generated", "div": _narrative(facts.text)}}],
    }
    if facts.replaces:
        target = {"system": URI, "value": facts.replaces.urn}
        made["relatesTo"] = [{"code": "replaces", "targetIdentifier": target}]
    return made


def _patient(facts: Facts) -> Resource:
    given, family = facts.names
    made: Resource = {
        "resourceType": "Patient",
        "identifier": [
            {
                "use": "official",
                "type": {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NNFIN"}]
                },
                "system": CODE,
                "value": facts.code,
            }
        ],
        "name": [{"family": family, "given": given.split()}],
    }
    if facts.birth_date:
        made["birthDate"] = facts.birth_date.isoformat()
    if facts.protected:
        made["meta"] = {"security": [{"system": SECURITY, "code": "TURVAKIELTO"}]}
    return made


def _authors(facts: Facts) -> dict[str, Resource]:
    practitioner: Resource = {"resourceType": "Practitioner", "name": [{"text": facts.author}]}
    if facts.register_number:
        practitioner["identifier"] = [{"system": REGISTER_NUMBER, "value": facts.register_number}]
    return {
        "author": {
            "resourceType": "PractitionerRole",
            "practitioner": {"reference": _url(facts, "practitioner")},
            "organization": {"reference": _url(facts, "unit")},
            "code": [{"text": facts.profession}],
        },
        "practitioner": practitioner,
        "unit": {
            "resourceType": "Organization",
            "name": facts.unit,
            "partOf": {"reference": _url(facts, "county")},
        },
        "county": {"resourceType": "Organization", "name": facts.county},
    }


def _url(facts: Facts, name: str) -> str:
    """Where a part of this document is, for references inside it; the same at each sending."""
    return uuid5(facts.id, name).urn


def _narrative(written: str) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in written.splitlines() if line.strip())
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'
