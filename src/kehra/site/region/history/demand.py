"""What people ask for: how often each service, by whom, by which way and in what words."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from kehra.kernel.organisations.models import Sector
from kehra.serve.matters.models.matter import Channel
from kehra.site.region.facts import Facts, Row
from kehra.site.region.people.names import Shares
from kehra.site.region.people.residents import Person
from kehra.site.region.places.catalogue import Catalogue

_CHANNELS = ("digital", "phone", "walk_in", "referral", "notice")


@dataclass(frozen=True)
class Demand:
    """How one service is asked for."""

    service: str
    age_from: int
    age_until: int
    channels: Shares[str]


@dataclass
class Wishes:
    """Draws who asks for what. Ages are those of `today`: near enough for a year."""

    demands: Shares[Demand]
    needs: dict[str, list[str]]
    entries: dict[str, list[str]]
    by_age: dict[tuple[str, int], list[Person]] = field(default_factory=dict)

    def settle(self, people: list[Person], today: date) -> None:
        """Remembers people by county and age."""
        for person in people:
            self.by_age.setdefault((person.county, person.age_on(today)), []).append(person)

    def draw(self, rng: Random, county: str) -> tuple[Demand, Person] | None:
        """Somebody who asks for something; None if nobody of that age lives there."""
        demand = self.demands.draw(rng)
        people = self.by_age.get((county, rng.randrange(demand.age_from, demand.age_until)))
        return (demand, rng.choice(people)) if people else None


def read_wishes(facts: Facts, catalogue: Catalogue) -> Wishes:
    """Reads demand and words from the data files."""
    services = {code: code for _county, code in catalogue.services}
    columns = "service weight age_from age_until digital phone walk_in referral notice source"
    demands = [
        (_demand(row, services), row.number("weight"))
        for row in facts.rows("history/demand.csv", columns, key="service")
    ]
    needs: dict[str, list[str]] = {}
    for row in facts.rows("history/needs.csv", "service text source"):
        needs.setdefault(row.reference("service", services, to="services.csv"), []).append(row.text("text"))
    entries: dict[str, list[str]] = {}
    for row in facts.rows("history/entries.csv", "sector text source"):
        entries.setdefault(row.code("sector", Sector.values), []).append(row.text("text"))
    return Wishes(Shares(demands), needs, entries)


def _demand(row: Row, services: dict[str, str]) -> Demand:
    shares = [(Channel(name).value, row.number(name)) for name in _CHANNELS]
    if not sum(share for _channel, share in shares):
        raise row.wrong("no way of contact has a share. Give at least one more than 0.")
    if row.number("age_from") >= row.number("age_until"):
        raise row.wrong("age_from must be less than age_until.")
    service = row.reference("service", services, to="services.csv")
    return Demand(service, row.number("age_from"), row.number("age_until"), Shares(shares))
