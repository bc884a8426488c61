"""The two trails that are sealed, and their rows as bytes that mean the same for ever.

A row's content is PostgreSQL's binary form of its columns in a fixed order, each with its length
before it (COPY … FORMAT binary): nothing in it depends on a time zone, a language or a client. A
*record* is what the seals keep of a row: its number (8 bytes), its time (8 bytes, microseconds since
2000-01-01 UTC, as PostgreSQL counts) and the SHA-256 of its other columns (32 bytes).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import psycopg
from psycopg import sql

RECORD = 48
KEY = struct.Struct(">qq")  # number and time, as the record begins
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_HEADER = 19  # of COPY's binary form: signature, flags, length of an extension that is empty
_NUMBER, _TIME, _CONTENT = slice(6, 14), slice(18, 26), 26  # after the count of columns, each with its length

Span = tuple[int, int]  # numbers from the first to the last, both included


@dataclass(frozen=True)
class Trail:
    """One append-only table. `columns` come after number and time; another list is another `form`."""

    name: str
    table: str
    number: str
    columns: tuple[str, ...]
    form: int = 1

    @property
    def sequence(self) -> str:
        """What numbers its rows."""
        return f"{self.table}_{self.number}_seq"

    def records(self, connection: psycopg.Connection, spans: Sequence[Span]) -> Iterator[bytes]:
        """The records of the rows whose numbers lie in `spans`, in the order of number and time."""
        statement = sql.SQL(
            "COPY (SELECT {columns} FROM {table} JOIN unnest(%s::bigint[], %s::bigint[]) AS span (lo, hi)"
            " ON {number} BETWEEN lo AND hi ORDER BY {number}, at) TO STDOUT (FORMAT binary)"
        )
        lows, highs = [low for low, _ in spans], [high for _, high in spans]
        return self._copied(connection, statement, [lows, highs])

    def all_records(self, connection: psycopg.Connection, above: int | None) -> Iterator[bytes]:
        """The records of every row, or of those with numbers above `above`, in the same order."""
        where = sql.SQL("" if above is None else "WHERE {number} > %s")
        statement = sql.SQL("COPY (SELECT {columns} FROM {table}") + sql.SQL(" ") + where
        statement += sql.SQL(" ORDER BY {number}, at) TO STDOUT (FORMAT binary)")
        return self._copied(connection, statement, [] if above is None else [above])

    def last_number(self, connection: psycopg.Connection) -> int:
        """The last number that the sequence has given; 0 if none."""
        last, called = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(self.sequence))
        ).fetchone() or (0, False)
        return int(last) if called else 0

    def _copied(
        self, connection: psycopg.Connection, statement: sql.Composable, values: list[object]
    ) -> Iterator[bytes]:
        names = {
            "table": sql.Identifier("public", self.table),
            "number": sql.Identifier(self.number),
            "columns": sql.SQL(", ").join(map(sql.Identifier, (self.number, "at", *self.columns))),
        }
        text = sql.SQL(statement.as_string(connection)).format(**names)
        with connection.cursor() as cursor, cursor.copy(text, values) as rows:
            skip = _HEADER  # comes with the first row
            for chunk in rows:
                row = bytes(chunk)[skip:] if skip else bytes(chunk)
                skip = 0
                if len(row) > _CONTENT:  # the end of the data is two bytes
                    yield row[_NUMBER] + row[_TIME] + sha256(row[_CONTENT:]).digest()


AUDIT = Trail(
    "audit",
    "audit_auditentry",
    "id",
    (
        *("kind", "action", "rule", "relation", "purpose", "county_id", "actor_kind", "actor_user_id"),
        *("actor_name", "actor_role", "unit_id", "on_behalf_of_id", "residents", "matter_id"),
    ),
)
JOURNAL = Trail(
    "journal",
    "journal_journalentry",
    "seq",
    ("happened_at", "activity", "county_id", "matter_id", "unit_id", "role", "data"),
)
TRAILS = (AUDIT, JOURNAL)


def moment(microseconds: int) -> datetime:
    """The time of a record."""
    return EPOCH + timedelta(microseconds=microseconds)


def microseconds(moment: datetime) -> int:
    """The time as a record has it."""
    return (moment - EPOCH) // timedelta(microseconds=1)
