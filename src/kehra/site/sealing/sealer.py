"""The sealer: every few seconds it seals the rows that have been committed since its last look.

Rows become visible out of the order of their numbers: a number is given when a row is written, the row is
there when its transaction commits. So the sealer asks for every number that the sequence has given and
that it has not found yet. What is missing is a *gap*; it stays open until every transaction that could
still fill it has ended, and is then known to have been rolled back. A row that turns up in a closed gap was
not written by the program: it is never sealed, and `verify` names it.

It connects as a role that may only read the trails, in transactions that may not write.
"""

import fcntl
import json
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from kehra.kernel.time import clock
from kehra.site.sealing import keys
from kehra.site.sealing.book import Book, BookWrong, Gap, Seal, root_of
from kehra.site.sealing.trails import KEY, RECORD, TRAILS, Trail

BATCH = 100_000  # numbers looked at in one seal: bounds the memory
STATUS = "status.json"

_SNAPSHOT = (
    "SELECT pg_snapshot_xmin(now_seen)::text::bigint, pg_snapshot_xmax(now_seen)::text::bigint"
    " FROM pg_current_snapshot() AS now_seen"
)


class DatabaseIsOlder(BookWrong):
    """The seals know rows that the database does not have: it was taken back, or rows were removed."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The folder of seals, for one writer at a time. Raises BookWrong while another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BookWrong(f"A sealer already writes in {folder}. Stop it first.") from None
        yield


@dataclass
class Sealer:
    """One trail's sealing: where it has come, and the next look. Use it inside `writing`."""

    folder: Path
    trail: Trail

    def __post_init__(self) -> None:
        self.key = keys.ensure(self.folder)
        self.book = Book(self.folder, self.trail.name)
        found = self.book.last(self.key.public_key())
        self.seal: Seal | None = found[0] if found else None
        self.previous = found[1] if found else ""
        self._check_against_status()
        self.book.mend(self.seal.end if self.seal else 0)
        self.upto = self.seal.upto if self.seal else 0
        self.gaps: list[Gap] = list(self.seal.open) if self.seal else []
        self.since = ""
        if self.seal:
            self.since = self.seal.since if self.seal.statement else self.seal.time

    def look(self, connection: psycopg.Connection, *, now: datetime) -> int:
        """Seals what has been committed since the last look; the number of rows. Looks at no more than
        BATCH numbers: see `behind`. Raises DatabaseIsOlder, having sealed nothing."""
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            oldest, newest = connection.execute(_SNAPSHOT).fetchone() or (0, 0)
            self.given = self.trail.last_number(connection)
            self._check_last_row(connection)
            upto = min(self.given, self.upto + BATCH)
            gaps = [(low, high, newest if xid is None else xid) for low, high, xid in self.gaps]
            if upto > self.upto:
                gaps.append((self.upto + 1, upto, None))
            records = list(self.trail.records(connection, [(low, high) for low, high, _ in gaps]))
        found = sorted({KEY.unpack_from(record)[0] for record in records})
        history = self.seal.history if self.seal else self.given
        self.gaps = [gap for gap in _left(gaps, found) if gap[2] is None or oldest < gap[2]]
        self.upto = upto
        self._write(records, now, history)
        self.since = now.isoformat()
        return len(records)

    @property
    def behind(self) -> bool:
        """Whether numbers had been given at the last look that it did not look at."""
        return self.given > self.upto

    def declare(self, statement: dict[str, Any], *, now: datetime) -> None:
        """Adds a signed statement. Gaps stay open, for transactions are counted anew after a restore."""
        self.gaps = [(low, high, None) for low, high, _ in self.gaps]
        self._add(self._next(now, statement=statement), [])

    def status(self) -> dict[str, Any]:
        """How far the sealing is, for the health page and for `verify`."""
        return {"number": self.seal.number if self.seal else 0, "hash": self.previous, "upto": self.upto}

    def _write(self, records: list[bytes], now: datetime, history: int) -> None:
        if records:
            seal = self._next(now, rows=len(records), root=root_of(records), history=history)
            seal = replace(seal, end=seal.end + RECORD * len(records))
            self._add(seal, records)

    def _next(self, now: datetime, **values: Any) -> Seal:
        last = self.seal
        fields: dict[str, Any] = {"rows": 0, "root": "", "history": last.history if last else 0} | values
        return Seal(
            trail=self.trail.name,
            number=last.number + 1 if last else 1,
            time=now.isoformat(),
            since=self.since or now.isoformat(),
            upto=self.upto,
            end=last.end if last else 0,
            form=self.trail.form,
            open=self.gaps,
            previous=self.previous,
            **fields,
        )

    def _add(self, seal: Seal, records: list[bytes]) -> None:
        self.previous = self.book.add(seal, records, self.key)
        self.seal = seal

    def _check_last_row(self, connection: psycopg.Connection) -> None:
        """The last row that was sealed is there as it was, and no number will be given twice."""
        wrong = self.given < self.upto
        if not wrong and self.seal is not None and self.seal.end:
            last = self.book.records_between(self.seal.end - RECORD, self.seal.end)
            number = KEY.unpack_from(last[0])[0]
            there = list(self.trail.records(connection, [(number, number)]))
            wrong = not self.seal.statement and last[0] not in there
        if wrong:
            raise DatabaseIsOlder(
                f"The database does not have the last row of {self.trail.table} that was sealed. If it was "
                "restored from a backup, kehra restore says so to the seals; else see kehra audit verify."
            )

    def _check_against_status(self) -> None:
        """Seals that were cut off, or another book in their place, would otherwise be carried on."""
        known = read_status(self.folder).get("trails", {}).get(self.trail.name, {})
        if known and known["number"] > (self.seal.number if self.seal else 0):
            raise BookWrong(
                f"{self.book.seals} ends before seal {known['number']}, which had been made: seals have been "
                "removed. Put them back from a copy; see kehra audit verify."
            )


