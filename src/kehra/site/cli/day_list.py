"""`kehra day-list`: the side of a unit's machine."""

from kehra.site.cli import day_list_agent
from kehra.site.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """One thing to do: fetch."""
    parser = subparsers.add_parser(
        "day-list",
        help="keep a unit's closed day list on this machine, for a day without the network",
        description="See docs/day-lists.md for the timer that runs it.",
    )
    deeds = parser.add_subparsers(metavar="WHAT", required=True)
    fetch = deeds.add_parser("fetch", help="fetch the list now; the machine's timer runs this")
    day_list_agent.add_options(fetch)
    fetch.set_defaults(run=day_list_agent.run)
