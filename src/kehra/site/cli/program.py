"""`kehra`: the one console program. Each subcommand is a file beside this one."""

import argparse
import os
import sys

from kehra.site.cli import (
    audit,
    backup,
    day_list,
    demo,
    doctor,
    import_queues,
    manage,
    migrate,
    practice,
    region,
    run,
    token,
)
from kehra.site.environment import SettingError
from kehra.site.postgres.errors import PostgresError

SUBCOMMANDS = (
    demo,
    practice,
    run,
    region,
    import_queues,
    migrate,
    audit,
    backup,
    day_list,
    token,
    doctor,
    manage,
)

WRONG_SETUP = 2
INTERRUPTED = 130  # What shells give for Ctrl-C.


def main() -> None:
    """Runs one subcommand. What a person can mend is said in words, without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehra.site.settings")
    arguments = parser().parse_args()
    try:
        sys.exit(arguments.run(arguments))
    except (SettingError, PostgresError) as error:
        print(error, file=sys.stderr)
        sys.exit(WRONG_SETUP)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        sys.exit(INTERRUPTED)


def parser() -> argparse.ArgumentParser:
    """Every subcommand with one line of help."""
    made = argparse.ArgumentParser(
        prog="kehra",
        description="Kehrä: a platform for a Finnish wellbeing services county.",
        epilog="More about each: kehra SUBCOMMAND --help. What settings there are: the README.",
    )
    subparsers = made.add_subparsers(metavar="SUBCOMMAND", required=True)
    for subcommand in SUBCOMMANDS:
        subcommand.register(subparsers)
    return made


if __name__ == "__main__":
    main()
