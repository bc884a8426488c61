"""Residents in proportion to their municipality, in families: a child has a guardian."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import User
from kehra.kernel.organisations.models import Municipality
from kehra.kernel.people import rules
from kehra.kernel.people.models import Address, Guardianship, Resident
from kehra.site.region.copying import Table, copy_all
from kehra.site.region.facts import Facts
from kehra.site.region.people.names import Ages, Names, Shares, languages

UNUSABLE = "!"  # a password that nobody has: everybody signs in through the identity provider
_SIGNS = {19: "-YXWVU", 20: "ABCDEF", 18: "+"}
_OF_AGE = 18
_STREETS = (
    "Koivutie",
    "Mäntytie",
    "Kuusikuja",
    "Rantatie",
    "Koulutie",
    "Myllytie",
    "Peltotie",
    "Lehtotie",
)


@dataclass(slots=True)
class Person:
    """A resident that has been made; `guardian` is one of a child's."""

    id: int
    county: str
    municipality: str
    born: date
    language: str
    interpreter_language: str
    name: str
    guardian: "Person | None" = None
    user_id: int | None = None

    def age_on(self, day: date) -> int:
        """Full years."""
        return rules.age_on(self.born, day)

    def actor(self, acting_for: "Person | None" = None) -> Actor:
        """The actor that this person is, as `User.actor` would say."""
        whom = acting_for or self
        holders = {actors.resident_holder(whom.id)} | (
            {actors.behalf_holder(whom.id)} if acting_for else set()
        )
        return Actor(
            kind="resident",
            name=self.name,
            user_id=self.user_id,
            county_id=whom.county,
            resident_id=whom.id,
            own_resident_id=self.id,
            on_behalf_of_id=acting_for.id if acting_for else None,
            behalf_ground="guardianship" if acting_for else "",
            holders=frozenset(holders),
        )


