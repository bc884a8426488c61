"""`kehra region load`: fills an empty database with a made-up county."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import django
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kehra.kernel.time import clock
from kehra.site import database
from kehra.site.cli.subparsers import Subparsers

SCALE = Fraction(1, 40)  # for the demo: some 27,000 matters, made in well under a minute
ProgressCallback = Callable[[str, int, int], None]


def register(subparsers: Subparsers) -> None:
    """`kehra region` has its own subcommands; there is one."""
    region = subparsers.add_parser("region", help="make-believe counties: load one into an empty database")
    load = region.add_subparsers(metavar="SUBCOMMAND", required=True).add_parser(
        "load",
        help="make a county of synthetic residents with a year behind it",
        description="The same options and seed make the same county. Nobody in it exists. A load that was "
        "stopped goes on when it is started again with the same options.",
    )
    load.add_argument(
        "--scale", type=share, default=SCALE, help="share of the people, 1 for all (default: 1/40)"
    )
    load.add_argument(
        "--counties",
        default="15,18",
        help="codes of the counties, the first one the largest (default: 15,18)",
    )
    load.add_argument("--seed", type=int, default=2026, help="another number, other people (default: 2026)")
    load.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Loads with the role of DATABASE_URL."""
    database.connect().close()
    django.setup()
    load(scale=arguments.scale, counties=arguments.counties.split(","), seed=arguments.seed)
    return 0


def load(*, scale: Fraction = SCALE, counties: list[str] | None = None, seed: int = 2026) -> None:
    """Makes the county, showing how far it is. Django must be set up."""
    from kehra.site.region.load import load_region  # After django.setup(): it knows the models.

    with progress_bar() as progress:
        load_region(
            scale=scale, counties=counties or ["15", "18"], seed=seed, now=clock.now(), progress=progress
        )


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """A line for each part of the work: its name, how many are done, of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {}

        def advance(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield advance


def share(text: str) -> Fraction:
    """An option's value such as 1/10 or 0.1; argparse tells what is wrong with another."""
    try:
        scale = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 1/10 or 0.1") from None
    if not 0 < scale <= 1:
        raise argparse.ArgumentTypeError("the share must be more than 0 and at most 1")
    return scale
