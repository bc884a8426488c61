"""Times are published to a booking list, and those that nobody has booked are taken back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.catalogue.models import Service
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.models.times import BookingList, FreeTime
from kehra.serve.booking.permissions import PUBLISH
from kehra.serve.booking.rules import told


@transaction.atomic
def publish_times(
    booking_list: BookingList,
    starts: Iterable[datetime],
    *,
    length: timedelta,
    manner: str,
    by: Actor,
    now: datetime,
    service: Service | None = None,
    bookable_by_resident: bool = True,
) -> list[FreeTime]:
    """One free time from each of the moments (see `helsinki.times_of_day`), `length` long. All or none:
    raises NotPossible naming the first time that has gone, or in which the professional has another
    published time, in this list or elsewhere."""
    require(by, PUBLISH, booking_list, now=now)
    times = [
        FreeTime(
            booking_list=booking_list,
            professional_id=booking_list.professional_id,
            service=service,
            period=DateTimeTZRange(start, start + length),
            manner=manner,
            bookable_by_resident=bookable_by_resident,
        )
        for start in starts
    ]
    if not times:
        raise NotPossible(_("Between these hours there is no room for a time of this length."))
    first = min(time.starts_at for time in times)
    if first <= now:
        raise NotPossible(_("%(time)s has gone already.") % {"time": told(first)})
    try:
        with transaction.atomic():
            return FreeTime.objects.bulk_create(times)
    except IntegrityError as error:
        raise NotPossible(_overlap(booking_list, times)) from error


@transaction.atomic
def withdraw_time(time: FreeTime, *, by: Actor, now: datetime) -> None:
    """The time is not on offer any more. Raises NotPossible if somebody has it or is choosing it."""
    require(by, PUBLISH, time.booking_list, now=now)
    bound = Appointment.objects.binding(now).filter(
        professional=time.professional_id, period__overlap=time.period
    )
    if bound.exists():
        raise NotPossible(_("Somebody has this time. Move or cancel the appointment first."))
    time.delete()


def _overlap(booking_list: BookingList, times: list[FreeTime]) -> str:
    for time in times:
        other = FreeTime.objects.filter(
            professional=booking_list.professional_id, period__overlap=time.period
        ).first()
        if other is not None:
            return _("The new time %(new)s overlaps with %(old)s, which has been published already.") % {
                "new": told(time.starts_at),
                "old": told(other.starts_at),
            }
    return _("Some of the new times overlap with each other.")
