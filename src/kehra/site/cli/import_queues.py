"""`kehra import`: the county starts with the queues and bookings that it has."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

from kehra.kernel.access import actors
from kehra.kernel.time import clock
from kehra.site import database
from kehra.site.cli.region import progress_bar
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError

SHOWN = 50  # wrong lines told at once


def register(subparsers: Subparsers) -> None:
    """Two files and the county."""
    parser = subparsers.add_parser(
        "import",
        help="bring along queues and bookings of the system before Kehrä",
        description="All lines or none; what is wrong is told line by line. docs/import.md has the columns.",
    )
    parser.add_argument("--county", required=True, help="its code, such as 15")
    parser.add_argument("--queues", type=Path, required=True, help="CSV of those who wait")
    parser.add_argument("--bookings", type=Path, help="CSV of the coming times they have")
    parser.add_argument("--check", action="store_true", help="only say what is wrong; save nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """1 if anything is wrong; then nothing was saved."""
    database.connect().close()
    django.setup()
    from kehra.kernel.organisations.models import County
    from kehra.serve.imports.rules import lines

    now = clock.now()
    county = County.objects.filter(pk=arguments.county).first()
    if county is None:
        raise SettingError(f"There is no county with the code {arguments.county!r} here.")
    queues, wrong = lines.queues(arguments.queues.name, _read(arguments.queues), now=now)
    bookings: list[lines.Booked] = []
    if arguments.bookings:
        bookings, more = lines.bookings(arguments.bookings.name, _read(arguments.bookings), now=now)
        wrong += more
    if not wrong:
        booking_file = arguments.bookings.name if arguments.bookings else ""
        wrong = _bring(county, (arguments.queues.name, queues), (booking_file, bookings), arguments.check)
    for line in wrong[:SHOWN]:
        print(line)
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more.")
    if wrong:
        print("Nothing was saved. Mend these lines and run it again.")
    return 1 if wrong else 0


class _OnlyChecked(Exception):
    """Takes back what was written to see that it can be."""


def _bring(county: Any, queues: Any, bookings: Any, check: bool) -> list[Any]:
    """What is wrong; the types of what is brought are known only after django.setup()."""
    from django.db import transaction

    from kehra.serve.imports import actions

    by = replace(actors.system(county.pk), quiet=True)
    try:
        with transaction.atomic(), progress_bar() as progress:
            made = actions.bring(
                county,
                queues,
                bookings,
                by=by,
                now=clock.now(),
                progress=lambda done, total: progress("lines", done, total),
            )
            if check:
                raise _OnlyChecked
    except actions.NothingImported as error:
        return error.wrong
    except _OnlyChecked:
        print("Everything can be brought along. Nothing was saved.")
        return []
    print(f"{made[0]} matters and {made[1]} appointments were brought along, with their own dates.")
    return []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}.") from None
