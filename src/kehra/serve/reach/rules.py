"""When a reminder is due, and what counts as a telephone number."""

import re
from datetime import datetime, time, timedelta
from typing import Final

from kehra.kernel.time import helsinki

LANGUAGES: Final = (
    "ar",
    "ckb",
    "en",
    "es",
    "et",
    "fa",
    "fr",
    "ku",
    "prs",
    "ru",
    "so",
    "sq",
    "sv",
    "th",
    "tr",
    "uk",
    "vi",
    "zh",
    "fse",
    "fss",
)
"""Those for which interpreters are most asked for, and the two sign languages."""


def due_at(starts_at: datetime, *, hours: int, first_hour: int, last_hour: int) -> datetime:
    """When a visit that starts then is reminded of: `hours` before it, or at the last hour before that at
    which telephones may ring."""
    due = starts_at - timedelta(hours=hours)
    shown = helsinki.wall_clock(due)
    if shown.time.hour < first_hour:
        return helsinki.at(shown.day - timedelta(days=1), time(last_hour))
    if shown.time.hour >= last_hour:
        return helsinki.at(shown.day, time(last_hour))
    return due


def number(text: str) -> str:
    """The number as it is kept: digits in their groups as written, with a plus if it had one.
    Raises ValueError for what is no telephone number."""
    kept = re.sub(r"[\s()/-]+", " ", text).strip()
    digits = re.sub(r"\D", "", kept)
    if not re.fullmatch(r"\+?[\d ]+", kept) or not 7 <= len(digits) <= 15:
        raise ValueError(text)
    return kept
