"""Situations of booking: Liisa and Olli publish times at the health station."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.models import Assignment
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import LimitRow
from kehra.serve.booking.actions import booking, offering
from kehra.serve.booking.models.appointments import Appointment, Offer
from kehra.serve.booking.models.times import BookingList, FreeTime, Manner
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_taken_matter

NEXT_DAY = date(2026, 3, 11)
HALF_HOUR = timedelta(minutes=30)


def make_list(cast: Cast, name: str = "liisa") -> BookingList:
    """The booking list of a worker in their unit, at the site, for the reception."""
    made, _new = BookingList.objects.get_or_create(
        county=cast.county,
        professional=cast.professional(name),
        unit=cast.assignments[name].unit,
        site=cast.site,
        valid_from=LONG_AGO,
    )
    made.services.add(cast.reception)
    return made


def make_nurse(cast: Cast, name: str) -> Professional:
    """One more nurse of the health station."""
    nurse = Professional.objects.create(
        county=cast.county, given_names=name.capitalize(), family_name="Testi", profession="nurse"
    )
    cast.assignments[name] = Assignment.objects.create(
        professional=nurse, unit=cast.station, role="professional", valid_from=LONG_AGO
    )
    return nurse


def make_time(
    cast: Cast,
    name: str = "liisa",
    *,
    day: date = NEXT_DAY,
    at: time = time(9),
    starts_at: datetime | None = None,
    length: timedelta = HALF_HOUR,
    **more: Any,
) -> FreeTime:
    """A free time of a worker: tomorrow at nine, half an hour, by default."""
    start = starts_at or helsinki.at(day, at)
    return FreeTime.objects.create(
        booking_list=make_list(cast, name),
        professional=cast.professional(name),
        period=DateTimeTZRange(start, start + length),
        manner=more.pop("manner", Manner.ON_SITE),
        **more,
    )


def make_appointment(
    cast: Cast, *, matter: Matter | None = None, free_time: FreeTime | None = None, now: datetime = NOW
) -> Appointment:
    """Eero has booked the first free time of Liisa in the matter that she has taken."""
    matter = matter or make_taken_matter(cast)
    return booking.book(matter, free_time or make_time(cast), by=resident_actor(cast, matter), now=now)


def make_offer(cast: Cast, *, matter: Matter | None = None, answer_by: datetime | None = None) -> Offer:
    """Liisa has offered Eero two times of tomorrow, to be answered by this evening."""
    return offering.offer(
        matter or make_taken_matter(cast),
        [make_time(cast, at=time(9)), make_time(cast, at=time(13))],
        answer_by=answer_by or NOW + timedelta(hours=8),
        by=cast.actor("liisa"),
        now=NOW,
    )


def resident_actor(cast: Cast, matter: Matter) -> Any:
    """The resident of the matter, acting as themselves."""
    name = next(name for name, user in cast.users.items() if user.resident_id == matter.resident_id)
    return cast.actor(name)


def make_limit(promise: str) -> LimitRow:
    """A limit of general medicine: this promise within 14 days of contact."""
    return LimitRow.objects.create(
        code=f"{promise}-14",
        title={"fi": promise},
        promise=promise,
        event="contact",
        length=14,
        unit="day",
        groups=["general_medicine"],
        ground={"fi": "test"},
        source="test",
        valid_from=LONG_AGO,
    )
