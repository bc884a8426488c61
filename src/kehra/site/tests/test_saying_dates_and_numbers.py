"""Dates, times and numbers as each language says them, always in Helsinki time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from kehra.site.pages import filters

DAY = date(2026, 12, 3)
AFTERNOON = datetime(2026, 12, 3, 12, 30, tzinfo=UTC)
LATE = datetime(2026, 12, 3, 22, 30, tzinfo=UTC)  # already the fourth in Helsinki
FIRST_ROUND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
SECOND_ROUND = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

SAID = [
    (filters.day, DAY, "torstai 3. joulukuuta 2026", "torsdag 3 december 2026", "Thursday 3 December 2026"),
    (filters.day, LATE, "perjantai 4. joulukuuta 2026", "fredag 4 december 2026", "Friday 4 December 2026"),
    (
        filters.on_day,
        DAY,
        "torstaina 3. joulukuuta 2026",
        "torsdagen den 3 december 2026",
        "Thursday 3 December 2026",
    ),
    (filters.day_short, DAY, "3.12.2026", "3.12.2026", "3 Dec 2026"),
    (filters.clock, AFTERNOON, "14.30", "14.30", "14:30"),
    (filters.clock, FIRST_ROUND, "3.30 (kesäaikaa)", "3.30 (sommartid)", "3:30 (summer time)"),
    (filters.clock, SECOND_ROUND, "3.30 (talviaikaa)", "3.30 (vintertid)", "3:30 (winter time)"),
    (
        filters.moment,
        AFTERNOON,
        "torstai 3. joulukuuta 2026 klo 14.30",
        "torsdag 3 december 2026 kl. 14.30",
        "Thursday 3 December 2026 at 14:30",
    ),
    (filters.moment_short, AFTERNOON, "3.12.2026 klo 14.30", "3.12.2026 kl. 14.30", "3 Dec 2026 at 14:30"),
    (filters.number, 27310, "27\u202f310", "27\u202f310", "27,310"),
    (
        filters.duration,
        timedelta(days=2, hours=3, minutes=20),
        "2 päivää 3 tuntia",
        "2 dygn 3 timmar",
        "2 days 3 hours",
    ),
    (filters.duration, timedelta(minutes=1), "1 minuutti", "1 minut", "1 minute"),
    (filters.duration, timedelta(0), "0 minuuttia", "0 minuter", "0 minutes"),
]


@pytest.mark.parametrize(("said", "value", "fi", "sv", "en"), SAID)
def test_each_language_says_it_its_own_way(
    said: Callable[[Any], str], value: object, fi: str, sv: str, en: str
) -> None:
    assert {language: _in(language, said, value) for language in ("fi", "sv", "en")} == {
        "fi": fi,
        "sv": sv,
        "en": en,
    }


@pytest.mark.parametrize("said", [*filters.ALL.values()], ids=[*filters.ALL])
def test_nothing_is_said_of_nothing(said: Callable[[Any], str]) -> None:
    assert said(None) == ""


def test_decimals_are_fixed_and_take_the_languages_sign() -> None:
    assert (_in("fi", filters.number, 2.5, 1), _in("en", filters.number, 2, 1)) == ("2,5", "2.0")


def test_a_text_of_the_data_is_in_the_readers_language() -> None:
    assert _in("sv", filters.localised, {"fi": "Perhekeskus", "sv": "Familjecenter"}) == "Familjecenter"


def test_a_text_in_another_language_says_which() -> None:
    assert _in("sv", filters.localised, {"fi": "Perhekeskus", "sv": ""}) == "Perhekeskus (på finska)"


def _in(language: str, said: Callable[..., str], *values: object) -> str:
    with translation.override(language):
        return said(*values)
