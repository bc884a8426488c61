"""The promise: a clock started by an event, counted by a dated row of law, paused only for a
reason that stands as a dated row too."""

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.time import helsinki
from kehra.kernel.time.periods import Period
from kehra.library.limits import counting
from kehra.library.operating_models.models import LimitRow, PauseReason
from kehra.serve.matters.models.matter import Matter


class ClockManager(models.Manager["Clock"]):
    def start_for(self, matter: Matter, event: str, *, now: datetime) -> list["Clock"]:
        """Starts the clocks of the dated limits that this event starts today for this service and age.
        An unknown birth date gets the shortest promise that may apply; one for the same day begins when
        the unit is next open. A promise that runs already is not made twice."""
        today = helsinki.today(now)
        opening = now if matter.unit.is_open(now) else matter.unit.opens_at(now)
        read_on = helsinki.today(opening or now)
        limits = LimitRow.objects.applicable(
            groups=[matter.service.limit_group], event=event, age=matter.resident.age_on(today), on=today
        )
        running = set(
            self.filter(matter=matter, stopped_on__isnull=True).values_list("limit__code", flat=True)
        )
        return [
            self.create(matter=matter, limit=limit, started_on=start, statutory_on=due, promised_on=due)
            for limit in limits
            if limit.code not in running
            for start in [counting.begins_on(limit.value(), today, read_on)]
            for due in [counting.due_on(limit.value(), start)]
        ]

    def stop_for(
        self,
        matter: Matter,
        *,
        now: datetime,
        events: Collection[str] = (),
        promises: Collection[str] = (),
        also_stopped_after: bool = False,
    ) -> list["Clock"]:
        """Stops the running clocks that `events` started and that promise one of `promises` (all, if none
        are named) and judges them: kept if the day of `now` is not after the promised day. What is entered
        later judges anew also those that were stopped after that day, and had begun by then."""
        day = helsinki.today(now)
        which = Q(stopped_on__isnull=True)
        if also_stopped_after:
            which = Q(which | Q(stopped_on__gt=day), started_on__lte=day)
        running = self.filter(which, matter=matter).select_related("limit", "matter")
        if events:
            running = running.filter(limit__event__in=events)
        if promises:
            running = running.filter(limit__promise__in=promises)
        stopped = list(running.order_by("pk"))
        for clock in stopped:
            clock.stop(day)
        return stopped


class Clock(models.Model):
    """A time limit running in a matter.

    statutory_on  the last day by law, never changed
    promised_on   the last day after pauses: what the resident is promised
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clocks")
    limit = models.ForeignKey(LimitRow, on_delete=models.PROTECT)
    started_on = models.DateField()
    statutory_on = models.DateField()
    promised_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    kept = models.BooleanField(null=True, blank=True)

    objects = ClockManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(promised_on__gte=F("statutory_on")), name="promise_not_before_law"
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True, kept__isnull=True)
                | Q(stopped_on__isnull=False, kept__isnull=False),
                name="clock_stopped_is_judged",
            ),
            models.UniqueConstraint(
                fields=["matter", "limit"], condition=Q(stopped_on__isnull=True), name="clock_once"
            ),
        ]
        indexes = [
            models.Index(fields=["promised_on"], condition=Q(stopped_on__isnull=True), name="clock_running"),
        ]

    def concern(self) -> Concern:
        return self.matter.concern()

    @property
    def running(self) -> bool:
        return self.stopped_on is None

    def pause_reasons(self, today: date) -> list[PauseReason]:
        """The reasons for which this clock may be paused today."""
        return [reason for reason in PauseReason.objects.on(today) if reason.holds_for(self.limit, today)]

    def stop(self, day: date) -> None:
        """Ends the clock on `day`, and an open pause with it."""
        self.recount(day)
        for pause in self.pauses.filter(days__upper_inf=True):
            pause.end(day)
        self.stopped_on = day
        self.kept = day <= self.promised_on
        self.save()

    def recount(self, today: date) -> None:
        """Counts the promised day again from the law and the pauses."""
        self.promised_on = self.due_on(today)
        self.save(update_fields=["promised_on"])

    def due_on(self, today: date) -> date:
        """The promised day as it is counted today: it moves with each day of an open pause."""
        pauses = [pause.period() for pause in self.pauses.all()]
        return counting.moved_due(self.limit.value(), self.started_on, pauses, today)

    def paused_on(self, day: date) -> bool:
        return any(pause.covers(day) for pause in self.pauses.all())


class Pause(models.Model):
    """Time that the law lets be left out, from its first day until the day it went on (exclusive)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    reason = models.ForeignKey(PauseReason, on_delete=models.PROTECT)
    days = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="pauses_do_not_overlap",
                expressions=[("clock", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]

    @property
    def open(self) -> bool:
        return self.days.upper is None

    def period(self) -> Period:
        return Period(self.days.lower, self.days.upper)

    def end(self, day: date) -> None:
        """Ends an open pause; one that ends on the day it began never was."""
        if day <= self.days.lower:
            self.delete()
            return
        self.days = (self.days.lower, day)
        self.save(update_fields=["days"])

    def covers(self, day: date) -> bool:
        return self.days.lower <= day and (self.days.upper is None or day < self.days.upper)
