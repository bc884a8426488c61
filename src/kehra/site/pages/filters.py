"""How dates, times, numbers and texts of the data are said, in the reader's language.

Moments are always told in Helsinki time. On the night when summer time ends, the hour from three to four
comes twice; such a time says which of the two it is.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils.translation import get_language, gettext, pgettext

from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import Occurrence

FALLBACKS = ("fi", "sv", "en")
THIN_SPACE = "\u202f"  # narrow and non-breaking: a number never breaks across lines

# Babel's long forms, with the weekday and without the commas and "den" that a table has no room for.
_DAY = {"fi": "cccc d. MMMM y", "sv": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
# "Promised torstaina 3. joulukuuta", "torsdagen den 3 december": how the day is said inside a sentence.
_ON_DAY = {"fi": "EEEE d. MMMM y", "sv": "EEEE'en den' d MMMM y", "en": "EEEE d MMMM y"}
_DAY_SHORT = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}


def localised(texts: Mapping[str, str] | None) -> str:
    """The text in the reader's language, else in another one, which is then named.

    `texts` has the keys fi, sv and en, any of them missing or empty. Nothing at all gives an empty text.
    """
    texts = texts or {}
    wanted = _language()
    if texts.get(wanted):
        return texts[wanted]
    found = next((code for code in FALLBACKS if texts.get(code)), None)
    if found is None:
        return ""
    return f"{texts[found]} ({_in_language(found)})"


def day(value: date | datetime | None) -> str:
    """A day with its weekday: "torstai 3. joulukuuta 2026". A moment gives its day in Helsinki."""
    return _format_day(value, _DAY)


def on_day(value: date | datetime | None) -> str:
    """A day inside a sentence: "torstaina 3. joulukuuta 2026", "torsdagen den 3 december 2026"."""
    return _format_day(value, _ON_DAY)


def day_short(value: date | datetime | None) -> str:
    """A day for tables: "3.12.2026", in English "3 Dec 2026" (3/12 would be read two ways)."""
    return _format_day(value, _DAY_SHORT)


def clock(value: datetime | None) -> str:
    """The time of day in Helsinki: "14.30", in English "14:30"."""
    if value is None:
        return ""
    shown = helsinki.wall_clock(value)
    between = ":" if _language() == "en" else "."
    said = f"{shown.time.hour}{between}{shown.time.minute:02}"
    if shown.occurrence is Occurrence.ONLY:
        return said
    season = gettext("summer time") if shown.occurrence is Occurrence.FIRST else gettext("winter time")
    return f"{said} ({season})"


def moment(value: datetime | None) -> str:
    """A day and a time: "torstai 3. joulukuuta 2026 klo 14.30"."""
    if value is None:
        return ""
    return gettext("%(day)s at %(clock)s") % {"day": day(value), "clock": clock(value)}


def moment_short(value: datetime | None) -> str:
    """A day and a time for tables: "3.12.2026 klo 14.30"."""
    return "" if value is None else _moment_short(value, get_language())


@lru_cache(maxsize=4096)
def _moment_short(value: datetime, _in: str | None) -> str:
    return gettext("%(day)s at %(clock)s") % {"day": day_short(value), "clock": clock(value)}


def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """A number in groups of three with the language's decimal sign: "27 310,5". `decimals` is fixed."""
    if value is None:
        return ""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=_locale()).replace("\u00a0", THIN_SPACE)


def duration(value: timedelta | None) -> str:
    """A length of time in its two largest units, of days, hours and minutes: "2 päivää 3 tuntia"."""
    if value is None:
        return ""
    minutes = round(value.total_seconds() / 60)
    parts = {"day": minutes // 1440, "hour": minutes % 1440 // 60, "minute": minutes % 60}
    said = [_in_unit(count, unit) for unit, count in parts.items() if count] or [_in_unit(0, "minute")]
    return " ".join(said[:2])


def _language() -> str:
    return (get_language() or "fi")[:2]


def _locale() -> str:
    """Babel's plain "en" is American; here English is British, as in the county's own texts."""
    return "en_GB" if _language() == "en" else _language()


def _in_language(code: str) -> str:
    return {
        "fi": pgettext("language of a text", "in Finnish"),
        "sv": pgettext("language of a text", "in Swedish"),
        "en": pgettext("language of a text", "in English"),
    }[code]


def _format_day(value: date | datetime | None, patterns: dict[str, str]) -> str:
    if value is None:
        return ""
    local = helsinki.local(value).date() if isinstance(value, datetime) else value
    return _said(local, patterns[_language()], _locale())


@lru_cache(maxsize=4096)
def _said(shown: date, pattern: str, locale: str) -> str:
    """A list says the same few days in every row, and Babel takes 0.2 ms for each."""
    return format_date(shown, pattern, locale=locale)


def _in_unit(count: int, unit: str) -> str:
    return format_unit(count, f"duration-{unit}", length="long", locale=_locale())


ALL = {
    "localised": localised,
    "day": day,
    "on_day": on_day,
    "day_short": day_short,
    "clock": clock,
    "moment": moment,
    "moment_short": moment_short,
    "number": number,
    "duration": duration,
}
