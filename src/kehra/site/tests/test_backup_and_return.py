"""Backups: a real server, real losses, and the minute before them."""

import argparse
import os
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from kehra.site.cli import backup as commands
from kehra.site.cli import doctor
from kehra.site.postgres import archive, backups
from kehra.site.postgres.cluster import SUPERUSER, Cluster
from kehra.site.postgres.errors import PostgresError


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not tmp_path: the database's user may not enter pytest's folders.
    with TemporaryDirectory(prefix="kehra-test-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        monkeypatch.setenv("KEHRA_BACKUPS", f"{made}/backups")
        yield Path(made) / "county"


def say(_: str) -> None:
    pass


def sql(cluster: Cluster, *statements: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def moment(cluster: Cluster) -> datetime:
    ((found,),) = sql(cluster, "SELECT clock_timestamp()")
    assert isinstance(found, datetime)
    return found


def kept(cluster: Path) -> list[object]:
    with Cluster(cluster) as server:
        return [x for (x,) in sql(server, "SELECT x FROM kept ORDER BY x")]


def test_one_returns_to_the_moment_before_a_loss(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
        backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (2)")
        before = moment(server)
        sql(server, "DELETE FROM kept", "INSERT INTO kept VALUES (3)")
    last = backups.restore(folder, at=before, say=say)
    assert last is not None
    assert last <= before
    assert kept(folder) == [1, 2]


def test_without_a_time_everything_committed_comes_back_though_the_data_is_lost(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (1)", "SELECT pg_switch_wal()")
        wait_until_archived(server)
    (folder / "data").rename(folder / "lost")
    backups.restore(folder, at=None, say=say)
    assert kept(folder) == [1]


def test_a_time_after_the_last_change_restores_everything(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (1)")
        later = moment(server) + timedelta(hours=1)
    backups.restore(folder, at=later, say=say)
    assert kept(folder) == [1]


def test_one_can_return_again_after_a_return(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
        backups.take(folder, say=say)
        first = moment(server)
        sql(server, "INSERT INTO kept VALUES (2)")
    backups.restore(folder, at=first, say=say)
    with Cluster(folder) as server:
        sql(server, "INSERT INTO kept VALUES (3)")
        second = moment(server)
        sql(server, "DELETE FROM kept")
    backups.restore(folder, at=second, say=say)
    assert kept(folder) == [1, 3]


def test_what_was_there_is_kept_beside_it(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        backups.take(folder, say=say)
    backups.restore(folder, at=None, say=say)
    assert [path.name[:12] for path in folder.glob("data.*")] == ["data.before-"]


def test_a_damaged_log_in_a_copy_leaves_everything_as_it_was(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        base = backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (1)")
    (base.folder / "pg_wal.tar.gz").write_bytes(b"")
    with pytest.raises(PostgresError, match="is damaged"):
        backups.restore(folder, at=None, say=say)
    assert kept(folder) == [1]


def test_a_restore_that_fails_half_way_puts_everything_back(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        base = backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (1)")
    # The copy is whole, but the log that it needs to be consistent is not in it and nowhere else.
    with tarfile.open(base.folder / "pg_wal.tar.gz", "w:gz"):
        pass
    shutil.rmtree(archive.folder_of(folder) / "log")
    (folder / "data").rename(folder / "elsewhere")
    with pytest.raises(PostgresError, match="did not start"):
        backups.restore(folder, at=None, say=say)
    assert not (folder / "data").exists()
    (folder / "elsewhere").rename(folder / "data")
    assert kept(folder) == [1]


def test_a_backup_is_taken_from_a_server_that_does_not_run(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
    backups.take(folder, say=say)
    assert len(backups.bases(archive.folder_of(folder))) == 1


def test_old_copies_are_removed_with_the_log_that_only_they_needed(folder: Path) -> None:
    with Cluster(folder) as server:
        sql(server, "CREATE TABLE kept (x int)")
        first = backups.take(folder, say=say)
        sql(server, "INSERT INTO kept VALUES (1)", "SELECT pg_switch_wal()")
        wait_until_archived(server)
        log = archive.folder_of(folder) / "log"
        oldest = min(path.name for path in log.iterdir())
        second = backups.take(folder, say=say)
        assert [base.folder for base in backups.forget(archive.folder_of(folder), keep=1)] == [first.folder]
        sql(server, "INSERT INTO kept VALUES (2)")
    assert backups.bases(archive.folder_of(folder)) == [second]
    assert not (log / oldest).exists()
    backups.restore(folder, at=None, say=say)
    assert kept(folder) == [1, 2]


def test_a_copy_that_was_not_finished_is_no_backup(folder: Path) -> None:
    with Cluster(folder):
        base = backups.take(folder, say=say)
    (base.folder / "about.json").unlink()
    with pytest.raises(PostgresError, match="no backup"):
        backups.restore(folder, at=None, say=say)


def test_a_damaged_copy_is_found_by_its_own_check(folder: Path) -> None:
    with Cluster(folder):
        base = backups.take(folder, say=say)
    packed = base.folder / "base.tar.gz"
    packed.write_bytes(packed.read_bytes()[:-2000])
    with pytest.raises(PostgresError, match="pg_verifybackup failed"):
        backups.restore(folder, at=None, say=say)
    assert (folder / "data").exists()


def test_before_the_oldest_copy_there_is_nothing_to_return_to(folder: Path) -> None:
    with Cluster(folder) as server:
        before = moment(server)
        backups.take(folder, say=say)
    with pytest.raises(PostgresError, match="oldest backup"):
        backups.restore(folder, at=before, say=say)


def test_a_running_server_is_not_restored(folder: Path) -> None:
    with Cluster(folder) as server:
        backups.take(folder, say=say)
        with pytest.raises(PostgresError, match="already uses"):
            backups.restore(folder, at=None, say=say)
        assert server.running()


def test_without_a_database_or_a_backup_it_says_so(folder: Path) -> None:
    with pytest.raises(PostgresError, match="nothing to back up"):
        backups.take(folder, say=say)
    with pytest.raises(PostgresError, match="no backup"):
        backups.restore(folder, at=None, say=say)


def test_a_log_that_cannot_be_archived_is_told(folder: Path) -> None:
    with Cluster(folder) as server:
        backups.take(folder, say=say)
        log = archive.folder_of(folder) / "log"
        for segment in log.iterdir():
            segment.unlink()
        # Something else has the names of all that come next.
        ((name,),) = sql(server, "SELECT pg_walfile_name(pg_current_wal_lsn())")
        (log / str(name)).write_text("something else")
        sql(server, "CREATE TABLE kept (x int)", "SELECT pg_switch_wal()")
        wait_until(lambda: bool(trouble(server)))
        assert str(name) in trouble(server)


def test_a_server_of_another_is_left_to_its_own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DATABASE_URL", "postgresql://db.example/kehra")
    with pytest.raises(commands.SettingError, match="its own tools"):
        commands._cluster("demo")


def test_a_time_without_zone_is_that_of_helsinki() -> None:
    assert commands.moment("2026-11-22T14:31").isoformat() == "2026-11-22T12:31:00+00:00"
    assert commands.moment("2026-11-22T14:31+00:00").isoformat() == "2026-11-22T14:31:00+00:00"
    with pytest.raises(argparse.ArgumentTypeError, match=r"2026-10-25T03:30\+02:00"):
        commands.moment("2026-10-25T03:30")


def trouble(server: Cluster) -> str:
    with psycopg.connect(server.url("postgres", SUPERUSER)) as connection:
        return doctor.archive_trouble(connection.cursor())


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.05)


def wait_until_archived(server: Cluster) -> None:
    ((name,),) = sql(server, "SELECT pg_walfile_name(pg_current_wal_lsn() - 1)")
    wait_until(
        lambda: any(
            row[0] and str(row[0]) >= str(name)
            for row in sql(server, "SELECT last_archived_wal FROM pg_stat_archiver")
        )
    )
