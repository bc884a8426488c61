"""The year before today, in parts: each is a stretch of its working days, with the whole course of the
matters that began in it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from random import Random

from kehra.kernel.time import helsinki
from kehra.site.region.checkpoint import Checkpoint
from kehra.site.region.copying import Table
from kehra.site.region.facts import Facts
from kehra.site.region.history.assessing import Assessments, read_texts
from kehra.site.region.history.courses import Courses
from kehra.site.region.history.days import Days
from kehra.site.region.history.demand import read_wishes
from kehra.site.region.history.promises import Promises
from kehra.site.region.history.steps import Steps
from kehra.site.region.history.visits import Visits
from kehra.site.region.made import Region
from kehra.site.region.people.residents import Users
from kehra.site.region.places.catalogue import Catalogue

YEAR = timedelta(days=365)
MATTERS_PER_RESIDENT = Fraction(37, 10)  # about a million in a county of 272,000
_TICK = 1000


def seeded(seed: int, what: str) -> Random:
    """Chance of its own for each kind of thing, so that a change in one leaves the others as they were."""
    return Random(f"{seed}:{what}")  # noqa: S311 -- repeatable, not secret


def check_files(facts: Facts, catalogue: Catalogue) -> None:
    """Raises BadData for a file of the history that could not be used: told before anything is written."""
    read_wishes(facts, catalogue)
    read_texts(facts)


class Year:
    """Writes the parts of the load `begun`. What one part must know of those before it (whose times are
    taken, who has a user) is read from the database, so a part is the same after a kill."""

    def __init__(
        self, facts: Facts, region: Region, begun: Checkpoint, progress: Callable[[str, int, int], None]
    ) -> None:
        self.begun, self.progress = begun, progress
        today = helsinki.today(begun.now)
        self.days = Days(today - YEAR, today)
        residents = Counter(person.county for person in region.people)
        self.matters = {
            county: round(residents[county] * MATTERS_PER_RESIDENT) for county in region.places.counties
        }
        wishes = read_wishes(facts, region.catalogue)
        wishes.settle(region.people, today)
        self.chances = {what: seeded(begun.seed, what) for what in ("matters", "visits", "assessments")}
        self.steps = Steps(Promises())
        self.users = Users()
        self.visits = Visits(self.steps, list(self.matters), self.chances["visits"])
        self.assessments = Assessments(self.steps, read_texts(facts), self.chances["assessments"])
        self.courses = Courses(
            self.steps,
            self.visits,
            self.assessments,
            self.users,
            region.staff,
            region.catalogue,
            wishes,
            self.days,
            self.chances["matters"],
        )

    def write(self, part: int) -> list[Table]:
        """The rows of one part (from 0), in the order of copying."""
        self._shuffle(f"part {part}")
        days = self.days.part(part, self.begun.parts)
        begin = []
        for county, matters in self.matters.items():
            before, until = (matters * number // self.begun.parts for number in (part, part + 1))
            begin += self.courses.beginnings(county, until - before, days)
        begin.sort(key=lambda one: one.day)
        total = sum(self.matters.values())
        for number, one in enumerate(begin, start=total * part // self.begun.parts + 1):
            self.courses.run(one)
            if number % _TICK == 0 or number == total:
                self.progress("Matters", number, total)
        self.steps.journal.in_order_of("at")
        self.steps.audit.in_order_of("at")
        return [self.users.table, *self.steps.tables(), *self.visits.tables(), *self.assessments.tables()]

    def publish_coming(self) -> list[Table]:
        """The free times of the coming weeks."""
        self._shuffle("coming")
        self.visits.publish_coming(self.days.today)
        return self.visits.tables()

    def _shuffle(self, what: str) -> None:
        """Chance begins anew, the same whatever was drawn before."""
        for kind, rng in self.chances.items():
            rng.seed(f"{self.begun.seed}:{kind}:{','.join(self.matters)}:{what}")
