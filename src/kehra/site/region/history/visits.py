"""Visits: the times that professionals have, those booked and kept, and those free in the coming weeks.

Everybody's times stand on one grid of half hours, so two of them overlap only if they are the same."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from kehra.kernel.access.actors import Actor
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.time import helsinki, working_days
from kehra.serve.booking import permissions, signals
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.models.times import BookingList, FreeTime, Manner
from kehra.serve.booking.rules import kept_by_visit
from kehra.serve.matters.permissions import RESIDENT, UNIT_WORKS
from kehra.site.region.copying import Table
from kehra.site.region.history.interpreting import Interpreting
from kehra.site.region.history.steps import Row, Running, Steps
from kehra.site.region.people.staff import SINCE, Staff

LENGTH = timedelta(minutes=30)
COMING_DAYS = 15  # working days ahead that can be booked
_STARTS = [time(hour, minute) for hour in (8, 9, 10, 12, 13, 14) for minute in (15, 45)]
_PUBLISHED = 0.2  # of the grid of the coming days


class Visits:
    """Books and keeps visits as rows, beside the steps of the matter."""

    def __init__(self, steps: Steps, counties: Collection[str], rng: Random) -> None:
        self.steps, self.rng = steps, rng
        self.times = Table(FreeTime)
        self.appointments = Table(Appointment)
        self.interpreting = Interpreting(steps)
        lists = BookingList.objects.filter(county__in=counties).order_by("pk")
        self.lists = {one.professional_id: one for one in lists}
        begun = FreeTime.objects.filter(booking_list__county__in=counties)
        self._taken = set(begun.values_list("professional_id", "period__startswith").iterator())
        kept = Appointment.objects.filter(county__in=counties)
        self._busy = set(kept.values_list("resident_id", "period__startswith").iterator())
        self._moments: dict[tuple[date, time], datetime] = {}

    def slot(self, worker: Actor, matter: Running, day: date) -> datetime | None:
        """When both could meet on the day; None if the worker has no list or no time is left."""
        if worker.professional_id not in self.lists:
            return None
        for start in self.rng.sample(_STARTS, 4):
            moment = self._moment(day, start)
            free = (worker.professional_id, moment) not in self._taken
            if free and (matter.person.id, moment) not in self._busy:
                return moment
        return None

    def book(self, matter: Running, worker: Actor, start: datetime, by: Actor, at: datetime) -> Row:
        """As `booking.book` of a time that was published for it."""
        rule = UNIT_WORKS if by.unit_id else RESIDENT
        self.steps.log(by, permissions.BOOK, rule, matter, at)
        free_time = self._publish(worker.professional_id or 0, start)
        self._busy.add((matter.person.id, start))
        booking_list = self.lists[worker.professional_id or 0]
        row = self.appointments.add(
            county_id=matter.row["county_id"],
            matter_id=matter.row["id"],
            resident_id=matter.person.id,
            professional_id=worker.professional_id,
            unit_id=booking_list.unit_id,
            site_id=booking_list.site_id,
            sector=worker.sector,
            manner=free_time["manner"],
            period=free_time["period"],
            state=State.BOOKED.value,
            free_time_id=free_time["id"],
            made_by=by.kind,
            made_by_user_id=by.user_id,
            made_at=at,
            booked_at=at,
            changed_at=at,
            uid=UUID(int=self.rng.getrandbits(128), version=4),
        )
        coded = _coded(row, start)
        self.steps.tell(signals.BOOKED, matter, by, at, **coded)
        self.interpreting.ask(matter, row, coded, by, at)
        return row

    def done(self, matter: Running, appointment: Row, start: datetime, worker: Actor, at: datetime) -> None:
        """As `visiting.mark_done`: the promises of a visit are answered on its day."""
        self.steps.log(worker, permissions.RECEIVE, permissions.UNIT_VISITED, matter, at)
        appointment["state"] = State.DONE.value
        appointment["changed_at"] = at
        appointment["sequence"] += 1
        self.steps.tell(signals.DONE, matter, worker, at, **_coded(appointment, start))
        self.steps.stop_clocks(matter, worker, at, *kept_by_visit(worker.profession))

    def publish_coming(self, today: date) -> None:
        """Free times of the coming weeks, in every list."""
        for professional_id in self.lists:
            for start in self._coming(today):
                if (professional_id, start) not in self._taken and self.rng.random() < _PUBLISHED:
                    self._publish(professional_id, start)

    def tables(self) -> list[Table]:
        """In the order of copying."""
        return [self.times, self.appointments, self.interpreting.requests]

    def _coming(self, today: date) -> Iterable[datetime]:
        for number in range(1, COMING_DAYS + 1):
            day = working_days.add_working_days(today, number)
            yield from (self._moment(day, start) for start in _STARTS)

    def _publish(self, professional_id: int, start: datetime) -> Row:
        booking_list = self.lists[professional_id]
        row = self.times.add(
            booking_list_id=booking_list.pk,
            professional_id=professional_id,
            period=f"[{start.isoformat()},{(start + LENGTH).isoformat()})",
            manner=Manner.ON_SITE.value if booking_list.site_id else Manner.VIDEO.value,
        )
        self._taken.add((professional_id, start))
        return row

    def _moment(self, day: date, start: time) -> datetime:
        if (day, start) not in self._moments:
            self._moments[day, start] = helsinki.at(day, start)
        return self._moments[day, start]


def _coded(appointment: Row, start: datetime) -> dict[str, Any]:
    """As `Appointment.coded`."""
    return {
        "day": helsinki.today(start),
        "clock": f"{helsinki.local(start):%H:%M}",
        "appointment": appointment["id"],
        "manner": appointment["manner"],
    }


def make_lists(staff: Staff) -> None:
    """A booking list for every worker of a unit that offers something, with all that it offers. Those
    of the cast publish their own."""
    offered: dict[int, list[Offering]] = {}
    for offering in Offering.objects.select_related("unit"):
        offered.setdefault(offering.unit_id, []).append(offering)
    lists: dict[int, BookingList] = {}
    for unit_id, workers in staff.workers.items():
        for worker in workers:
            if unit_id in offered and worker.professional_id and worker.professional_id not in staff.cast:
                lists[worker.professional_id] = BookingList(
                    county_id=worker.county_id or "",
                    professional_id=worker.professional_id,
                    unit_id=unit_id,
                    site_id=offered[unit_id][0].unit.site_id,
                    valid_from=SINCE,
                )
    BookingList.objects.bulk_create(lists.values())
    BookingList.services.through.objects.bulk_create(
        BookingList.services.through(bookinglist_id=one.pk, service_id=offering.service_id)
        for one in lists.values()
        for offering in offered[one.unit_id]
    )
