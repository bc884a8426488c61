"""Backups of a server of our own: a copy of everything (a base) and a log of every change since.

Both are PostgreSQL's own: `pg_basebackup`, and the archive of the write-ahead log (archive.py). A base
with the log after it is any moment from that base on.
"""

import json
import os
import shlex
import shutil
import subprocess
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import psycopg

from kehra.kernel.time import clock
from kehra.site.paths import state_folder
from kehra.site.postgres import places, programs
from kehra.site.postgres.archive import folder_of
from kehra.site.postgres.child import User, tied
from kehra.site.postgres.cluster import SUPERUSER, Cluster, surroundings
from kehra.site.postgres.errors import PostgresError, explained

NAMES = "%Y-%m-%dT%H-%M-%S.%fZ"
RESTORED_WITHIN = 3600.0  # Seconds; a year of a county's log is replayed in minutes.
PAST_THE_END = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Base:
    """One copy of everything, complete at `taken_at`."""

    folder: Path
    taken_at: datetime

    @classmethod
    def read(cls, folder: Path) -> Self:
        """From its `about.json`, which is written last: a folder without one is no backup."""
        return cls(
            folder, datetime.fromisoformat(json.loads((folder / "about.json").read_text())["taken_at"])
        )


def bases(backups: Path) -> list[Base]:
    """The complete ones, oldest first."""
    return sorted(
        (Base.read(about.parent) for about in backups.glob("base/*/about.json")),
        key=lambda base: base.taken_at,
    )


def take(cluster: Path, *, say: Callable[[str], None]) -> Base:
    """Copies the server in `cluster` while it serves; starts it for the while if it does not run.

    Raises PostgresError if there is none, or if the copy fails its own check.
    """
    if not (cluster / "data").exists():
        raise PostgresError(f"There is no database in {cluster}: nothing to back up.")
    with explained(cluster), _answering(cluster, say) as socket:
        return _copy(cluster, socket, say)


def forget(backups: Path, *, keep: int) -> list[Base]:
    """Removes all but the `keep` newest bases, and the log that only those needed. Returns the removed."""
    everything = bases(backups)
    gone, kept = everything[:-keep], everything[-keep:]
    for base in gone:
        (base.folder / "about.json").unlink()  # From now on it is no backup, whatever stops us.
        shutil.rmtree(base.folder)
    if gone:
        _program("pg_archivecleanup", str(backups / "log"), _first_segment(kept[0]), user=_owner(backups))
    return gone


def check(base: Base, user: User | None) -> None:
    """Raises PostgresError if a file in it is missing or not what was written."""
    _program("pg_verifybackup", "--no-parse-wal", "--ignore", "about.json", str(base.folder), user=user)


def restore(cluster: Path, *, at: datetime | None, say: Callable[[str], None]) -> datetime | None:
    """Brings the server in `cluster` to what was committed by `at`, or to the end of its log.

    What was there before is kept beside it; on any error it is put back. Returns the time of the last
    transaction that was restored (None if there was none after the base).

    Raises PostgresError: the server runs, no base is old enough, the log cannot be read.
    """
    lock = places.claim(cluster)  # Raises if it runs: nothing may be changed under it.
    try:
        with explained(cluster):
            base = _base_before(folder_of(cluster), at)
            say(f"Checking the backup of {base.taken_at.isoformat(timespec='seconds')} …")
            check(base, places.user(cluster / "data"))
            say("Unpacking it …")
            _unpack(base, cluster)
            before = _swap(cluster)
    finally:
        lock.close()
    try:
        return _replay(cluster, before, at=at, say=say)
    except BaseException:
        shutil.rmtree(cluster / "data", ignore_errors=True)
        if before:
            before.rename(cluster / "data")
            say("The restore failed; what was there before is in its place again.")
        raise


