"""`kehra manage`: Django's own commands, with our settings."""

import argparse

from kehra.site.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Everything after `manage` belongs to Django, --help too."""
    parser = subparsers.add_parser("manage", help="run one of Django's own commands", add_help=False)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hands over to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kehra manage", *arguments.arguments])
    return 0
