"""The lines of the files with which a county brings its queues and bookings along, read into values.

Nothing is looked up here: a line is well formed, or it is said where it is not and what to write.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TypeVar

from kehra.kernel.people.rules import BadIdentityCode, identity_code
from kehra.kernel.time import helsinki

LARGEST = 20 * 1024 * 1024  # bytes of a file
MOST_LINES = 100_000
LONGEST = 5_000  # characters of a cell
URGENCIES = {"emergency": 1, "urgent": 2, "unknown": 3, "non_urgent": 4}
CHANNELS = ("phone", "walk_in", "referral", "letter", "digital")
MANNERS = ("on_site", "video", "phone")

QUEUE_COLUMNS = {
    "id": True,
    "identity_code": True,
    "given_names": False,
    "family_name": False,
    "language": False,
    "service": True,
    "unit": True,
    "contacted_at": True,
    "assessed_at": False,
    "urgency": False,
    "channel": False,
    "need": False,
}
BOOKING_COLUMNS = {
    "id": True,
    "queue_id": True,
    "professional": True,
    "starts_at": True,
    "ends_at": True,
    "booked_at": True,
    "manner": False,
}

Line = TypeVar("Line")


@dataclass(frozen=True)
class Wrong:
    """Where something is wrong, and what to do. Line 1 is the header; line 0 means the whole file. Never
    says what stood in the cell: it may be somebody's."""

    file: str
    line: int
    column: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}{f', {self.column}' if self.column else ''}: {self.what}"


@dataclass(frozen=True)
class Queued:
    """Somebody waits since `contacted_at`; judged at `assessed_at`, if they were."""

    line: int
    id: str
    code: str
    given_names: str
    family_name: str
    language: str
    service: str
    unit: str
    contacted_at: datetime
    assessed_at: datetime | None
    urgency: int
    channel: str
    need: str


@dataclass(frozen=True)
class Booked:
    """A time that somebody has, in the matter of the queue's line `queue_id`."""

    line: int
    id: str
    queue_id: str
    professional: str
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    manner: str


class Cell(ValueError):
    """What is wrong with one cell."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column, self.what = column, what


def queues(name: str, content: bytes, *, now: datetime) -> tuple[list[Queued], list[Wrong]]:
    """The lines of a file of queues, and everything that is wrong in it."""
    return _lines(name, content, QUEUE_COLUMNS, lambda line, row: _queued(line, row, now))


def bookings(name: str, content: bytes, *, now: datetime) -> tuple[list[Booked], list[Wrong]]:
    """The lines of a file of bookings, and everything that is wrong in it."""
    return _lines(name, content, BOOKING_COLUMNS, lambda line, row: _booked(line, row, now))


def _lines(
    name: str, content: bytes, columns: dict[str, bool], read: Callable[[int, dict[str, str]], Line]
) -> tuple[list[Line], list[Wrong]]:
    try:
        rows = list(_rows(name, content, columns))
    except _Unusable as unusable:
        return [], [unusable.wrong]
    found: list[Line] = []
    wrong: list[Wrong] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        try:
            _check_cells(row, columns)
            if row["id"] in seen:
                raise Cell("id", f"the same as on line {seen[row['id']]}. Give each line an id of its own.")
            seen[row["id"]] = line
            found.append(read(line, row))
        except Cell as cell:
            wrong.append(Wrong(name, line, cell.column, cell.what))
    return found, wrong


class _Unusable(Exception):
    def __init__(self, name: str, what: str, line: int = 0) -> None:
        self.wrong = Wrong(name, line, "", what)


def _rows(name: str, content: bytes, columns: dict[str, bool]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line as a dictionary. Raises _Unusable for a file that is none of ours."""
    if len(content) > LARGEST:
        raise _Unusable(name, f"larger than {LARGEST // 1024**2} MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _Unusable(name, "not UTF-8. Save the file as CSV UTF-8.", line) from None
    if "\0" in text:
        raise _Unusable(name, "not text. Save the file as CSV UTF-8.")
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if header.count(";") >= header.count(",") else ",")
    try:
        names = [column.strip() for column in next(reader, [])]
        _check_header(name, names, columns)
        for row in reader:
            if reader.line_num > MOST_LINES:
                raise _Unusable(name, f"more than {MOST_LINES} lines. Split it.", reader.line_num)
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(names):
                words = (
                    f"{len(row)} columns where the header has {len(names)}. Check the separators and quotes."
                )
                raise _Unusable(name, words, reader.line_num)
            yield reader.line_num, dict(zip(names, (cell.strip() for cell in row), strict=True))
    except csv.Error as error:
        raise _Unusable(name, f"not CSV: {error}.", reader.line_num) from None


