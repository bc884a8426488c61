"""Somebody is marked as away."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import WORKING_ROLES, Absence
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.serve.absences.permissions import ARRANGE, Day
from kehra.serve.booking.rules import told

MOST_DAYS = 62  # about two months; for longer ones the matters are given on for good


@transaction.atomic
def mark_away(
    unit: Unit,
    professionals: Iterable[Professional],
    first: date,
    last: date,
    *,
    by: Actor,
    now: datetime,
    kind: str = Absence.Kind.ABSENT,
) -> list[Absence]:
    """These workers of the unit are away from `first` (from now, if it is today) to the end of `last`. Nobody
    can book their times of those days any more. Raises NotPossible for days gone by, more than two months,
    somebody of another unit, or one who is marked already: then nobody is marked."""
    require(by, ARRANGE, Day(unit), now=now)
    start = max(now, helsinki.start_of_day(first))
    end = helsinki.start_of_day(last + timedelta(days=1))
    if not start < end <= start + timedelta(days=MOST_DAYS):
        raise NotPossible(_("The last day must be today or later, not before the first, within two months."))
    chosen = sorted(professionals, key=lambda one: one.pk)
    list(Professional.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in chosen]))
    return [_mark(one, unit, DateTimeTZRange(start, end), kind, by=by, now=now) for one in chosen]


def _mark(
    professional: Professional, unit: Unit, period: DateTimeTZRange, kind: str, *, by: Actor, now: datetime
) -> Absence:
    working = professional.assignments.on(helsinki.today(period.lower)).filter(role__in=WORKING_ROLES)
    if not working.filter(unit=unit).exists():
        raise NotPossible(_("%(name)s does not work in your unit.") % {"name": professional.name})
    earlier = Absence.objects.in_force(now).filter(professional=professional, period__overlap=period).first()
    if earlier is not None:
        words = _("%(name)s is marked as away already, until %(end)s.")
        raise NotPossible(words % {"name": professional.name, "end": told(earlier.period.upper)})
    return Absence.objects.create(
        professional=professional,
        unit=unit,
        kind=kind,
        period=period,
        marked_by_id=by.professional_id or 0,  # a manager or a worker, says the permission
        marked_at=now,
    )