def run(url: str, folder: Path, *, every: float, pause: Callable[[float], bool]) -> None:
    """Seals both trails until `pause` (seconds) says that it is time to end. What cannot be done now is
    in the status, and tried again: the sealer does not end because the database is away."""
    with writing(folder):
        sealers = [Sealer(folder, trail) for trail in TRAILS]
        connection: psycopg.Connection | None = None
        behind = False
        while behind or not pause(every):
            try:
                connection = connection or psycopg.connect(url, connect_timeout=5, autocommit=True)
                behind = seal_once(connection, sealers, folder)
            except (psycopg.Error, BookWrong, OSError) as error:
                behind = False
                if isinstance(error, psycopg.Error) and connection is not None:
                    connection.close()
                    connection = None
                write_status(folder, sealers, wrong=str(error).strip())
        if connection is not None:
            connection.close()


def seal_once(connection: psycopg.Connection, sealers: Sequence[Sealer], folder: Path) -> bool:
    """One look at each trail; whether there is more to be looked at."""
    for sealer in sealers:
        sealer.look(connection, now=clock.now())
    write_status(folder, sealers)
    return any(sealer.behind for sealer in sealers)


def write_status(folder: Path, sealers: Sequence[Sealer], *, wrong: str = "") -> None:
    """When the last look was, how far each trail is, and what is wrong. Replaced at once, never half."""
    trails = {sealer.trail.name: sealer.status() for sealer in sealers}
    time = read_status(folder).get("time", "") if wrong else clock.now().isoformat()
    new = folder / f"{STATUS}.new"
    new.write_text(json.dumps({"time": time, "wrong": wrong, "trails": trails}), encoding="utf-8")
    new.chmod(0o644)  # The health page reads it, as another user.
    os.replace(new, folder / STATUS)


def read_status(folder: Path) -> dict[str, Any]:
    """What `write_status` wrote last; empty if nothing or if it cannot be read."""
    try:
        status: dict[str, Any] = json.loads((folder / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return status


def _left(gaps: Sequence[Gap], found: Sequence[int]) -> Iterator[Gap]:
    """The gaps without the numbers that were found (in their order)."""
    for low, high, xid in gaps:
        start = low
        for number in found[bisect_left(found, low) : bisect_right(found, high)]:
            if number > start:
                yield start, number - 1, xid
            start = number + 1
        if start <= high:
            yield start, high, xid
