"""A trail of real rows, sealed into a folder: what the tests of sealing tamper with.

It lies in tables of its own, made like the real ones, for what is sealed must be committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from kehra.site.sealing import keys, restoring, trails
from kehra.site.sealing.sealer import Sealer, write_status, writing
from kehra.site.sealing.trails import Trail
from kehra.site.sealing.verify import Report, Verification

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AUDIT = replace(trails.AUDIT, table="sealing_audit")
JOURNAL = replace(trails.JOURNAL, table="sealing_journal")


def url() -> str:
    """The test database, for connections beside Django's."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.conninfo.make_conninfo(**{name: parameters[name] for name in names if name in parameters})


@contextmanager
def connected(**options: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url(), autocommit=True, **options) as made:
        yield made


def write(on: psycopg.Connection, name: str = "Liisa Testi", *, at: datetime = NOW, **values: Any) -> int:
    """Adds a row to the audit and gives its number."""
    fields: dict[str, Any] = {
        **dict.fromkeys(("rule", "relation", "purpose", "actor_role"), ""),
        **{"kind": "read", "action": "matters.read", "county_id": "15", "actor_kind": "professional"},
        **{"actor_name": name, "residents": [7], "at": at},
        **values,
    }
    names = ", ".join(fields)
    marks = ", ".join(["%s"] * len(fields))
    row = on.execute(
        f"INSERT INTO sealing_audit ({names}) VALUES ({marks}) RETURNING id", list(fields.values())
    )
    return int(row.fetchone()[0])


def seal(on: psycopg.Connection, folder: Path, *, now: datetime = NOW, trail: Trail = AUDIT) -> int:
    """One look of a sealer that has just been started."""
    with writing(folder):
        sealer = Sealer(folder, trail)
        rows = sealer.look(on, now=now)
        write_status(folder, [sealer])
        return rows


def verify(on: psycopg.Connection, folder: Path, *, now: datetime = NOW, **options: Any) -> Report:
    key = keys.public(folder)
    options = {"since": None, **options}
    return Verification(folder, options.pop("trail", AUDIT), key, now, **options).run(on)


def sealed_rows(on: psycopg.Connection, folder: Path, *names: str) -> list[int]:
    """A row for each name, a minute apart and each sealed by itself, after a beginning of one row."""
    write(on, "The first", at=NOW - timedelta(minutes=1))
    seal(on, folder, now=NOW)
    numbers = []
    for minute, name in enumerate(names):
        moment = NOW + timedelta(minutes=minute)
        numbers.append(write(on, name, at=moment))
        seal(on, folder, now=moment + timedelta(seconds=2))
    return numbers


def kinds(report: Report) -> list[str]:
    return [finding.kind for finding in report.findings]


def declare_restored(folder: Path, **said: Any) -> dict[str, int]:
    return restoring.declare_restored(url(), folder, trails=(AUDIT, JOURNAL), **said)


def make_tables(on: psycopg.Connection) -> None:
    """Empty tables like those of the real trails, with two months."""
    drop_tables(on)
    for trail, real in ((AUDIT, trails.AUDIT), (JOURNAL, trails.JOURNAL)):
        on.execute(f"CREATE SEQUENCE {trail.sequence}")
        on.execute(f"CREATE TABLE {trail.table} (LIKE {real.table} INCLUDING ALL) PARTITION BY RANGE (at)")
        on.execute(f"ALTER TABLE {trail.table} ALTER {trail.number} SET DEFAULT nextval('{trail.sequence}')")
        for month, first, last in (
            ("2025", "2025-01-01", "2026-03-01"),
            ("2026_03", "2026-03-01", "2026-04-01"),
            ("2026_04", "2026-04-01", "2026-05-01"),
        ):
            on.execute(
                f"CREATE TABLE {trail.table}_{month} PARTITION OF {trail.table}"
                f" FOR VALUES FROM ('{first} 00:00+00') TO ('{last} 00:00+00')"
            )


def drop_tables(on: psycopg.Connection) -> None:
    for trail in (AUDIT, JOURNAL):
        on.execute(f"DROP TABLE IF EXISTS {trail.table}, {trail.table}_2026_03")
        on.execute(f"DROP SEQUENCE IF EXISTS {trail.sequence}")
