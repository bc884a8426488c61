"""Where the stories are played: who acts, at which past moment, in which unit."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import Choice
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki, working_days
from kehra.serve.contacts.actions import reception, writing
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.models.matter import Matter
from kehra.site.region.cast.people import Cast
from kehra.site.region.people.staff import Staff
from kehra.site.region.places.catalogue import Catalogue
from kehra.site.region.places.structure import Places


@dataclass
class Stage:
    """The county as the stories need it, and the moment that is now."""

    places: Places
    catalogue: Catalogue
    staff: Staff
    cast: Cast
    now: datetime

    @property
    def today(self) -> date:
        return helsinki.today(self.now)

    def resident(self, name: str) -> Resident:
        """A resident of the cast."""
        return self.cast.residents[name]

    def worker(self, name: str) -> Professional:
        """A professional of the cast."""
        return self.cast.assignments[name].professional

    def unit(self, key: str) -> Unit:
        """A unit by its key in the data."""
        return self.places.units[key]

    def service(self, code: str, county: str = "15") -> Service:
        """A service by its code."""
        return self.catalogue.services[county, code]

    def offering(self, code: str, unit: str) -> Offering:
        """What a unit offers."""
        return Offering.objects.get(service=self.service(code), unit=self.unit(unit))

    def actor(self, name: str, at: datetime, *, acting_for: str = "") -> Actor:
        """Who somebody of the cast is at a moment: at work, as themselves, or for another."""
        if name in self.cast.assignments:
            choice = Choice(assignment_id=self.cast.assignments[name].pk)
        else:
            choice = Choice(resident_id=self.resident(acting_for).pk if acting_for else None)
        return self.cast.users[name].actor(choice, now=at)

    def somebody(self, unit: str, *, but: str = "") -> Actor:
        """A worker of a unit, not the one named."""
        not_this = self.cast.assignments[but].pk if but else None
        workers = self.staff.workers[self.unit(unit).pk]
        return next(worker for worker in workers if worker.assignment_id != not_this)

    def as_resident(self, name: str, at: datetime) -> Actor:
        """Somebody who also works, as a resident."""
        return self.cast.users[name].actor(Choice(), now=at)

    def ago(self, count: int, wall: str) -> datetime:
        """A time of the `count`-th working day before today."""
        day = self.today
        while count:
            day -= timedelta(days=1)
            count -= working_days.is_working_day(day)
        return helsinki.at(day, time.fromisoformat(wall))

    def ahead(self, count: int, wall: str) -> datetime:
        """A time of the `count`-th working day after today."""
        return helsinki.at(working_days.add_working_days(self.today, count), time.fromisoformat(wall))

    def writes(
        self, name: str, service: str, words: str, at: datetime, *, acting_for: str = "", county: str = "15"
    ) -> Matter:
        """A resident writes a need and sends it without answering the questions."""
        by = self.as_resident(name, at) if not acting_for else self.actor(name, at, acting_for=acting_for)
        resident = self.resident(acting_for or name)
        contact = writing.begin(resident, words=words, service=self.service(service, county), by=by, now=at)
        return _matter(writing.send(contact, by=by, now=at))

    def tells(self, name: str, told: reception.Told, at: datetime, *, to: str) -> Matter:
        """A resident tells a need to a worker of the cast, who opens a matter."""
        return _matter(reception.open_for(self.resident(name), told, by=self.actor(to, at), now=at))


def _matter(contact: Contact) -> Matter:
    if contact.matter is None:
        raise ValueError("A contact that has been sent has a matter.")
    return contact.matter
