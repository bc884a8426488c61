"""Makes a county of people who do not exist, with a year behind it: the same for the same seed and day.

Three steps. The place and its people are one transaction: a broken data file leaves the database as it
was. The year is written in parts, each a stretch of days and a transaction of its own, so that a million
matters need no more memory than ten thousand, and a load that was killed goes on (`checkpoint`). The
stories of the cast come last. What has many rows goes through COPY; the rows are those that the actions
would have written (`history.steps`).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection, connections, transaction

from kehra.kernel.audit.models import make_partitions
from kehra.kernel.organisations.models import County
from kehra.kernel.time import helsinki
from kehra.site.environment import SettingError
from kehra.site.region.cast.duty import make_duties
from kehra.site.region.cast.people import make_cast
from kehra.site.region.cast.stage import Stage
from kehra.site.region.cast.stories import play_all
from kehra.site.region.checkpoint import Checkpoint
from kehra.site.region.copying import Table, copy_all
from kehra.site.region.facts import Facts
from kehra.site.region.history.visits import make_lists
from kehra.site.region.history.year import MATTERS_PER_RESIDENT, YEAR, Year, check_files, seeded
from kehra.site.region.made import read_region
from kehra.site.region.people.residents import make_residents
from kehra.site.region.people.staff import make_staff
from kehra.site.region.places.catalogue import make_catalogue, make_codes
from kehra.site.region.places.structure import make_places

Progress = Callable[[str, int, int], None]

PART = 5_000  # matters: what is made and what is written need less than a gigabyte
_SMALL = Fraction(1, 5)  # of the scale: counties after the first are there to be neighbours
_STAFF = 4  # times the people of units.csv work in a whole county


class AlreadyLoaded(SettingError):
    """A county of this code is in the database already."""


def load_region(
    *,
    scale: Fraction = Fraction(1, 40),
    counties: Sequence[str] = ("15", "18"),
    seed: int = 2026,
    now: datetime,
    progress: Progress = lambda what, done, total: None,
    facts: Facts | None = None,
    part: int = PART,
) -> None:
    """Loads `counties`, the first one at `scale` (residents to a resident), with the year before the day
    of `now`, `part` matters at a time. Goes on with a load of the same options that did not end: "now" is
    then what it was when that began. Raises BadData for a broken file and AlreadyLoaded, leaving the
    database as it was."""
    facts = facts or Facts()
    begun = Checkpoint.find(counties, scale, seed)
    if begun is None:
        begun = _make_place(facts, counties, scale, seed, now, progress, part)
    region = read_region(facts, counties)
    year = Year(facts, region, begun, progress)
    _write_year(year, begun)
    with transaction.atomic():
        copy_all(year.publish_coming())
        play_all(Stage(region.places, region.catalogue, region.staff, region.cast, begun.now))
        begun.end()
    _tidy(progress)


@transaction.atomic
def _make_place(
    facts: Facts,
    counties: Sequence[str],
    scale: Fraction,
    seed: int,
    now: datetime,
    progress: Progress,
    part: int,
) -> Checkpoint:
    """Everything but the year: places, services, those who work and those who live there."""
    there = County.objects.filter(pk__in=counties).first()
    if there is not None:
        raise AlreadyLoaded(
            f"The county {there.pk} is in this database already; nothing was changed. To begin anew, use an "
            "empty database (kehra demo --fresh makes one)."
        )
    today = helsinki.today(now)
    scales = {county: scale if number == 0 else scale * _SMALL for number, county in enumerate(counties)}
    codes = make_codes(facts)
    progress("Places and services", 0, 2)
    places = make_places(facts, counties, codes)
    progress("Places and services", 1, 2)
    catalogue = make_catalogue(facts, places, codes)
    progress("Places and services", 2, 2)
    times = {county: max(1, round(of * _STAFF)) for county, of in scales.items()}
    staff = make_staff(facts, places, times, rng=seeded(seed, "staff"))
    make_cast(facts, places, codes, staff, today=today)
    make_duties(staff, today)
    make_lists(staff)
    check_files(facts, catalogue)
    municipalities = list(places.municipalities.values())
    rng = seeded(seed, "residents")
    made = make_residents(facts, municipalities, scales, rng=rng, today=today, progress=progress)
    for table in ("audit_auditentry", "journal_journalentry"):
        make_partitions(table, now - YEAR - timedelta(days=31), now + timedelta(days=62))
    parts = max(1, round(made * MATTERS_PER_RESIDENT / part))
    return Checkpoint.begin(counties, scale, seed, now, parts)


def _write_year(year: Year, begun: Checkpoint) -> None:
    """While the database writes one part, the next is made: each has a processor of its own, if there are
    two. Inside a transaction of the caller there is one connection, and all is done in turn."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        writing: Future[None] | None = None
        for part in range(begun.written, begun.parts):
            rows = [(table, table.taken()) for table in year.write(part)]
            if connection.in_atomic_block:
                _commit(rows, begun)
                continue
            if writing is not None:
                writing.result()
            writing = writer.submit(_commit, rows, begun)
        if writing is not None:
            writing.result()
            writer.submit(connections.close_all).result()


@transaction.atomic
def _commit(part: list[tuple[Table, list[dict[str, Any]]]], begun: Checkpoint) -> None:
    for table, rows in part:
        table.copy(rows)
    begun.advance()


def _tidy(progress: Progress) -> None:
    """The planner knows the tables; what GIN indexes have put aside is in its place."""
    progress("Statistics", 0, 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
    progress("Statistics", 1, 1)