@contextmanager
def _answering(cluster: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """The socket's folder of the running server, or of one that we start meanwhile."""
    sockets = places.sockets(cluster.absolute())
    if (sockets / places.SOCKET).exists():
        try:
            _connect(sockets).close()
        except psycopg.OperationalError:
            pass
        else:
            yield sockets
            return
    with Cluster(cluster, say=say) as started:
        yield started.sockets


def _connect(sockets: Path) -> psycopg.Connection:
    return psycopg.connect(f"postgresql:///{SUPERUSER}?host={sockets}&user={SUPERUSER}", connect_timeout=5)


def _copy(cluster: Path, sockets: Path, say: Callable[[str], None]) -> Base:
    user, backups = places.user(cluster / "data"), folder_of(cluster)
    places.make_way(backups.parent)
    for folder in (backups, backups / "log", backups / "base"):
        places.make_private(folder, user)
    places.check_way(backups / "base" / "any", user)
    target = backups / "base" / clock.now().strftime(NAMES)
    say(f"Copying the database to {target} …")
    _program(
        "pg_basebackup",
        *("--host", str(sockets), "--username", SUPERUSER, "--pgdata", str(target)),
        *("--format", "tar", "--gzip", "--compress", "1", "--wal-method", "stream", "--checkpoint", "fast"),
        user=user,
    )
    taken_at = clock.now()
    base = Base(target, taken_at)
    check(base, user)
    about = target / "about.json"
    about.with_suffix(".part").write_text(json.dumps({"taken_at": taken_at.isoformat()}))
    about.with_suffix(".part").rename(about)
    return base


def _base_before(backups: Path, at: datetime | None) -> Base:
    found = bases(backups)
    if not found:
        raise PostgresError(f"There is no backup in {backups}. Set KEHRA_BACKUPS to where they are.")
    fitting = [base for base in found if at is None or base.taken_at <= at]
    if not fitting:
        oldest = found[0].taken_at.isoformat(timespec="seconds")
        raise PostgresError(f"The oldest backup is of {oldest}: an earlier time cannot be returned to.")
    return fitting[-1]


def _unpack(base: Base, cluster: Path) -> None:
    """Into a folder beside the data, complete or absent."""
    unpacked = cluster / "data.unfinished"
    shutil.rmtree(unpacked, ignore_errors=True)
    user = places.user(cluster / "data")
    places.make_private(unpacked, user)
    for name, where in (("base.tar.gz", unpacked), ("pg_wal.tar.gz", unpacked / "pg_wal")):
        try:
            with tarfile.open(base.folder / name) as packed:
                packed.extractall(where, filter="tar")
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise PostgresError(f"{base.folder / name} is damaged: {error}. Use an older backup.") from None
    (unpacked / "recovery.signal").touch()
    if user:
        for folder, _folders, names in os.walk(unpacked):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(path, user.uid, user.gid)


def _swap(cluster: Path) -> Path | None:
    """The unpacked base becomes the data; where the data is now, None if there was none."""
    data = cluster / "data"
    before = cluster / f"data.before-{clock.now().strftime(NAMES)}" if data.exists() else None
    if before:
        data.rename(before)
    (cluster / "data.unfinished").rename(data)
    return before


def _replay(
    cluster: Path, before: Path | None, *, at: datetime | None, say: Callable[[str], None]
) -> datetime | None:
    """Starts the server on the base, lets it read the log, and ends it again."""
    log = shlex.quote(str(folder_of(cluster) / "log"))
    fetch = f"cp {log}/%f %p"
    if before:  # The newest segments have not been archived yet.
        fetch += f" || cp {shlex.quote(str(before / 'pg_wal'))}/%f %p"
    recovery = {"restore_command": fetch, "recovery_target_action": "promote"}
    if at:
        recovery["recovery_target_time"] = at.isoformat()
    say("Replaying the log …")
    server = Cluster(cluster, settings=recovery, say=say)
    try:
        with server:
            return _wait_until_restored(server)
    except (PostgresError, psycopg.OperationalError):
        if at is None or PAST_THE_END not in server.log.read_text(errors="replace"):
            raise
    say("The log ends before that time: everything in it is restored.")
    return _replay(cluster, before, at=None, say=say)


def _wait_until_restored(server: Cluster) -> datetime | None:
    end = time.monotonic() + RESTORED_WITHIN
    while time.monotonic() < end:
        with _connect(server.sockets) as connection:
            row = connection.execute("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()").fetchone()
        if row and not row[0]:
            last: datetime | None = row[1]
            return last
        time.sleep(0.2)
    raise PostgresError(f"The log was not replayed in {RESTORED_WITHIN:.0f} s. See {server.log}.")


def _first_segment(base: Base) -> str:
    """The segment that the base begins in, from its manifest."""
    manifest = json.loads((base.folder / "backup_manifest").read_text())
    (first, *_rest) = manifest["WAL-Ranges"]
    high, low = (int(part, 16) for part in first["Start-LSN"].split("/"))
    return f"{first['Timeline']:08X}{high:08X}{low >> 24:08X}"


def _owner(folder: Path) -> User | None:
    return places.user(folder)


def _program(name: str, *arguments: str, user: User | None) -> None:
    """Runs one of PostgreSQL's programs as the database's user; raises PostgresError with its words."""
    done = subprocess.run(
        tied([str(programs.ensure(state_folder()) / name), *arguments], user=user),
        **surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresError(f"{name} failed:\n{done.stdout.decode(errors='replace').strip()}")
