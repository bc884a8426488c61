"""The dated rows of entering later: read from the file in `data/`, written as they stand. Idempotent: a
version is known by its first day."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps.registry import Apps

_FILE = Path(__file__).resolve().parent / "data" / "late_rules.toml"


def load_late_rules(apps: Apps) -> None:
    """Brings the table to what the file says."""
    model = apps.get_model("matters", "LateRule")
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["late_rule"]
    model.objects.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["valid_from"],
        update_fields=["valid_until", "days", "ground"],
    )
