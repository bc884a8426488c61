"""`kehra migrate`: tables to what this code expects, and the application's rights on them."""

import argparse

import django
from django.core.management import call_command
from django.db import connection

from kehra.site import database, roles
from kehra.site.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """It takes no options."""
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database up to date and give the application its rights",
        description=f"Run it with a DATABASE_URL of {roles.OWNER}; all else runs as {roles.APP}.",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Says each migration that is applied."""
    database.connect().close()
    django.setup()
    migrate(verbosity=1)
    return 0


def migrate(*, verbosity: int) -> None:
    """Migrates as the role of DATABASE_URL, who must own the tables, and grants to `kehra_app`."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    roles.grant(connection)
