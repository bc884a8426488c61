"""`kehra audit`: the seals of the logs. `verify` says whether the logs are what they were."""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg

from kehra.kernel.access import actors
from kehra.kernel.time import clock
from kehra.site import database, environment, roles
from kehra.site.cli.demo import DATABASE
from kehra.site.cli.region import progress_bar
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError
from kehra.site.paths import seals_folder, state_folder
from kehra.site.postgres.cluster import Cluster
from kehra.site.sealing import __main__ as sealing
from kehra.site.sealing import keys
from kehra.site.sealing.restoring import declare_restored
from kehra.site.sealing.trails import TRAILS
from kehra.site.sealing.verify import Report, Verification


def register(subparsers: Subparsers) -> None:
    """Three subcommands: verify, seal, restored."""
    parser = subparsers.add_parser("audit", help="the seals of the logs: verify them, make them")
    commands = parser.add_subparsers(metavar="SUBCOMMAND", required=True)
    verify = commands.add_parser(
        "verify",
        help="say whether a row of the logs was changed, removed, moved or added",
        description="Compares every row with what was sealed. Exit code 1 if anything is wrong.",
    )
    verify.add_argument("--since", type=_day, help="only what was sealed on this day (2026-11-22) or later")
    verify.add_argument("--seals", type=Path, help="the folder of seals (default: KEHRA_SEALS)")
    verify.add_argument("--demo", action="store_true", help="the demo that runs on this machine")
    verify.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="TRAIL:NUMBER:HASH",
        help="a seal that was kept elsewhere, as verify printed it; may be given for each trail",
    )
    verify.set_defaults(run=run_verify)
    seal = commands.add_parser("seal", help="run the sealer by itself, as a service of its own user")
    seal.set_defaults(run=run_seal)
    restored = commands.add_parser(
        "restored", help="declare in the seals that the database was lawfully restored (its owner's role)"
    )
    restored.add_argument("--to", type=datetime.fromisoformat, required=True, help="the moment, with zone")
    restored.add_argument("--reason", required=True, help="why, for those who verify later")
    restored.set_defaults(run=run_restored)


def run_seal(_: argparse.Namespace) -> int:
    """Until stopped."""
    sealing.main()
    return 0


def run_restored(arguments: argparse.Namespace) -> int:
    """Says how many rows were lost."""
    for line in declared(to=arguments.to, reason=arguments.reason):
        print(line)
    return 0


def declared(*, to: datetime, reason: str) -> Iterator[str]:
    """The last step of a restore of the database of DATABASE_URL (its owner's role) to the moment `to`: the
    seals are told, what had been deleted is deleted again, and nothing is sent that may have been sent since.
    Says what was done."""
    url = environment.text("DATABASE_URL")
    lost = declare_restored(url, seals_folder(), to=to, reason=reason, now=clock.now())
    for trail, rows in lost.items():
        yield f"{trail}: {rows} sealed rows are declared lost"
    yield f"{delete_again()} rows that had been deleted before were deleted again"
    yield f"{doubt_what_waited()} messages that waited then are marked unknown: they may have been sent since"


def delete_again() -> int:
    """After a restore: what had been deleted when its time of keeping was up is deleted again. With the
    database of DATABASE_URL, migrated; returns how many rows there were."""
    django.setup()
    from kehra.kernel.organisations.models import County  # After django.setup(): these know the models.
    from kehra.serve.retention import actions

    now = clock.now()
    rows = sum(
        actions.replay(by=actors.system(county), now=now)
        for county in County.objects.values_list("pk", flat=True)
    )
    database.leave()
    return rows


def doubt_what_waited() -> int:
    """After a restore: see `messages.outbox.doubt`. With the database of DATABASE_URL, migrated."""
    django.setup()
    from kehra.serve.messages import outbox  # After django.setup(): it knows the models.

    messages = outbox.doubt()
    database.leave()
    return messages


def run_verify(arguments: argparse.Namespace) -> int:
    """The report of each trail; 1 if anything is wrong."""
    folder, url = _where(arguments)
    key = keys.public(folder, environment.text("KEHRA_SEAL_PUBLIC_KEY", ""))
    print(f"Key {keys.public_text(key)} (fingerprint {keys.fingerprint(key)})")
    if not os.environ.get("KEHRA_SEAL_PUBLIC_KEY"):
        print("Taken from the folder of seals: compare it with the copy that you keep elsewhere.")
    heads = {trail: (number, hash_) for trail, number, hash_ in arguments.head}
    wrong = 0
    try:
        connection = psycopg.connect(url, connect_timeout=5, autocommit=True)
    except psycopg.Error as error:
        raise SettingError(f"The database does not answer: {str(error).strip()}") from None
    with connection, progress_bar() as progress:
        for trail in TRAILS:
            verification = Verification(
                folder,
                trail,
                key,
                clock.now(),
                since=arguments.since,
                head=heads.get(trail.name),
                progress=progress,
            )
            report = verification.run(connection)
            wrong += report.wrong
            print("\n".join(told(report)))
    return 1 if wrong else 0


def told(report: Report) -> Iterator[str]:
    """A report as lines for people."""
    yield f"{report.trail}: {report.rows} rows, {report.seals} seals, the last one of {report.last_seal}"
    for statement in report.statements:
        yield f"  declared: {statement}"
    if report.lost:
        yield f"  {report.lost} rows are missing as declared"
    for finding in report.findings:
        yield f"  WRONG ({finding.kind}): {finding.words}"
    if report.wrong > len(report.findings):
        yield f"  {report.wrong} rows or seals are wrong in all"
    if report.unsealed:
        yield f"  {report.unsealed} rows are newer than the seals: nothing is known of them yet"
    if not report.wrong:
        yield "  Every sealed row is as it was."
    yield f"  Keep this elsewhere: --head {report.trail}:{report.head}"


def _where(arguments: argparse.Namespace) -> tuple[Path, str]:
    """The folder of seals and the database."""
    if arguments.demo:
        demo = state_folder() / "demo"
        return arguments.seals or demo / "seals", Cluster(demo).url(DATABASE, roles.SEAL)
    url = os.environ.get("KEHRA_SEAL_DATABASE_URL") or environment.text("DATABASE_URL")
    return arguments.seals or seals_folder(), url


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-22") from None


def _head(text: str) -> tuple[str, int, str]:
    trail, _, rest = text.partition(":")
    number, _, hash_ = rest.partition(":")
    if trail not in {one.name for one in TRAILS} or not number.isdecimal() or len(hash_) != 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no head as kehra audit verify prints it")
    return trail, int(number), hash_
