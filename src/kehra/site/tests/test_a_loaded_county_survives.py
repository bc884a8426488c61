"""A county with its people, matters, attachments and log: lost rows return, and migrations lose none.

The county is loaded by the real commands into a server of its own, and compared row by row from outside.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import sql

from kehra.site import roles
from kehra.site.postgres import backups, databases
from kehra.site.postgres.cluster import SUPERUSER, Cluster

DATABASE = "kehra"
PROGRAM = [sys.executable, "-m", "kehra.site.cli.program"]

# What release 0.1.0 had; every other app came later.
RELEASE = {
    "codes": "0001",
    "audit": "0001",
    "journal": "0001",
    "organisations": "0001",
    "catalogue": "0001",
    "people": "0001",
    "accounts": "0002",
    "operating_models": "0002",
    "matters": "0001",
    "tasks": "0001",
    "contacts": "0001",
    "threads": "0003",
    "booking": "0001",
    "assessments": "0001",
    "rights": "0002",
}

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def county() -> Iterator[Cluster]:
    """A small county, loaded once for this file, with a backup taken right after."""
    # Not tmp_path: the database's user may not enter pytest's folders.
    with TemporaryDirectory(prefix="kehra-test-", dir="/tmp") as made, pytest.MonkeyPatch.context() as patch:
        Path(made).chmod(0o755)
        patch.setenv("KEHRA_BACKUPS", f"{made}/backups")
        with Cluster(Path(made) / "county") as cluster:
            databases.ensure(cluster, DATABASE)
            kehra(cluster, "migrate")
            kehra(cluster, "region", "load", "--scale", "1/2000")
            attach(cluster, bytes(range(256)) * 4096)
            backups.take(cluster.folder, say=lambda _: None)
        yield cluster


def kehra(cluster: Cluster, *arguments: str, **environment: str) -> str:
    """What a command says, with the cluster as its database; it must end well."""
    url = cluster.url(DATABASE, roles.OWNER)
    return _run([*PROGRAM, *arguments], DATABASE_URL=url, **environment)


def kehra_of_its_own(cluster: Cluster, *arguments: str) -> str:
    """The same for a command that starts the cluster itself."""
    return _run([*PROGRAM, *arguments], KEHRA_STATE=str(cluster.folder.parent))


def _run(command: list[str], **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        command,
        env=inherited | {"KEHRA_SECRET_KEY": "of-a-test"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def seal(cluster: Cluster) -> None:
    """Lets the sealer run until it has sealed every row."""
    folder = cluster.folder / "seals"
    environment = os.environ | {
        "KEHRA_SEAL_DATABASE_URL": cluster.url(DATABASE, roles.SEAL),
        "KEHRA_SEALS": str(folder),
        "KEHRA_SEAL_EVERY": "1",
    }
    sealer = subprocess.Popen([sys.executable, "-m", "kehra.site.sealing"], env=environment)
    try:
        end = time.monotonic() + 60
        while "newer than the seals" in (told := _verified(cluster, folder)) or "audit:" not in told:
            assert time.monotonic() < end, told
            time.sleep(0.5)
    finally:
        sealer.terminate()
        sealer.wait()


def _verified(cluster: Cluster, folder: Path) -> str:
    if not any(folder.glob("*")):
        return ""
    url = cluster.url(DATABASE, roles.OWNER)
    environment = os.environ | {"DATABASE_URL": url, "KEHRA_SEALS": str(folder), "KEHRA_SECRET_KEY": "x"}
    return subprocess.run(
        [*PROGRAM, "audit", "verify"], env=environment, capture_output=True, text=True, check=False
    ).stdout


def wait_to_be_sent(cluster: Cluster) -> None:
    """One e-mail that waits; the county's own have all been dealt with."""
    with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as connection:
        connection.execute("UPDATE threads_notification SET state = 'sent' WHERE channel <> 'letter'")
        connection.execute(
            "INSERT INTO threads_notification"
            " (county_id, channel, wording, key, text, addresses, language, state, tries, queued_at)"
            " VALUES ('15', 'email', 'news', '', '', '{x@example.com}', 'fi', 'queued', 0, now())"
        )


