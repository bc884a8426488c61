"""The dated rules of keeping: read from the file in `data/`, written into the table as they stand. Writing is
idempotent: a version is known by its code and first day."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps.registry import Apps

_FILE = Path(__file__).resolve().parent / "data" / "retention.toml"


def load_rules(apps: Apps) -> None:
    """Brings the table to what the file says."""
    model = apps.get_model("retention", "RetentionRule")
    fields = [field.name for field in model._meta.fields if field.name not in ("id", "code", "valid_from")]
    model.objects.bulk_create(
        [model(**row) for row in rule_rows()],
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=fields,
    )


def rule_rows() -> list[dict[str, Any]]:
    """The fields of every version of every rule."""
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["rule"]
    return rows
