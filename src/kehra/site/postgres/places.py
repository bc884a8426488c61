"""Where a database lies on the machine, and as whom it runs."""

import fcntl
import hashlib
import os
import pwd
import shutil
from pathlib import Path
from typing import IO

from kehra.site.postgres.child import User
from kehra.site.postgres.errors import PostgresError

# <sys/un.h>: the path of a Unix socket has 108 bytes, the last of them zero.
LONGEST_SOCKET = 107
SOCKET = ".s.PGSQL.5432"
LEAST_FREE = 300 * 1024 * 1024


def claim(folder: Path) -> IO[str]:
    """Makes the folder and locks it for this process; closing the file gives it back.

    Raises PostgresError naming the process that has it.
    """
    make_way(folder)
    lock = (folder / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise PostgresError(
            f"Process {holder} already uses the database in {folder}. Stop it first (Ctrl-C where it "
            f"runs, or: kill {holder}), or set KEHRA_STATE to another folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def make_way(folder: Path) -> None:
    """Makes the folder and those above it so that the database's user can go through, whatever the umask."""
    if not folder.exists():
        make_way(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def user(data: Path) -> User | None:
    """Whom the database runs as; none when that is whoever runs this.

    PostgreSQL refuses to run as root. Data that exists keeps its owner.
    """
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me != 0:
        if owner not in {None, me}:
            raise PostgresError(
                f"{data} belongs to the user {_name(owner)}. Run as that user, or set KEHRA_STATE."
            )
        return None
    if owner:
        return User(owner, data.stat().st_gid, _name(owner))
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid, name)
    raise PostgresError(
        "PostgreSQL cannot run as root, and there is no user 'postgres' or 'nobody'. Add one."
    )


def check_way(path: Path, user: User | None) -> None:
    """Raises PostgresError if `user` cannot enter a folder on the way to `path`."""
    if user is None:
        return
    for folder in path.resolve().parents:
        status = folder.stat()
        bit = 0o100 if status.st_uid == user.uid else 0o010 if status.st_gid == user.gid else 0o001
        if not status.st_mode & bit:
            raise PostgresError(
                f"The database runs as the user {user.name}, who may not enter {folder}. "
                "Set KEHRA_STATE to a folder that others may enter, such as /var/lib/kehra."
            )


def check_space(folder: Path) -> None:
    """Raises PostgresError when the disk is so full that the database would soon stop."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise PostgresError(
            f"The disk that holds {folder} has only {free // 1024**2} MB free; the database needs "
            f"{LEAST_FREE // 1024**2} MB. Free some space on it and start again."
        )


def sockets(folder: Path) -> Path:
    """The folder of the database's socket: in its own folder, or in a short one when that is too long."""
    near = folder.absolute() / "socket"
    if len(os.fsencode(near / SOCKET)) <= LONGEST_SOCKET:
        return near
    key = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    return Path("/run" if os.geteuid() == 0 else "/tmp") / f"kehra-{os.geteuid()}-{key}"  # noqa: S108


def make_private(path: Path, user: User | None) -> None:
    """A folder that only the database's user (and root) may enter.

    Raises PostgresError if somebody else has made it: /tmp is open to all.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    owners = {os.geteuid(), user.uid if user else os.geteuid()}
    if path.is_symlink() or status.st_uid not in owners:
        raise PostgresError(f"{path} belongs to {_name(status.st_uid)}, not to us. Remove it.")
    path.chmod(0o700)
    if user:
        os.chown(path, user.uid, user.gid)


def processes(data: Path) -> list[int]:
    """Server processes that have this data open: each has it as its working folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if (
                entry.name.isdecimal()
                and (entry / "comm").read_text().strip() == "postgres"
                and (entry / "cwd").samefile(data)
            ):
                found.append(int(entry.name))
        except OSError:
            continue  # It has ended, or belongs to another user.
    return found


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)