def use_once_more(connection: psycopg.Connection) -> None:
    """A row of the log that comes after the moment to which the county will return."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_auditentry'"
    ).fetchall()
    columns = sql.SQL(", ").join(
        sql.Identifier(name) for (name,) in found if name not in {"id", "at", "seq", "created_at"}
    )
    connection.execute(
        sql.SQL(
            "INSERT INTO audit_auditentry (at, {columns})"
            " SELECT now(), {columns} FROM audit_auditentry ORDER BY id DESC LIMIT 1"
        ).format(columns=columns)
    )


def attach(cluster: Cluster, content: bytes) -> None:
    """A file in the first message, of a size that the database keeps apart from its row."""
    with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as connection:
        ((attachment,),) = connection.execute(
            "INSERT INTO threads_attachment (message_id, name, content_type, size)"
            " SELECT min(id), 'kuva.png', 'image/png', %s FROM threads_message RETURNING id",
            [len(content)],
        ).fetchall()
        connection.execute("INSERT INTO threads_attachmentcontent VALUES (%s, %s)", [attachment, content])


def rows(cluster: Cluster) -> Rows:
    """Every row of every table, without what the migrations themselves write."""
    with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE 'django\\_%'"
            " AND relname NOT LIKE 'auth\\_%'"
        ).fetchall()
        query = sql.SQL("SELECT to_jsonb(t) FROM {} t")
        return {
            name: [row for (row,) in connection.execute(query.format(sql.Identifier(name)))]
            for (name,) in found
        }


def differing(before: Rows, after: Rows, only: Rows | None = None) -> list[str]:
    """Tables whose rows are not the same; compared by the columns of `only`, where it is given."""
    return [
        name
        for name in (only or before)
        if _counted(before.get(name, []), (only or before)[name])
        != _counted(after.get(name, []), (only or before)[name])
    ]


def _counted(found: list[dict[str, object]], like: list[dict[str, object]]) -> Counter[str]:
    columns = sorted(set(like[0]) if like else [])
    return Counter(json.dumps({name: row.get(name) for name in columns}) for row in found)


def test_what_was_deleted_returns_whole_with_attachments_and_log(county: Cluster) -> None:
    with county:
        wait_to_be_sent(county)
        seal(county)
        before = rows(county)
        for table in ("matters_entry", "threads_attachment", "booking_appointment", "audit_auditentry"):
            assert before[table], f"there is nothing in {table} to lose"
        with psycopg.connect(county.url(DATABASE, SUPERUSER), autocommit=True) as administrator:
            ((moment,),) = administrator.execute("SELECT clock_timestamp()").fetchall()
            assert isinstance(moment, datetime)
            use_once_more(administrator)
            seal(county)
            administrator.execute("SET session_replication_role = replica")  # No trigger, no foreign key.
            for table in before:
                administrator.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        assert not any(rows(county).values())
    told = kehra_of_its_own(county, "restore", "--of", county.folder.name, "--at", moment.isoformat())
    assert "audit: 1 sealed rows are declared lost" in told
    assert "1 messages that waited then are marked unknown" in told
    for row in before["threads_notification"]:
        row["state"] = "unknown" if row["state"] == "queued" and row["channel"] == "email" else row["state"]
    with county:
        after = rows(county)
        # The return itself is in the log too.
        after["audit_auditentry"] = [
            row for row in after["audit_auditentry"] if row in before["audit_auditentry"]
        ]
        assert differing(before, after) == []
        report = kehra(county, "audit", "verify", KEHRA_SEALS=str(county.folder / "seals"))
    assert "1 rows are missing as declared" in report
    assert "WRONG" not in report


def test_migrations_go_back_to_the_first_release_and_forward_again_without_losing_a_row(
    county: Cluster,
) -> None:
    with county:
        before = rows(county)
        for app in later_apps(county):
            kehra(county, "manage", "migrate", app, "zero")
        for app, migration in RELEASE.items():
            kehra(county, "manage", "migrate", app, migration)
        released = rows(county)
        assert differing(before, released, only=released) == []
        kehra(county, "migrate")
        after = rows(county)
        assert set(after) == set(before)
        assert differing(before, after, only=released) == []


def later_apps(cluster: Cluster) -> list[str]:
    """Apps of ours that release 0.1.0 did not have."""
    with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as connection:
        found = connection.execute(
            "SELECT app FROM django_migrations GROUP BY app ORDER BY max(id) DESC"
        ).fetchall()
    others = {"auth", "contenttypes", "sessions", "procrastinate", "admin"}
    return [app for (app,) in found if app not in RELEASE and app not in others]
