"""The dated figures of rights: read from the file in `data/`, written into the table as they stand. Writing
is idempotent: a version is known by its code and first day."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps.registry import Apps

_FILE = Path(__file__).resolve().parent / "data" / "thresholds.toml"


def load_thresholds(apps: Apps) -> None:
    """Brings the table to what the file says."""
    apps.get_model("rights", "Threshold").objects.bulk_create(
        [apps.get_model("rights", "Threshold")(**row) for row in threshold_rows()],
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=["valid_until", "amount", "unit", "ground", "certainty"],
    )


def threshold_rows() -> list[dict[str, Any]]:
    """The fields of every version of every figure."""
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["threshold"]
    return rows
