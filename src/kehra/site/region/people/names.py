"""Names and ages that people have, as drawn from the data files."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from kehra.site.region.facts import BadData, Facts

Thing = TypeVar("Thing")


class Shares(Generic[Thing]):
    """Things drawn in proportion to their weights."""

    def __init__(self, weighted: Sequence[tuple[Thing, int]]) -> None:
        self.things = [thing for thing, _weight in weighted]
        self._sums = list(accumulate(weight for _thing, weight in weighted))

    def draw(self, rng: Random) -> Thing:
        """One of the things."""
        return self.things[bisect(self._sums, rng.random() * self._sums[-1])]


@dataclass(frozen=True)
class FirstName:
    """A name that people of one sex born in [born_from, born_until) may have."""

    name: str
    born_from: int
    born_until: int


class Names:
    """First names by language and sex, family names by language."""

    def __init__(self, facts: Facts) -> None:
        self._first: dict[tuple[str, str], list[FirstName]] = {}
        for row in facts.rows("people/first_names.csv", "language sex name born_from born_until source"):
            name = FirstName(row.text("name"), row.number("born_from"), row.number("born_until"))
            self._first.setdefault((row.text("language"), row.code("sex", ("f", "m"))), []).append(name)
        self._family: dict[str, list[str]] = {}
        for row in facts.rows("people/family_names.csv", "language name source", key="language name"):
            self._family.setdefault(row.text("language"), []).append(row.text("name"))
        self._cache: dict[tuple[str, str, int], list[str]] = {}

    def first(self, rng: Random, language: str, sex: str, year: int) -> str:
        """A first name that suits somebody born in `year`."""
        return rng.choice(self._suiting(language, sex, year // 5 * 5))

    def family(self, rng: Random, language: str) -> str:
        """A family name."""
        return rng.choice(self._family[language])

    def _suiting(self, language: str, sex: str, year: int) -> list[str]:
        key = (language, sex, year)
        if key not in self._cache:
            names = self._first[language, sex]
            suiting = [name.name for name in names if name.born_from <= year < name.born_until]
            self._cache[key] = suiting or [name.name for name in names]
        return self._cache[key]


class Ages:
    """The ages of a county's people, from its age table."""

    def __init__(self, facts: Facts, county: str) -> None:
        rows = facts.rows(
            "people/ages.csv", "county age_from age_until people year source", key="county age_from"
        )
        bands = [
            ((row.number("age_from"), row.number("age_until")), row.number("people"))
            for row in rows
            if row.text("county") == county
        ]
        if not bands:
            raise BadData(f"{facts.folder / 'people/ages.csv'}: county {county} has no ages. Add its rows.")
        self._bands = Shares(bands)

    def birth_date(self, rng: Random, today: date) -> date:
        """The birth date of somebody who lives in the county on `today`."""
        age_from, age_until = self._bands.draw(rng)
        days = rng.randrange(int(age_from * 365.25) + 1, int(age_until * 365.25))
        return today - timedelta(days=days)


def languages(facts: Facts, county: str) -> Shares[str]:
    """The languages of a county's people, in proportion."""
    rows = facts.rows(
        "people/languages.csv", "county language per_thousand year source", key="county language"
    )
    return Shares(
        [(row.text("language"), row.number("per_thousand")) for row in rows if row.text("county") == county]
    )