def _check_header(name: str, names: list[str], columns: dict[str, bool]) -> None:
    missing = [column for column, needed in columns.items() if needed and column not in names]
    unknown = [column for column in names if column not in columns]
    twice = {column for column in names if names.count(column) > 1}
    if missing or unknown or twice:
        told = [
            f"missing: {', '.join(missing)}." if missing else "",
            f"unknown: {', '.join(unknown)[:200]}." if unknown else "",
            f"twice: {', '.join(sorted(twice))[:200]}." if twice else "",
        ]
        raise _Unusable(name, f"the header is not as it must be; {' '.join(filter(None, told))}", 1)


def _check_cells(row: dict[str, str], columns: dict[str, bool]) -> None:
    for column, needed in columns.items():
        cell = row.get(column, "")
        if needed and not cell:
            raise Cell(column, "empty. It is needed.")
        if len(cell) > LONGEST:
            raise Cell(column, f"longer than {LONGEST} characters.")


def _queued(line: int, row: dict[str, str], now: datetime) -> Queued:
    contacted_at = _moment(row, "contacted_at", not_after=now)
    assessed_at = _moment(row, "assessed_at", not_after=now) if row.get("assessed_at") else None
    if assessed_at is not None and assessed_at < contacted_at:
        raise Cell("assessed_at", "before contacted_at. Check both.")
    try:
        code = identity_code(row["identity_code"])
    except BadIdentityCode:
        raise Cell("identity_code", "not a Finnish personal identity code. Check it.") from None
    return Queued(
        line=line,
        id=row["id"],
        code=code,
        given_names=row.get("given_names", ""),
        family_name=row.get("family_name", ""),
        language=_one_of(row, "language", ("fi", "sv", "en"), default="fi"),
        service=row["service"],
        unit=row["unit"],
        contacted_at=contacted_at,
        assessed_at=assessed_at,
        urgency=URGENCIES[_one_of(row, "urgency", tuple(URGENCIES), default="unknown")],
        channel=_one_of(row, "channel", CHANNELS, default="referral"),
        need=row.get("need", ""),
    )


def _booked(line: int, row: dict[str, str], now: datetime) -> Booked:
    starts_at, ends_at = _moment(row, "starts_at"), _moment(row, "ends_at")
    if ends_at <= starts_at:
        raise Cell("ends_at", "not after starts_at. Check both.")
    if starts_at <= now:
        raise Cell("starts_at", "in the past. Only coming times are brought along.")
    return Booked(
        line=line,
        id=row["id"],
        queue_id=row["queue_id"],
        professional=row["professional"],
        starts_at=starts_at,
        ends_at=ends_at,
        booked_at=_moment(row, "booked_at", not_after=now),
        manner=_one_of(row, "manner", MANNERS, default="on_site"),
    )


def _one_of(row: dict[str, str], column: str, choices: tuple[str, ...], *, default: str) -> str:
    cell = row.get(column, "") or default
    if cell not in choices:
        raise Cell(column, f"not one of {', '.join(choices)}.")
    return cell


def _moment(row: dict[str, str], column: str, *, not_after: datetime | None = None) -> datetime:
    """Helsinki time, or with its own zone; a day alone means its noon, the same day everywhere."""
    what = "not a time. Write 2026-02-28T10:15, or 2026-02-28."
    try:
        read = datetime.fromisoformat(row[column])
        if read.tzinfo is None:
            wall = time(12) if len(row[column]) == len("2026-02-28") else read.time()
            read = helsinki.at(read.date(), wall)
    except (helsinki.NoSuchTime, helsinki.TimeTwice):
        raise Cell(
            column, "the clocks change then. Write the zone, such as 2026-10-25T03:30+02:00."
        ) from None
    except ValueError:
        raise Cell(column, what) from None
    if read.year < 1990:
        raise Cell(column, "before 1990. Check the year.")
    if not_after is not None and read > not_after:
        raise Cell(column, "still to come. Check the day.")
    return read
