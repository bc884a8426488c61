"""`kehra doctor`: what is wrong with this set-up, and how to mend it."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import django
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from kehra.kernel.time import clock
from kehra.serve.records.rules.declaration import BadDeclaration, parse
from kehra.site import database, environment, processes, roles
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError
from kehra.site.paths import seals_folder, state_folder
from kehra.site.sealing import keys

if TYPE_CHECKING:
    from kehra.site.views.health import Health

LEAST_PYTHON = (3, 11)
POSTGRES = 18
FREE_GIGABYTES = 2
DECLARATION = Path(__file__).parents[2] / "serve" / "records" / "data" / "records.toml"
BUILT = Path(__file__).parent.parent / "static" / "build"
NODE_MODULES = Path("node_modules")

OK, NOTE, WRONG = "ok", "note", "WRONG"


class Finding(NamedTuple):
    """What one check found. A note is worth knowing and stops nothing."""

    level: str
    what: str
    cure: str = ""


def register(subparsers: Subparsers) -> None:
    """It takes no options: it looks at the settings that `kehra run` would use."""
    parser = subparsers.add_parser(
        "doctor",
        help="say what is wrong with this set-up and how to mend it",
        description="Changes nothing. Exit code 1 if anything is wrong.",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """One line for each check, with the cure under what is wrong."""
    wrong = False
    for finding in examine():
        print(f"{finding.level:>5}  {finding.what}")
        if finding.cure:
            print(f"       → {finding.cure}")
        wrong = wrong or finding.level == WRONG
    return 1 if wrong else 0


def examine() -> Iterator[Finding]:
    """Every check in turn. Those of the database end at the first that fails."""
    for check in (_python, _state_folder, _disk, _static_files, _node_modules, _port, _records, _settings):
        yield check()
    if "DATABASE_URL" not in os.environ or "KEHRA_SECRET_KEY" not in os.environ:
        return
    for check in (_database, _migrations, _append_only, _log_archive, _log, _seals, _worker):
        finding = check()
        yield finding
        if finding.level == WRONG:
            return


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LEAST_PYTHON:
        return Finding(
            WRONG, f"Python {version} is too old", "Install Python 3.11 or newer and make .venv anew."
        )
    return Finding(OK, f"Python {version}")


def _state_folder() -> Finding:
    folder = _existing(state_folder())
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return Finding(
            WRONG,
            f"the state folder {state_folder()} cannot be written ({error.strerror})",
            f"Set KEHRA_STATE to a folder of your own, or: sudo chown $USER {folder}",
        )
    return Finding(OK, f"the state folder is {state_folder()}")


def _disk() -> Finding:
    free = shutil.disk_usage(_existing(state_folder())).free / 1024**3
    if free < FREE_GIGABYTES:
        return Finding(
            WRONG,
            f"only {free:.1f} GB free on the disk of {state_folder()}",
            f"Free some space; the demo needs {FREE_GIGABYTES} GB.",
        )
    return Finding(OK, f"{free:.0f} GB free on the disk")


def _static_files() -> Finding:
    if not BUILT.exists() or not any(BUILT.iterdir()):
        return Finding(WRONG, "styles and scripts are not built", "In the checkout run: make static")
    return Finding(OK, "styles and scripts are built")


def _node_modules() -> Finding:
    if not NODE_MODULES.exists():
        return Finding(NOTE, "no node_modules here: styles cannot be built from this folder", "make static")
    return Finding(OK, "node_modules is here")


def _port() -> Finding:
    port = environment.number("KEHRA_PORT", 8000)
    try:
        processes.check_port(environment.text("KEHRA_LISTEN", "127.0.0.1"), port, option="KEHRA_PORT")
    except SettingError as error:
        return Finding(NOTE, str(error), "If it is Kehrä that runs there, all is well.")
    return Finding(OK, f"port {port} is free")


def _records() -> Finding:
    path = environment.folder("KEHRA_RECORDS", DECLARATION)
    try:
        declared = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadDeclaration) as error:
        return Finding(WRONG, f"where the record is cannot be read from {path}: {error}", "docs/records.md")
    if unset := [one.secret for one in declared.systems.values() if one.secret not in os.environ]:
        return Finding(WRONG, f"{unset[0]} is not set: nothing reaches that system", "docs/records.md")
    return Finding(OK, f"where the record is, is declared ({path})")


def _settings() -> Finding:
    missing = [name for name in ("DATABASE_URL", "KEHRA_SECRET_KEY") if name not in os.environ]
    if not missing:
        return Finding(OK, "the settings that kehra run needs are there")
    if len(missing) == 1:
        return Finding(WRONG, f"{missing[0]} is not set", "Set it; see the README, 'Running it for real'.")
    return Finding(
        NOTE,
        "no installation is set up here (DATABASE_URL and KEHRA_SECRET_KEY are not set)",
        "kehra demo needs none. For a real one see the README, 'Running it for real'.",
    )


def _database() -> Finding:
    try:
        with database.connect() as asked:
            version = asked.info.server_version
    except SettingError as error:
        what, _, cure = str(error).rpartition("\n")
        return Finding(WRONG, what, cure)
    if version < POSTGRES * 10000:
        return Finding(
            NOTE,
            f"the database is PostgreSQL {version // 10000}; Kehrä is tested with {POSTGRES}",
            f"Move to PostgreSQL {POSTGRES} when you can.",
        )
    return Finding(OK, f"the database answers (PostgreSQL {version // 10000})")


def _migrations() -> Finding:
    django.setup()
    cure = f"Run kehra migrate with a DATABASE_URL of {roles.OWNER}."
    if unknown := database.unknown_migrations():
        return Finding(
            WRONG, f"the database was migrated by newer code ({unknown[0]})", "Update Kehrä to that version."
        )
    if waiting := database.waiting_migrations():
        return Finding(WRONG, f"the database lacks {len(waiting)} migrations ({waiting[0]}, …)", cure)
    return Finding(OK, "the database is migrated")


def _append_only() -> Finding:
    """Asked from the server, for the role that serves people and for the one in DATABASE_URL."""
    cure = f"Run kehra migrate with a DATABASE_URL of {roles.OWNER}."
    with connection.cursor() as cursor:
        tables = roles.append_only_tables(cursor)
        cursor.execute("SELECT current_user, to_regrole(%s)", [roles.APP])
        own, app = cursor.fetchone()
        if app is None:
            return Finding(WRONG, f"the database has no role {roles.APP}", cure)
        for role, level, mend in (
            (roles.APP, WRONG, cure),
            (own, NOTE, f"Right for kehra migrate; kehra run should connect as {roles.APP}."),
        ):
            if changeable := [table for table in tables if _may_change(cursor, role, table)]:
                return Finding(level, f"the role {role} may change the append-only {changeable[0]}", mend)
    return Finding(OK, f"the application cannot change what is append-only ({len(tables)} tables)")


def _health() -> "Health":
    from kehra.site.views import health  # After django.setup(): it knows the models.

    return health.examine(clock.now())


def _log() -> Finding:
    if _health().log:
        return Finding(OK, "the log of uses can be written")
    return Finding(
        WRONG,
        "the log of uses cannot be written, so no person's data is shown",
        "See the database's own log: a full disk, or a month without a partition (run kehra migrate).",
    )


def _seals() -> Finding:
    found = _health()
    if found.seal_wrong:
        return Finding(WRONG, f"sealing has stopped: {found.seal_wrong}", "Run kehra audit verify.")
    if not found.being_sealed:
        return Finding(
            NOTE,
            f"the log is not being sealed (in {seals_folder()})",
            "Set KEHRA_SEAL_DATABASE_URL for kehra run, or run kehra audit seal.",
        )
    if os.access(seals_folder() / keys.NAME, os.R_OK):
        return Finding(
            NOTE, "this user can read the sealing key", "If the web server is this user too: see the README."
        )
    return Finding(OK, "the log is being sealed")


def _worker() -> Finding:
    if not _health().worker_lives:
        return Finding(NOTE, "no job worker gives a sign of life", "kehra run starts one.")
    return Finding(OK, "the job worker lives")


def _may_change(cursor: CursorWrapper, role: str, table: str) -> bool:
    cursor.execute(
        "SELECT has_table_privilege(%s, format('public.%%I', %s::text), 'UPDATE, DELETE, TRUNCATE')",
        [role, table],
    )
    return bool(cursor.fetchone()[0])


def _log_archive() -> Finding:
    """Whether every change leaves the machine, so that one can return to any minute."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW archive_mode")
        (mode,) = cursor.fetchone()
        trouble = archive_trouble(cursor)
    if trouble:
        return Finding(WRONG, trouble, "See the server's own log, and docs/backup.md.")
    if mode == "off":
        return Finding(
            NOTE,
            "the database's log is not archived: a lost disk loses all since the last copy",
            "docs/backup.md",
        )
    return Finding(OK, "the database's log is archived")


def archive_trouble(cursor: CursorWrapper | psycopg.Cursor) -> str:
    """What keeps the log from being archived; empty if nothing does."""
    cursor.execute(
        "SELECT last_failed_wal FROM pg_stat_archiver"
        " WHERE last_failed_time > coalesce(last_archived_time, '-infinity')"
    )
    row = cursor.fetchone()
    return f"the log's segment {row[0]} could not be archived" if row else ""


def _existing(folder: Path) -> Path:
    """The nearest folder above that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
