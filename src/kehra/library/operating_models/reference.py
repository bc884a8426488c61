"""The rows that the law gives: read from the files in `data/`, written into the tables as they stand.

Writing is idempotent: a version is known by its code and first day. Rows that are no longer in the files
stay, because clocks that were started by them refer to them.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps.registry import Apps

_DATA = Path(__file__).resolve().parent / "data"
_LANGUAGES = ("fi", "sv", "en")


def load_reference_rows(apps: Apps) -> None:
    """Brings the tables of time limits and pause reasons to what the files say."""
    _write(apps.get_model("operating_models", "LimitRow"), limit_rows())
    _write(apps.get_model("operating_models", "PauseReason"), pause_reason_rows())


def limit_rows() -> list[dict[str, Any]]:
    """The fields of every version of every limit."""
    file = _read("limits.toml")
    return [
        {
            key: value
            for key, value in {**limit, **version}.items()
            if key not in ("version", "act", "section")
        }
        | {"ground": _ground(file["acts"][version["act"]], version.get("section", ""))}
        for limit in file["limit"]
        for version in limit["version"]
    ]


def pause_reason_rows() -> list[dict[str, Any]]:
    """The fields of every pause reason."""
    rows: list[dict[str, Any]] = _read("pause_reasons.toml")["reason"]
    return rows


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _ground(act: Mapping[str, str], section: str) -> dict[str, str]:
    """The act and section as each language cites them."""
    if not section:
        return dict(act)
    cited = {"fi": f"{section} §", "sv": f"{section} §", "en": f"section {section}"}
    joint = {"fi": " ", "sv": " ", "en": ", "}
    return {language: f"{act[language]}{joint[language]}{cited[language]}" for language in _LANGUAGES}


def _write(model: Any, rows: list[dict[str, Any]]) -> None:
    fields = [field.name for field in model._meta.fields if field.name not in ("id", "code", "valid_from")]
    model.objects.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=fields,
    )
