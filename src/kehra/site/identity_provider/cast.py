"""The people one can sign in as: read from a JSON file, checked, and told apart by group."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GROUPS = ("residents", "professionals", "managers", "partners")
LANGUAGES = ("fi", "sv", "en")


class CastError(Exception):
    """The cast file cannot be used; the message says where it is wrong and what belongs there."""


@dataclass(frozen=True)
class Member:
    """One person of the cast. `sub` is what the county knows them by; `about` has a line per language."""

    sub: str
    name: str
    group: str
    about: dict[str, str]
    first: bool = False  # one of those whom a newcomer may try first


Cast = dict[str, Member]


def read(path: Path) -> Cast:
    """The cast by `sub`, in the file's order; raises CastError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CastError(f"The cast file {path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise CastError(f"The cast file {path} is not JSON in UTF-8: {error}") from error
    if not isinstance(rows, list) or not rows:
        raise CastError(f"The cast file {path} must hold a list of at least one person.")
    cast: Cast = {}
    for number, row in enumerate(rows, start=1):
        member = _member(row, where=f"{path}, person {number}")
        if member.sub in cast:
            raise CastError(f"{path}, person {number}: sub {member.sub!r} is given twice.")
        cast[member.sub] = member
    return cast


def _member(row: Any, *, where: str) -> Member:
    if not isinstance(row, dict):
        raise CastError(f"{where}: must be an object with sub, name, group and about.")
    for key in ("sub", "name", "group"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise CastError(f"{where}: {key} must be a text that is not empty.")
    if row["group"] not in GROUPS:
        raise CastError(f"{where}: group must be one of {', '.join(GROUPS)}, not {row['group']!r}.")
    about = row.get("about")
    if not isinstance(about, dict) or any(not isinstance(about.get(code), str) for code in LANGUAGES):
        raise CastError(f"{where}: about must hold a line in each of {', '.join(LANGUAGES)}.")
    return Member(
        sub=row["sub"], name=row["name"], group=row["group"], about=about, first=row.get("first") is True
    )
