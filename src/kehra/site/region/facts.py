"""Reads the data files of a county. Whatever is wrong with one is told by file, line and what to do."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from kehra.site.environment import SettingError

DATA = Path(__file__).parent / "data"
LANGUAGES = ("fi", "sv", "en")

Thing = TypeVar("Thing")


class BadData(SettingError):
    """A data file cannot be used; the message names the file and the line, and says what to do."""


@dataclass(frozen=True)
class Row:
    """One line of a file; every reading of a cell checks it."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def wrong(self, what: str) -> BadData:
        """The error to raise about this line."""
        return BadData(f"{self.file}, line {self.line}: {what}")

    def text(self, column: str) -> str:
        """A text that may not be missing."""
        if not self.cells[column]:
            raise self.wrong(f"{column} is empty. Write a value.")
        return self.cells[column]

    def optional(self, column: str) -> str:
        """A text that may be missing: then empty."""
        return self.cells[column]

    def words(self, column: str) -> list[str]:
        """The words of a cell, separated by spaces."""
        return self.cells[column].split()

    def number(self, column: str) -> int:
        """A whole number of at least 0."""
        if not self.cells[column].isdecimal():
            raise self.wrong(f"{column} must be a whole number, not {self.cells[column]!r}.")
        return int(self.cells[column])

    def degrees(self, column: str) -> float:
        """A coordinate in degrees (WGS 84)."""
        try:
            value = float(self.cells[column])
        except ValueError:
            raise self.wrong(f"{column} must be degrees such as 62.24, not {self.cells[column]!r}.") from None
        if not -180 <= value <= 180:
            raise self.wrong(f"{column} must be degrees between -180 and 180, not {value}.")
        return value

    def day(self, column: str) -> date:
        """A date written as 2023-01-01."""
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            raise self.wrong(
                f"{column} must be a date such as 2023-01-01, not {self.cells[column]!r}."
            ) from None

    def day_or_none(self, column: str) -> date | None:
        """A date, or None for an empty cell: no end."""
        return self.day(column) if self.cells[column] else None

    def flag(self, column: str) -> bool:
        """yes or no."""
        return self.code(column, ("yes", "no")) == "yes"

    def code(self, column: str, allowed: Collection[str]) -> str:
        """One of the codes allowed."""
        if self.cells[column] not in allowed:
            known = ", ".join(sorted(allowed)[:12])
            raise self.wrong(f"{column} {self.cells[column]!r} is not known. Use one of: {known}.")
        return self.cells[column]

    def reference(self, column: str, things: Mapping[str, Thing], *, to: str) -> Thing:
        """What the cell names, defined in the file `to`."""
        return self.look_up(column, self.cells[column], things, to=to)

    def reference_or_none(self, column: str, things: Mapping[str, Thing], *, to: str) -> Thing | None:
        """What the cell names; None for an empty cell."""
        return self.reference(column, things, to=to) if self.cells[column] else None

    def references(self, column: str, things: Mapping[str, Thing], *, to: str) -> list[Thing]:
        """What each word of the cell names."""
        return [self.look_up(column, word, things, to=to) for word in self.words(column)]

    def look_up(self, column: str, word: str, things: Mapping[str, Thing], *, to: str) -> Thing:
        """What `word` of the cell names; BadData if the file `to` does not define it."""
        if word not in things:
            raise self.wrong(f"{column} names {word!r}, which {to} does not define. Add it there or mend it.")
        return things[word]

    def texts(self, prefix: str) -> dict[str, str]:
        """A text in the three languages, from the columns prefix_fi, prefix_sv and prefix_en."""
        return {language: self.text(f"{prefix}_{language}") for language in LANGUAGES}


@dataclass(frozen=True)
class Facts:
    """The folder of data files."""

    folder: Path = DATA

    def rows(self, name: str, columns: str, *, key: str = "") -> list[Row]:
        """The rows of the file `name`, which must have `columns` (and may have others); name_* means a
        column for each language. The cells of `key` (columns) together may stand only once."""
        path = self.folder / name
        rows = list(_rows(path, _expanded(columns)))
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            values = tuple(row.cells[column] for column in key.split())
            if key and values in seen:
                raise row.wrong(
                    f"{' '.join(values)} stands already on line {seen[values]}. Keep one of them."
                )
            seen[values] = row.line
        return rows


def _expanded(columns: str) -> list[str]:
    """ "name_*" as name_fi, name_sv and name_en."""
    return [
        name
        for column in columns.split()
        for name in ([column[:-1] + language for language in LANGUAGES] if column.endswith("*") else [column])
    ]


def _rows(path: Path, columns: list[str]) -> Iterator[Row]:
    reader = csv.DictReader(_text(path).splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise BadData(
            f"{path}, line 1: the column {missing[0]} is missing. Add it to the header and each line."
        )
    for cells in reader:
        row = Row(path, reader.line_num, {})
        if None in cells or None in cells.values():
            raise row.wrong(
                f"there must be {len(reader.fieldnames or ())} cells. Quote cells that hold a comma."
            )
        yield Row(path, reader.line_num, {name: cell.strip() for name, cell in cells.items()})


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadData(f"{path}: the file cannot be read ({error.strerror}). Put it there.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadData(f"{path}, line {line}: the file is not UTF-8. Save it again as UTF-8.") from error
