"""How matters go: from a contact through the hands of those who work to an end, or as far as today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from kehra.kernel.access.actors import Actor
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki, working_days
from kehra.serve.matters.models.matter import Channel, Urgency
from kehra.site.region.history.assessing import Assessments
from kehra.site.region.history.days import Days
from kehra.site.region.history.demand import Demand, Wishes
from kehra.site.region.history.steps import Row, Running, Steps
from kehra.site.region.history.visits import COMING_DAYS, LENGTH, Visits
from kehra.site.region.people.names import Shares
from kehra.site.region.people.residents import Person, Users
from kehra.site.region.people.staff import Staff
from kehra.site.region.places.catalogue import Catalogue

# Working days until somebody takes a matter, and from there until it ends: made up, so that most
# promises are kept, some break and some are at risk today.
_UNTIL_TAKEN = Shares([(0, 80), (1, 11), (2, 4), (4, 3), (8, 1), (13, 1)])
_UNTIL_ENDED = Shares([(0, 45), (3, 15), (8, 14), (15, 12), (30, 9), (55, 3), (75, 2)])
_UNTIL_ENDED_IN_HOSPITAL = Shares([(10, 25), (25, 30), (50, 25), (80, 15), (130, 5)])
_URGENCY = Shares([(Urgency.NON_URGENT, 85), (Urgency.URGENT, 15)])
_OUTCOMES = Shares(
    [
        ("solved", 62),
        ("service_began", 18),
        ("guided", 9),
        ("no_need", 5),
        ("not_reached", 4),
        ("withdrawn", 2),
    ]
)
_VISITS = 0.75  # of the matters that do not end on the day they are taken
_ASSESSED = 0.6  # of the matters of health and social care
_JUDGED_WHEN_TAKEN, _JUDGED_AGAIN = 0.97, 0.1
_LONG_CARE = {"specialised-care", "psychiatry"}


@dataclass(frozen=True)
class Beginning:
    """What a matter begins from."""

    demand: Demand
    person: Person
    unit: Unit
    day: date
    channel: str


@dataclass
class Courses:
    """Writes the courses of matters with `steps`."""

    steps: Steps
    visits: Visits
    assessments: Assessments
    users: Users
    staff: Staff
    catalogue: Catalogue
    wishes: Wishes
    days: Days
    rng: Random

    def beginnings(self, county: str, count: int, days: Days) -> list[Beginning]:
        """Who turns to which unit on which of `days`."""
        drawn: list[Beginning] = []
        while len(drawn) < count:
            one = self._beginning(county, days)
            if one is not None:
                drawn.append(one)
        return drawn

    def _beginning(self, county: str, days: Days) -> Beginning | None:
        drawn = self.wishes.draw(self.rng, county)
        if drawn is None:
            return None
        demand, person = drawn
        unit = self.catalogue.intake.get((county, demand.service, person.municipality))
        if unit is None:
            return None
        channel = demand.channels.draw(self.rng)
        if self.staff.workers[unit.pk][0].role != "professional":  # a partner opens no matter for others
            channel = Channel.DIGITAL.value
        day = days.draw(self.rng, weekends=channel == Channel.DIGITAL)
        if day <= person.born:
            return None
        return Beginning(demand, person, unit, day, channel)

    def run(self, begin: Beginning) -> None:
        """One matter, as far as it has come before today."""
        worker = self.rng.choice(self.staff.workers[begin.unit.pk])
        matter, opened_at = self._open(begin, worker)
        at = self._at(begin.day, opened_at, _UNTIL_TAKEN.draw(self.rng))
        if at is None:
            return
        self.steps.look(matter, worker, at)
        self.steps.take(matter, worker, at)
        until = _UNTIL_ENDED_IN_HOSPITAL if begin.demand.service in _LONG_CARE else _UNTIL_ENDED
        wait = until.draw(self.rng)
        if worker.sector in self.assessments.texts and self.rng.random() < _ASSESSED:
            self._assess(matter, worker, at, need_found=wait > 0)
        else:
            self._judge(begin, matter, worker, at)
        self._end(begin, matter, worker, at, wait)

    def _judge(self, begin: Beginning, matter: Running, worker: Actor, at: datetime) -> None:
        """Who opened it with the resident judged the urgency then; what was written waits to be judged."""
        if self.rng.random() < (_JUDGED_WHEN_TAKEN if begin.channel == Channel.DIGITAL else _JUDGED_AGAIN):
            self.steps.set_urgency(matter, _URGENCY.draw(self.rng), worker, at + timedelta(minutes=2))
        self.steps.write(matter, self._words(begin.unit.sector), worker, at + timedelta(minutes=12))

    def _assess(self, matter: Running, worker: Actor, taken_at: datetime, *, need_found: bool) -> None:
        """Assessed while talking, as most are; the urgency is judged by the same person."""
        begun, part, task = self.assessments.begin(matter, worker, taken_at + timedelta(minutes=1))
        at = taken_at + timedelta(minutes=11)
        self.assessments.sign(matter, part, task, worker, at)
        self.assessments.complete(matter, begun, worker, at, need_found=need_found)
        if self.rng.random() < 0.6:
            self.steps.set_urgency(matter, _URGENCY.draw(self.rng), worker, at)

    def _end(self, begin: Beginning, matter: Running, worker: Actor, taken_at: datetime, wait: int) -> None:
        if wait == 0:
            self._close(matter, worker, taken_at + timedelta(minutes=15))
            return
        visit = self._book(begin, matter, worker, taken_at, wait) if self.rng.random() < _VISITS else None
        if visit is not None:
            self._meet(matter, worker, *visit)
            return
        at = self._at(taken_at.date(), taken_at, wait)
        if at is None:
            return
        self.steps.look(matter, worker, at)
        self.steps.write(matter, self._words(begin.unit.sector), worker, at + timedelta(minutes=20))
        self._close(matter, worker, at + timedelta(minutes=25))

    def _book(
        self, begin: Beginning, matter: Running, worker: Actor, taken_at: datetime, wait: int
    ) -> tuple[Row, datetime] | None:
        """A visit after `wait` working days, past or coming; None if there is no time then."""
        day = self.days.later(taken_at.date(), wait)
        if day is None:
            ahead = self.days.ahead(taken_at.date(), wait)
            if ahead > COMING_DAYS:
                return None
            day = working_days.add_working_days(self.days.today, ahead)
        start = self.visits.slot(worker, matter, day)
        if start is None or day == taken_at.date():
            return None
        at = taken_at + timedelta(minutes=14)
        return self.visits.book(matter, worker, start, worker, at), start

    def _meet(self, matter: Running, worker: Actor, appointment: Row, start: datetime) -> None:
        end = start + LENGTH
        if helsinki.today(end) >= self.days.today:
            return
        self.visits.done(matter, appointment, start, worker, end)
        self.steps.write(matter, self._words(matter.unit.sector), worker, end + timedelta(minutes=4))
        self._close(matter, worker, end + timedelta(minutes=6))

    def _close(self, matter: Running, worker: Actor, at: datetime) -> None:
        """Closed; those who use the service read what has been told, as a rule."""
        self.steps.close(matter, _OUTCOMES.draw(self.rng), worker, at)
        reader = matter.person.guardian or matter.person
        read_at = at + timedelta(hours=self.rng.randrange(1, 60))
        if (
            reader.user_id is not None
            and self.rng.random() < 0.8
            and helsinki.today(read_at) < self.days.today
        ):
            by = reader.actor(matter.person if matter.person.guardian else None)
            self.steps.read_notices(matter, by, read_at)

    def _open(self, begin: Beginning, worker: Actor) -> tuple[Running, datetime]:
        digital = begin.channel == Channel.DIGITAL
        at = (self.days.waking if digital else self.days.office)(self.rng, begin.day)
        matter = self.steps.open_matter(
            begin.person,
            self.catalogue.services[begin.person.county, begin.demand.service],
            begin.unit,
            channel=begin.channel,
            need=self.rng.choice(self.wishes.needs[begin.demand.service]),
            urgency=Urgency.UNKNOWN.value if digital else _URGENCY.draw(self.rng).value,
            by=self._who_opens(begin, worker),
            at=at,
        )
        return matter, at

    def _who_opens(self, begin: Beginning, worker: Actor) -> Actor:
        person = begin.person
        if begin.channel == Channel.DIGITAL:
            acting = person.guardian or person
            self.users.of(acting)
            return acting.actor(person if person.guardian else None)
        return worker

    def _at(self, day: date, after: datetime, working_days: int) -> datetime | None:
        """A moment of office hours so many working days on, after `after`; None: not before today."""
        while True:
            later = self.days.later(day, working_days)
            if later is None:
                return None
            at = self.days.office(self.rng, later)
            if at > after:
                return at
            working_days += later == day and self.rng.random() < 0.3

    def _words(self, sector: str) -> str:
        return self.rng.choice(self.wishes.entries[sector])
