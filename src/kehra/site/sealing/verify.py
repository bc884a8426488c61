"""Does the log say what it said when it was sealed? The seals are checked first, each on its own and as a
chain; then every row is compared with its record, both in the order of number and time.

Neither has to fit into the memory: records are sorted in runs on the disk and merged.
"""

import heapq
import struct
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kehra.site.sealing import keys
from kehra.site.sealing.book import Book, Seal, hash_of, read_line, root_of
from kehra.site.sealing.sealer import read_status
from kehra.site.sealing.trails import KEY, RECORD, Trail, microseconds, moment

Progress = Callable[[str, int, int], None]

MOST_FINDINGS = 500  # told one by one; all are counted
MOST_COMPARED = 50_000  # contents kept to see what was moved where
RUN = 250_000  # records sorted in the memory at once
EVERY = 10_000  # rows between two tellings of progress
# A row may come to the log this much before or after its time: a long transaction, a clock that is off.
BEFORE, AFTER = timedelta(hours=1), timedelta(minutes=5)
LATE = timedelta(minutes=10)  # a row that is older and not sealed was left out

_ENTRY = struct.Struct(">qq32sQ")  # a record, and its seal
_LOW = 2**63  # makes signed numbers sort as bytes do


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what kind, and in words that name the row by its number and time."""

    kind: str
    words: str


@dataclass
class Report:
    """What was found in one trail."""

    trail: str
    rows: int = 0
    seals: int = 0
    last_seal: str = ""
    head: str = ""
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    lost: int = 0
    statements: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    wrong: int = 0

    def add(self, kind: str, words: str, *, rows: int = 1) -> None:
        """Notes what is wrong; `rows` is how many rows it is about."""
        self.wrong += rows
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, words))


@dataclass
class Verification:
    """One trail against its book. `since` leaves out what was sealed before."""

    folder: Path
    trail: Trail
    key: Ed25519PublicKey
    now: datetime
    since: datetime | None = None
    head: tuple[int, str] | None = None  # a seal's number and hash that were kept elsewhere
    progress: Progress = lambda what, done, total: None

    def __post_init__(self) -> None:
        self.book = Book(self.folder, self.trail.name)
        self.report = Report(self.trail.name)
        self.above: int | None = None  # numbers up to this one were sealed before `since`
        self.last: Seal | None = None
        self.last_hash = ""
        self.statements: list[Seal] = []

    def run(self, connection: psycopg.Connection) -> Report:
        """Reads the seals before the rows, so that what is sealed meanwhile is not taken for wrong."""
        with tempfile.TemporaryDirectory(prefix="kehra-verify-") as name:
            runs = self._sorted_runs(Path(name))
            self._check_end()
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                months = _partitions(self.trail, connection)  # nothing else can be asked while rows come
                rows = self.trail.all_records(connection, self.above)
                Comparison(self, months).run(heapq.merge(*map(_read_run, runs)), rows)
        return self.report

    def _sorted_runs(self, folder: Path) -> list[Path]:
        """Checks every seal; its records go to the disk in sorted runs."""
        runs: list[Path] = []
        entries: list[bytes] = []
        for seal, records in self._seals():
            for record in records:
                number, at = KEY.unpack_from(record)
                if self.above is None or number > self.above:
                    self._check_time(seal, number, at)
                    entries.append(_ENTRY.pack(number - _LOW, at - _LOW, record[16:], seal.number))
            if len(entries) >= RUN:
                runs.append(_write_run(folder / str(len(runs)), entries))
                entries = []
        return [*runs, _write_run(folder / str(len(runs)), entries)] if entries else runs

    def _seals(self) -> Iterator[tuple[Seal, list[bytes]]]:
        """The seals from `since` on, with their records. What is wrong with one is noted."""
        previous, end, number = "", 0, 0
        size = self.book.seals.stat().st_size if self.book.seals.exists() else 0
        read = 0
        for line in self.book.lines():
            read += len(line) + 1
            self.progress(f"{self.trail.name}: seals", min(read, size), size)
            try:
                seal, text, signature = read_line(line)
            except ValueError:
                if read <= size:
                    self.report.add("seal", f"seal {number + 1} cannot be read: the file was changed")
                    previous = hash_of(line)
                continue
            if self.since is not None and datetime.fromisoformat(seal.time) < self.since:
                self.above = seal.upto
            else:
                self._check_seal(seal, text, signature, previous, number)
                records = self.book.records_between(end, seal.end)
                if seal.rows and root_of(records) != seal.root:
                    self.report.add("records", f"the records of seal {seal.number} are not those sealed")
                yield seal, records
            if seal.statement:
                self.statements.append(seal)
                self.report.statements.append(_told(seal))
            previous, end, number = hash_of(line), seal.end, seal.number
            self.last, self.last_hash = seal, previous
            self.report.seals += 1
            if self.head is not None and self.head[0] == seal.number and self.head[1] != previous:
                self.report.add("seal", f"seal {seal.number} is not the one whose hash was kept elsewhere")

    def _check_seal(self, seal: Seal, text: bytes, signature: bytes, previous: str, number: int) -> None:
        if not keys.signed(self.key, signature, text):
            self.report.add("seal", f"seal {seal.number} of {seal.time} is not signed by the key")
        if seal.trail != self.trail.name:
            self.report.add("seal", f"seal {seal.number} is of another trail ({seal.trail})")
        if (number or self.above is None) and (seal.number != number + 1 or seal.previous != previous):
            self.report.add(
                "seal", f"seal {seal.number} does not follow seal {number}: seals were changed or removed"
            )
        if seal.form != self.trail.form:
            self.report.add("seal", f"seal {seal.number} was made by a newer version (form {seal.form})")

    def _check_time(self, seal: Seal, number: int, at: int) -> None:
        if number <= seal.history:
            return
        since, until = datetime.fromisoformat(seal.since) - BEFORE, datetime.fromisoformat(seal.time) + AFTER
        if not microseconds(since) <= at <= microseconds(until):
            self.report.add(
                "backdated",
                f"row {number} says {_at(at)}, but came to the log between {seal.since} and {seal.time}",
            )

    def _check_end(self) -> None:
        """The end of the book is where the sealer left it."""
        report, last = self.report, self.last
        if last is None:
            report.add("seal", f"there are no seals in {self.book.seals}")
            return
        report.last_seal, report.head = last.time, f"{last.number}:{self.last_hash}"
        if self.book.torn():
            report.add("seal", "the last line of the seals is not finished: a crash, or somebody's hand")
        if self.head is not None and self.head[0] > last.number:
            report.add("seal", f"the seals end at {last.number}, but seal {self.head[0]} was kept elsewhere")
        known = read_status(self.folder).get("trails", {}).get(self.trail.name, {})
        if known and known["number"] > last.number:
            report.add("seal", f"the seals end at {last.number}, but seal {known['number']} had been made")
        if known and known["number"] == last.number and known["hash"] != self.last_hash:
            report.add("seal", f"the last seal ({last.number}) is not the one that the sealer made")

    def not_due(self, number: int) -> bool:
        """Whether a row with this number may lawfully be without a seal yet."""
        if self.last is None or number > self.last.upto:
            return True
        return any(low <= number <= high for low, high, _ in self.last.open)

    def declared_lost(self, number: int, seal: int) -> bool:
        """Whether a later signed statement says that the row was lost when the database was restored."""
        return any(
            statement.number > seal and low <= number <= high
            for statement in self.statements
            for low, high in statement.statement.get("lost", ())
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that was sealed and is not there."""

    number: int
    at: int
    content: bytes


