"""Situations of those who work."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.kernel.time import helsinki


def make_absence(cast: Cast, name: str = "liisa", *, first: date = TODAY, days: int = 2) -> Absence:
    """A worker is away today and tomorrow, by default; Mikko has marked it."""
    return Absence.objects.create(
        professional=cast.professional(name),
        unit=cast.assignments[name].unit,
        period=DateTimeTZRange(
            helsinki.start_of_day(first), helsinki.start_of_day(first + timedelta(days=days))
        ),
        marked_by=cast.professional("mikko"),
        marked_at=NOW,
    )
