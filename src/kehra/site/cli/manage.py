"""`kehra manage`: Django's own commands, with our settings."""

import argparse

from kehra.site.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Everything after `manage` belongs to Django, --help too."""
    parser = subparsers.add_parser(
        "manage",
        help="run one of Django's own commands",
        add_help=False,
        prefix_chars="\0",  # Nothing that can be typed, so that --help is no option of ours.
    )
    parser.add_argument("arguments", nargs="*")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hands over to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kehra manage", *arguments.arguments])
    return 0