@dataclass
class Comparison:
    """Walks through records and rows together; both are in the order of number and time. `months` are the
    partitions that the table has."""

    on: Verification
    months: set[str]

    def __post_init__(self) -> None:
        self.report = self.on.report
        self.total = self.on.last.end // RECORD if self.on.last else 0
        self.run_of_missing: deque[Missing] = deque()
        self.first_missing: Missing | None = None
        self.missing_rows = 0
        self.missing: dict[bytes, Missing] = {}
        self.changed: list[tuple[int, int, bytes, bytes]] = []
        self.added: list[tuple[int, int, bytes]] = []

    def run(self, entries: Iterator[bytes], rows: Iterator[bytes]) -> None:
        """Notes every difference in the report."""
        entry, row = next(entries, None), next(rows, None)
        while entry is not None or row is not None:
            expected = _unpacked(entry) if entry is not None else None
            there = KEY.unpack_from(row) if row is not None else None
            if expected is not None and (there is None or expected[:2] < there):
                self._note_missing(*expected)
                entry = next(entries, None)
            elif row is not None and there is not None and (expected is None or there < expected[:2]):
                self._count()
                self._note_added(there[0], there[1], row[16:])
                row = next(rows, None)
            elif row is not None and expected is not None:
                self._count()
                self._end_run_of_missing()
                if row[16:] != expected[2]:
                    self._note_changed(*expected[:2], expected[2], row[16:])
                entry, row = next(entries, None), next(rows, None)
        self._end_run_of_missing(at_the_end=True)
        self._tell_changed()
        self._tell_added()
        self._tell_unsealed()

    def _count(self) -> None:
        self.report.rows += 1
        rows = self.report.rows
        if rows % EVERY == 0:
            self.on.progress(f"{self.on.trail.name}: rows", rows, max(self.total, rows))

    def _note_missing(self, number: int, at: int, content: bytes, seal: int) -> None:
        if self.on.declared_lost(number, seal):
            self.report.lost += 1
            return
        row = Missing(number, at, content)
        self.first_missing = self.first_missing or row
        self.missing_rows += 1
        self.run_of_missing.append(row)
        if len(self.run_of_missing) > 2:
            self.run_of_missing.popleft()
        if len(self.missing) < MOST_COMPARED:
            self.missing[content] = row

    def _end_run_of_missing(self, *, at_the_end: bool = False) -> None:
        """Tells a run of missing rows as one: a row, or from which to which."""
        first, count = self.first_missing, self.missing_rows
        if first is None:
            return
        last = self.run_of_missing[-1]
        words = f"row {first.number} of {_at(first.at)} is missing"
        if count > 1:
            words = (
                f"rows {first.number} ({_at(first.at)}) to {last.number} ({_at(last.at)}) are missing: "
                f"{count} rows that were sealed"
            )
        if gone := self._partition_gone(first, last):
            words += f"; the month {gone} is not a part of the table"
        if at_the_end and count > 1:
            words += "; nothing that was sealed after them is left: the database may have been taken back"
        self.report.add("missing", words, rows=count)
        self.first_missing, self.missing_rows = None, 0
        self.run_of_missing.clear()

    def _partition_gone(self, first: Missing, last: Missing) -> str:
        month = f"{moment(first.at):%Y_%m}"
        name = f"{self.on.trail.table}_{month}"
        if f"{moment(last.at):%Y_%m}" != month:
            return ""
        return "" if name in self.months else name

    def _note_added(self, number: int, at: int, content: bytes) -> None:
        if not self.on.not_due(number):
            self.report.wrong += 1
            if len(self.added) < MOST_COMPARED:
                self.added.append((number, at, content))
            return
        self.report.unsealed += 1
        oldest = self.report.oldest_unsealed
        self.report.oldest_unsealed = min(moment(at), oldest) if oldest else moment(at)

    def _note_changed(self, number: int, at: int, before: bytes, now: bytes) -> None:
        self.report.wrong += 1
        if len(self.changed) < MOST_COMPARED:
            self.changed.append((number, at, before, now))

    def _tell_changed(self) -> None:
        """A row that holds what another changed row held was swapped with it."""
        owner = {before: (number, at) for number, at, before, _ in self.changed}
        for number, at, _, content in self.changed:
            words = f"row {number} of {_at(at)} was changed after it was sealed"
            if content in owner:
                other, when = owner[content]
                words = f"row {number} of {_at(at)} holds what was written in row {other} of {_at(when)}"
            self.report.add("changed", words, rows=0)

    def _tell_added(self) -> None:
        for number, at, content in self.added:
            words = f"row {number} of {_at(at)} was added: it is not among those sealed at that time"
            kind = "added"
            if content in self.missing:
                was = self.missing[content]
                kind = "moved"
                words = f"row {number} of {_at(at)} was moved: it was row {was.number} of {_at(was.at)}"
            self.report.add(kind, words, rows=0)

    def _tell_unsealed(self) -> None:
        oldest = self.report.oldest_unsealed
        if oldest is not None and self.on.now - oldest > LATE:
            self.report.add(
                "unsealed",
                f"{self.report.unsealed} rows are not sealed, the oldest of {oldest:%Y-%m-%d %H:%M:%S} UTC: "
                "the sealer does not run, seals were removed, or the rows were added in its absence",
                rows=self.report.unsealed,
            )


def _unpacked(entry: bytes) -> tuple[int, int, bytes, int]:
    number, at, content, seal = _ENTRY.unpack(entry)
    return number + _LOW, at + _LOW, content, seal


def _write_run(path: Path, entries: list[bytes]) -> Path:
    entries.sort()
    path.write_bytes(b"".join(entries))
    return path


def _read_run(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=1 << 18) as file:
        while entry := file.read(_ENTRY.size):
            yield entry


def _partitions(trail: Trail, connection: psycopg.Connection) -> set[str]:
    found = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)", [trail.table]
    )
    return {name for (name,) in found}


def _at(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"


def _told(seal: Seal) -> str:
    said: dict[str, Any] = seal.statement
    return f"{seal.time}: {said.get('what')}, {said.get('rows', 0)} rows lost; {said.get('reason', '')}"
