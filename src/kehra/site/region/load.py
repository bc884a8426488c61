"""Makes a county of people who do not exist, with a year behind it: the same for the same seed and day.

Everything is one transaction: a broken data file leaves the database as it was. What has many rows goes
through COPY; the rows are those that the actions would have written (`history.steps`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

from django.db import connection, transaction

from kehra.kernel.audit.models import make_partitions
from kehra.kernel.organisations.models import County
from kehra.kernel.time import helsinki
from kehra.site.environment import SettingError
from kehra.site.region.cast.duty import make_duties
from kehra.site.region.cast.people import Cast, make_cast
from kehra.site.region.cast.stage import Stage
from kehra.site.region.cast.stories import play_all
from kehra.site.region.copying import Table, copy_all
from kehra.site.region.facts import Facts
from kehra.site.region.history.assessing import Assessments, read_texts
from kehra.site.region.history.courses import Courses
from kehra.site.region.history.days import Days
from kehra.site.region.history.demand import read_wishes
from kehra.site.region.history.promises import Promises
from kehra.site.region.history.steps import Steps
from kehra.site.region.history.visits import Visits
from kehra.site.region.people.residents import Residents, make_residents
from kehra.site.region.people.staff import Staff, make_staff
from kehra.site.region.places.catalogue import Catalogue, make_catalogue, make_codes
from kehra.site.region.places.structure import Places, make_places

Progress = Callable[[str, int, int], None]

_YEAR = timedelta(days=365)
_MATTERS_PER_RESIDENT = Fraction(95, 100)
_SMALL = Fraction(1, 5)  # of the scale: counties after the first are there to be neighbours
_TICK = 1000


class AlreadyLoaded(SettingError):
    """A county of this code is in the database already."""


@dataclass
class Region:
    """What has been made so far."""

    places: Places
    catalogue: Catalogue
    staff: Staff
    cast: Cast
    residents: Residents


@transaction.atomic
def load_region(
    *,
    scale: Fraction = Fraction(1, 10),
    counties: Sequence[str] = ("15", "18"),
    seed: int = 2026,
    now: datetime,
    progress: Progress = lambda what, done, total: None,
    facts: Facts | None = None,
) -> None:
    """Loads `counties`, the first one at `scale` (residents to a resident), with the year before the day
    of `now`. Raises BadData for a broken file and AlreadyLoaded, leaving the database as it was."""
    there = County.objects.filter(pk__in=counties).first()
    if there is not None:
        raise AlreadyLoaded(
            f"The county {there.pk} is in this database already; nothing was changed. To begin anew, use an "
            "empty database (kehra demo --fresh makes one)."
        )
    facts = facts or Facts()
    region = _make_place(facts, counties, scale, seed, now, progress)
    history = _make_history(facts, region, counties, seed, now, progress)
    tables = [*region.residents.tables(), region.residents.users, *history]
    for number, table in enumerate(tables):
        progress("Writing", number, len(tables))
        copy_all([table])
    progress("Writing", len(tables), len(tables))
    play_all(Stage(region.places, region.catalogue, region.staff, region.cast, now))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _make_place(
    facts: Facts, counties: Sequence[str], scale: Fraction, seed: int, now: datetime, progress: Progress
) -> Region:
    codes = make_codes(facts)
    progress("Places and services", 0, 2)
    places = make_places(facts, counties, codes)
    progress("Places and services", 1, 2)
    catalogue = make_catalogue(facts, places, codes)
    progress("Places and services", 2, 2)
    staff = make_staff(facts, places, rng=_seeded(seed, "staff"))
    cast = make_cast(facts, places, codes, staff, today=helsinki.today(now))
    make_duties(staff, helsinki.today(now))
    scales = {county: scale if number == 0 else scale * _SMALL for number, county in enumerate(counties)}
    residents = make_residents(
        facts,
        list(places.municipalities.values()),
        scales,
        rng=_seeded(seed, "residents"),
        today=helsinki.today(now),
    )
    progress("Residents", len(residents.people), len(residents.people))
    return Region(places, catalogue, staff, cast, residents)


def _make_history(
    facts: Facts, region: Region, counties: Sequence[str], seed: int, now: datetime, progress: Progress
) -> list[Table]:
    today = helsinki.today(now)
    for table in ("audit_auditentry", "journal_journalentry"):
        make_partitions(table, now - _YEAR - timedelta(days=31), now + timedelta(days=62))
    wishes = read_wishes(facts, region.catalogue)
    wishes.settle(region.residents.people, today)
    steps = Steps(Promises())
    days = Days(today - _YEAR, today)
    rng = _seeded(seed, "matters")
    visits = Visits(steps, region.staff, _seeded(seed, "visits"))
    assessments = Assessments(steps, read_texts(facts), _seeded(seed, "assessments"))
    courses = Courses(
        steps, visits, assessments, region.residents, region.staff, region.catalogue, wishes, days, rng
    )
    begin = [
        beginning
        for county in counties
        for beginning in courses.beginnings(
            county,
            round(sum(person.county == county for person in region.residents.people) * _MATTERS_PER_RESIDENT),
        )
    ]
    begin.sort(key=lambda one: one.day)
    for number, one in enumerate(begin, start=1):
        courses.run(one)
        if number % _TICK == 0 or number == len(begin):
            progress("Matters", number, len(begin))
    visits.publish_coming(today)
    steps.journal.in_order_of("at")
    steps.audit.in_order_of("at")
    return [*steps.tables(), *visits.tables(), *assessments.tables()]


def _seeded(seed: int, what: str) -> Random:
    """Chance of its own for each kind of thing, so that a change in one leaves the others as they were."""
    return Random(f"{seed}:{what}")  # noqa: S311 -- repeatable, not secret
