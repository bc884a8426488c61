"""`kehra practice`: a county to practise in, told from the real one on every page."""

import argparse

from kehra.site.cli import demo, region
from kehra.site.cli.subparsers import Subparsers
from kehra.site.paths import state_folder


def register(subparsers: Subparsers) -> None:
    """Where, how large, and whether to begin anew."""
    parser = subparsers.add_parser(
        "practice",
        help="a county to practise in, with a banner on every page; nothing leaves it",
        description="A database and a folder of its own, beside the real ones and beside the demo's. It does "
        "not start on a database that is not marked as practice.",
    )
    parser.add_argument(
        "--port", type=int, default=8010, help="the pages; the next port is for signing in (default: 8010)"
    )
    parser.add_argument(
        "--scale",
        type=region.share,
        default=region.SCALE,
        help="share of the people, 1 for all (default: 1/40)",
    )
    parser.add_argument("--reset", action="store_true", help="forget what was practised and begin anew")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns when stopped by Ctrl-C or a signal to end."""
    return demo.county(
        state_folder() / "practice",
        port=arguments.port,
        scale=arguments.scale,
        fresh=arguments.reset,
        practice=True,
    )
