"""`kehra run`: a real installation, from settings in the environment."""

import argparse
import os

import django
from django.core.management import call_command

from kehra.site import database, environment, practice, processes
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError
from kehra.site.postgres.cluster import tell


def register(subparsers: Subparsers) -> None:
    """What is not an option is a setting in the environment."""
    parser = subparsers.add_parser(
        "run",
        help="serve people: the web server and the job worker, until stopped",
        description="Settings come from the environment (see the README). Run kehra migrate first.",
    )
    parser.add_argument("--host", help="address to listen on (default: KEHRA_LISTEN, or 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: KEHRA_PORT, or 8000)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Checks first, so that nothing half-started is left behind."""
    host = arguments.host or environment.text("KEHRA_LISTEN", "127.0.0.1")
    port = arguments.port if arguments.port is not None else environment.number("KEHRA_PORT", 8000)
    processes.check_port(host, port, option="--port")
    check_database()
    collect_static_files()
    watch = processes.Watch(programs(host, port), say=tell)
    tell(f"Kehrä listens at http://{host}:{port}. Ctrl-C stops it.")
    watch.run()
    return 0


def programs(host: str, port: int) -> list[processes.Program]:
    """The web server and the worker; the sealer too, unless it is a service of its own."""
    surroundings = {name: value for name, value in os.environ.items() if name != "KEHRA_SEAL_DATABASE_URL"}
    found = [
        processes.web(surroundings, host=host, port=port, workers=environment.number("KEHRA_WORKERS", 2)),
        processes.worker(surroundings),
    ]
    if "KEHRA_SEAL_DATABASE_URL" in os.environ:
        found.append(processes.sealer({**os.environ, "DATABASE_URL": ""}))
    return found


def check_database() -> None:
    """Raises SettingError if the database is not there, not migrated, or a practice county's."""
    with database.connect() as asked:
        practice.must_agree(asked, practice=environment.flag("KEHRA_PRACTICE"))
    django.setup()
    waiting = database.waiting_migrations()
    database.leave()
    if waiting:
        raise SettingError(
            f"The database lacks {len(waiting)} migrations (the first is {waiting[0]}). "
            "Run: kehra migrate, as the owner of the tables."
        )


def collect_static_files() -> None:
    """Puts styles, scripts and pictures where the web server looks for them. Django must be set up."""
    call_command("collectstatic", interactive=False, verbosity=0)
