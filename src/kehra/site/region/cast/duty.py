"""Somebody named is on duty in every unit around the clock: a week each, in turn."""

from datetime import date, timedelta
from itertools import cycle

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.models import Duty
from kehra.kernel.time import helsinki
from kehra.site.region.people.staff import Staff

_WEEK = timedelta(days=7)
_WEEKS = 12


def make_duties(staff: Staff, today: date) -> None:
    """Duties from today on; the first of a unit's workers begins."""
    Duty.objects.bulk_create(
        Duty(
            assignment_id=worker.assignment_id or 0,  # a worker has one
            unit_id=unit_id,
            period=DateTimeTZRange(
                helsinki.start_of_day(today + week * _WEEK), helsinki.start_of_day(today + (week + 1) * _WEEK)
            ),
        )
        for unit_id, workers in staff.workers.items()
        for week, worker in zip(range(_WEEKS), cycle(workers), strict=False)
    )
