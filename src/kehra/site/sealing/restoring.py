"""What is said to the seals when the database was lawfully taken back to an earlier moment."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from kehra.site.sealing import keys
from kehra.site.sealing.book import read_line
from kehra.site.sealing.sealer import Sealer, write_status, writing
from kehra.site.sealing.trails import KEY, TRAILS, Span, Trail


def declare_restored(
    url: str,
    folder: Path,
    *,
    to: datetime,
    reason: str,
    now: datetime,
    trails: Sequence[Trail] = TRAILS,
) -> dict[str, int]:
    """Signs in each trail's book that the database was restored to the moment `to`, and why, and which of
    the rows sealed after it are lost; sealing then goes on. Returns the number of rows lost by trail.

    `url` is of the tables' owner: numbers that the seals know are never given again. Rows that were sealed
    before `to` and are missing are not excused. Raises BookWrong while a sealer runs. Does nothing where
    nothing was ever sealed.
    """
    if not (folder / keys.NAME).exists():
        return {}
    lost = {}
    with writing(folder), psycopg.connect(url) as connection:
        sealers = [Sealer(folder, trail) for trail in trails]
        for sealer in sealers:
            spans = list(_spans(_lost(sealer, connection, to)))
            lost[sealer.trail.name] = sum(high - low + 1 for low, high in spans)
            _go_on_after(connection, sealer.trail, sealer.upto)
            statement: dict[str, Any] = {
                "what": "restored",
                "to": to.isoformat(),
                "reason": reason,
                "lost": spans,
                "rows": lost[sealer.trail.name],
            }
            sealer.declare(statement, now=now)
        write_status(folder, sealers)
    return lost


def _lost(sealer: Sealer, connection: psycopg.Connection, to: datetime) -> Iterator[int]:
    """The numbers of the rows sealed after `to` that the database does not have as they were."""
    end = 0
    for line in sealer.book.lines():
        seal, _text, _signature = read_line(line)
        start, end = end, seal.end
        if seal.rows and datetime.fromisoformat(seal.time) >= to:
            records = sealer.book.records_between(start, end)
            numbers = sorted({KEY.unpack_from(record)[0] for record in records})
            there = set(sealer.trail.records(connection, list(_spans(numbers))))
            yield from sorted(KEY.unpack_from(record)[0] for record in records if record not in there)


def _spans(numbers: Sequence[int] | Iterator[int]) -> Iterator[Span]:
    """Numbers in their order as spans without gaps."""
    low = high = None
    for number in numbers:
        if high is not None and number == high + 1:
            high = number
            continue
        if low is not None and high is not None:
            yield low, high
        low = high = number
    if low is not None and high is not None:
        yield low, high


def _go_on_after(connection: psycopg.Connection, trail: Trail, upto: int) -> None:
    if trail.last_number(connection) < upto:
        connection.execute(
            sql.SQL("SELECT setval({}, {})").format(sql.Literal(trail.sequence), sql.Literal(upto))
        )
