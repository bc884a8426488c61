"""`kehra backup` and `kehra restore`: the demo's own database, and any that Kehrä runs itself.

A server of one's own (DATABASE_URL) has its own tools: docs/backup.md says which and how.
"""

import argparse
import os
from datetime import datetime
from pathlib import Path

from kehra.kernel.time import helsinki
from kehra.site import roles
from kehra.site.cli import audit
from kehra.site.cli.demo import DATABASE
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError
from kehra.site.paths import state_folder
from kehra.site.postgres import backups
from kehra.site.postgres.archive import folder_of
from kehra.site.postgres.cluster import Cluster, tell

KEPT = 7


def register(subparsers: Subparsers) -> None:
    """Two subcommands beside each other, because they are one promise."""
    backup = subparsers.add_parser(
        "backup",
        help="copy the database, and from then on every change to it",
        description="Works while people use it. Where to: KEHRA_BACKUPS, best on another disk.",
    )
    backup.add_argument(
        "--keep", type=_count, default=KEPT, help=f"how many copies to keep (default: {KEPT})"
    )
    backup.set_defaults(run=run_backup)
    restore = subparsers.add_parser(
        "restore",
        help="return the database to a minute of the past",
        description="Stop kehra demo first. What was there is kept in a folder beside it.",
    )
    restore.add_argument(
        "--at",
        type=moment,
        help="Helsinki time, such as 2026-11-22T14:31 (default: all that was committed)",
    )
    restore.set_defaults(run=run_restore)
    for parser in (backup, restore):
        parser.add_argument("--of", default="demo", help="folder under KEHRA_STATE (default: demo)")


def run_backup(arguments: argparse.Namespace) -> int:
    """Says where the copy is and how far back one can return."""
    cluster = _cluster(arguments.of)
    base = backups.take(cluster, say=tell)
    for old in backups.forget(folder_of(cluster), keep=arguments.keep):
        tell(f"Removed the old copy {old.folder}.")
    oldest = backups.bases(folder_of(cluster))[0]
    tell(f"The backup {base.folder} is complete and checked. You can return to any minute since")
    tell(f"{_told(oldest.taken_at)} with: kehra restore --at …")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Says what was restored, and what to do before people are let in again."""
    cluster = _cluster(arguments.of)
    last = backups.restore(cluster, at=arguments.at, say=tell)
    if to := last or arguments.at:
        after_restore(cluster, to=to)
    tell(f"Restored. The last change in it is of {_told(last)}." if last else "Restored the copy itself.")
    return 0


def after_restore(cluster: Path, *, to: datetime) -> None:
    """Says to the seals that the database in `cluster` was restored to the moment `to`, deletes again what
    had been deleted when its time of keeping was up, and doubts what waited to be sent (cli/audit.py)."""
    seals, deletions = cluster / "seals", cluster / "deletions"
    with Cluster(cluster, say=tell) as server:
        os.environ.setdefault("KEHRA_SECRET_KEY", "none is needed here")
        os.environ.update(
            DATABASE_URL=server.url(DATABASE, roles.OWNER),
            KEHRA_SEALS=str(seals),
            KEHRA_DELETIONS=str(deletions),
        )
        for line in audit.declared(to=to, reason="kehra restore"):
            tell(line)


def moment(text: str) -> datetime:
    """An option's value; without a zone it is Helsinki's. argparse tells what is wrong with another."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-11-22T14:31") from None
    try:
        return at if at.tzinfo else helsinki.at(at.date(), at.time())
    except (helsinki.NoSuchTime, helsinki.TimeTwice) as error:
        raise argparse.ArgumentTypeError(f"{error} Give the zone: {text}+02:00 or {text}+03:00") from None


def _cluster(name: str) -> Path:
    if "DATABASE_URL" in os.environ:
        raise SettingError(
            "DATABASE_URL names a server that Kehrä does not run: back it up with its own tools "
            "(docs/backup.md). For the database of kehra demo, unset DATABASE_URL."
        )
    return state_folder() / name


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of copies, 1 or more")
    return int(text)


def _told(at: datetime) -> str:
    return helsinki.local(at).strftime("%Y-%m-%d %H:%M:%S")
