"""The list of what was deleted, outside the database: after a restore from a backup it is read again, so
that what was deleted stays deleted. It holds kinds, keys and moments, and nothing of a person."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Line:
    """Rows of one kind that were deleted together: each key with the moment at which its row began, for a
    key may be given again after a restore."""

    county: str
    kind: str
    rule: int
    at: str
    rows: list[tuple[int, str]]


def add(line: Line) -> None:
    """Forces the line to the disk, before the deletion is committed: what stands here without having been
    deleted was approved to be."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640), "a", encoding="ascii") as file:
        file.write(json.dumps(asdict(line), separators=(",", ":")) + "\n")
        file.flush()
        os.fsync(file.fileno())


def lines() -> Iterator[Line]:
    """Every line. One that a crash left unfinished was not committed, and is passed over."""
    if not _path().exists():
        return
    with _path().open(encoding="ascii") as file:
        for text in file:
            if text.endswith("\n"):
                fields = json.loads(text)
                fields["rows"] = [(key, moment) for key, moment in fields["rows"]]
                yield Line(**fields)


def _path() -> Path:
    return Path(settings.DELETIONS_FOLDER) / "deletions"
