"""The expected table of docs/access.md, as it was written by hand."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

# The grounds that the letters of the table stand for, as the log keeps them (code system "relation").
GROUNDS = {
    "s": "self",
    "a": "acting_for",
    "g": "guardianship",
    "b": "mandate",
    "j": "assignment",
    "t": "unit_takes_part",
    "w": "unit_works",
    "v": "unit_answers",
    "h": "same_sector",
    "p": "permit",
    "d": "unit_visited",
    "u": "unit_task",
    "k": "unit_asked",
    "l": "lists_unit",
    "n": "serving_unit",
    "r": "received",
    "x": "author",
    "e": "emergency",
    "o": "officer",
    "m": "manager",
    "z": "manager_covers",
    "i": "unit",
    "f": "on_duty",
    "q": "unit_machine",
    "y": "system",
    "c": "cause",
    "R": "records",
}
LOG = {"r": "read", "w": "write", "s": "session"}


@dataclass(frozen=True)
class Row:
    """One permission on one kind of thing: who may, on what ground, and what refuses whatever allows.

    name    the permission, and after a colon on what
    behind  the permission without which the thing does not exist for the actor; empty for none
    grounds of each column, the code that the log keeps; empty where it may not be done
    """

    name: str
    behind: str
    log: str
    never: str
    grounds: dict[str, str]

    @property
    def permission(self) -> str:
        return self.name.split(":")[0]


@cache
def rows() -> dict[str, Row]:
    """The rows of the table, by name."""
    lines = [line for line in _block().splitlines() if "|" in line]
    columns = re.findall(r"\w+", lines[1].split("|", 1)[1])
    return {row.name: row for row in (_row(line, columns) for line in lines[2:])}


def _block() -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    return text.split("## The table", 1)[1].split("```text\n", 1)[1].split("```", 1)[0]


def _row(line: str, columns: list[str]) -> Row:
    named, cells = line.split("|", 1)
    letters = re.findall(r"[-a-zR]", cells)
    head = re.fullmatch(r"(\S+?(?:: .+?)?) +(-|[a-z_.]+) +([rws]) +(-|R|O|RO) *", named)
    if head is None or len(letters) != len(columns):
        raise ValueError(f"docs/access.md: this row cannot be read:\n{line}")
    name, behind, log, never = head.groups()
    grounds = {column: GROUNDS.get(letter, "") for column, letter in zip(columns, letters, strict=True)}
    return Row(name, _in_full(name, behind), LOG[log], never, grounds)


def _in_full(name: str, behind: str) -> str:
    """`read` is that of the app; in a matter, the matter's."""
    app = name.split(".")[0]
    if behind == "-" or "." in behind:
        return behind.strip("-")
    return f"{'matters' if app in {'assessments', 'booking'} else app}.{behind}"