class IdentityCodes:
    """Identity codes of the artificial range, each once; those from 990 are left to the cast."""

    def __init__(self) -> None:
        self._given: Counter[tuple[date, bool]] = Counter()
        given = Resident.objects.filter(birth_date__isnull=False).exclude(user__sub__startswith="cast-")
        for code, born in given.values_list("identity_code", "birth_date"):  # of a county loaded before
            if code and born:
                self._given[born, int(code[7:10]) % 2 == 0] += 1

    def next(self, born: date, *, female: bool) -> str:
        """The next code of the day: signs of the century in turn, even numbers for women."""
        number = self._given[born, female]
        self._given[born, female] += 1
        signs = _SIGNS[born.year // 100]
        individual = 900 + 2 * (number // len(signs)) + (0 if female else 1)
        return rules.artificial_code(born, individual, sign=signs[number % len(signs)])


class Users:
    """Whoever uses the digital services has a user."""

    def __init__(self) -> None:
        self.table = Table(User)

    def of(self, person: Person) -> None:
        """Makes one, if there is none yet."""
        if person.user_id is None:
            row = self.table.add(
                sub=f"resident-{person.id}", resident_id=person.id, password=UNUSABLE, professional_id=None
            )
            person.user_id = row["id"]


@dataclass
class Residents:
    """Makes residents and keeps their rows until they are copied."""

    facts: Facts
    rng: Random
    today: date
    residents: Table = field(default_factory=lambda: Table(Resident))
    addresses: Table = field(default_factory=lambda: Table(Address, id_column="resident_id"))
    guardianships: Table = field(default_factory=lambda: Table(Guardianship))
    made: int = 0

    def __post_init__(self) -> None:
        self._names = Names(self.facts)
        self._codes = IdentityCodes()
        self._posts = _postcodes(self.facts)

    def settle(self, municipality: Municipality, scale: Fraction, ages: Ages, spoken: Shares[str]) -> None:
        """Makes the residents of one municipality: its population times `scale`."""
        count = round(municipality.population * scale)
        born = sorted(ages.birth_date(self.rng, self.today) for _ in range(count))
        adults: dict[int, list[Person]] = {}
        for birth_date in born:  # the oldest first, so that a child's guardians are there
            age = rules.age_on(birth_date, self.today)
            if age < _OF_AGE and not adults:  # in a very small share nobody may be of age
                continue
            if age >= _OF_AGE:
                adults.setdefault(age, []).append(self._adult(municipality, birth_date, spoken))
            else:
                self._child(municipality, birth_date, age, adults, spoken)

    def _adult(self, municipality: Municipality, born: date, spoken: Shares[str]) -> Person:
        language = spoken.draw(self.rng)
        return self._person(municipality, born, language, self._names.family(self.rng, language))

    def _child(
        self,
        municipality: Municipality,
        born: date,
        age: int,
        adults: dict[int, list[Person]],
        spoken: Shares[str],
    ) -> None:
        older = self.rng.randrange(22, 41)
        near = [
            adults[age + older + step] for step in (0, 1, -1, 2, -2, 3, -3) if age + older + step in adults
        ]
        if not near:
            near = list(adults.values())
        guardian = self.rng.choice(near[0])
        child = self._person(municipality, born, guardian.language, guardian.name.rsplit(" ", 1)[-1])
        child.guardian = guardian
        other = self.rng.choice(near[min(1, len(near) - 1)])
        for one in {guardian.id: guardian, other.id: other}.values():
            self.guardianships.add(guardian_id=one.id, child_id=child.id, source="VTJ", valid_from=born)

    def _person(self, municipality: Municipality, born: date, language: str, family: str) -> Person:
        female = self.rng.random() < 0.5
        given = self._names.first(self.rng, language, "f" if female else "m", born.year)
        row = self.residents.add(
            county_id=municipality.county_id,
            identity_code=self._codes.next(born, female=female),
            given_names=given,
            family_name=family,
            birth_date=born,
            municipality_id=municipality.code,
            language=language,
            interpreter_language=language if language not in ("fi", "sv", "en") else "",
            phone=f"040 000 {self.made % 10000:04d}",
            address_protected=self.rng.random() < 0.004,
        )
        self._address(row["id"], municipality)
        self.made += 1
        return Person(
            row["id"],
            municipality.county_id,
            municipality.code,
            born,
            language,
            row["interpreter_language"],
            f"{given} {family}",
        )

    def _address(self, resident_id: int, municipality: Municipality) -> None:
        postcode, office = self._posts[municipality.code].draw(self.rng)
        street = f"{self.rng.choice(_STREETS)} {self.rng.randrange(1, 90)}"
        self.addresses.put(resident_id=resident_id, street=street, postcode=postcode, post_office=office)

    def tables(self) -> list[Table]:
        """In the order of copying."""
        return [self.residents, self.addresses, self.guardianships]


def make_residents(
    facts: Facts,
    municipalities: list[Municipality],
    scales: dict[str, Fraction],
    *,
    rng: Random,
    today: date,
    progress: Callable[[str, int, int], None],
) -> int:
    """Writes the residents of every municipality, by the scale of its county. Returns how many."""
    residents = Residents(facts, rng, today)
    counties: dict[str, Any] = {}
    total = sum(round(one.population * scales[one.county_id]) for one in municipalities)
    for municipality in municipalities:
        county = municipality.county_id
        if county not in counties:
            counties[county] = (Ages(facts, county), languages(facts, county))
        residents.settle(municipality, scales[county], *counties[county])
        copy_all(residents.tables())
        progress("Residents", residents.made, total)
    progress("Residents", residents.made, residents.made)
    return residents.made


def _postcodes(facts: Facts) -> dict[str, Shares[tuple[str, str]]]:
    columns = "postcode post_office municipality population population_year source"
    posts: dict[str, list[tuple[tuple[str, str], int]]] = {}
    for row in facts.rows("places/postcodes.csv", columns, key="postcode"):
        place = (row.text("postcode"), row.text("post_office"))
        posts.setdefault(row.text("municipality"), []).append((place, row.number("population")))
    return {municipality: Shares(places) for municipality, places in posts.items()}
