"""The appointments made of published times. Two things cannot happen, whatever the program does: a
professional in two places at once, and a resident in two (exclusion constraints).

A hold and an offer bind a professional until `hold_expires_at`. The constraints cannot know what
the time is now, so a lapsed one still stands in their way: who books removes it first (see
`actions.claiming`), and the clock removes the rest.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern, NotPossible
from kehra.kernel.organisations.models import County, Sector, Site, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.times import FreeTime, FreeTimeQuerySet, Manner
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.models.record import PartKind


class State(models.TextChoices):
    """How far an appointment has come; the national codes are in `rules`."""

    HELD = "held"  # kept while somebody chooses; not yet an appointment
    OFFERED = "offered"
    BOOKED = "booked"
    ARRIVED = "arrived"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    MOVED = "moved"


WAITING_FOR_ANSWER = (State.HELD, State.OFFERED)
COMING = (State.BOOKED, State.ARRIVED)
BINDING = (*WAITING_FOR_ANSWER, *COMING)


class CancelReason(models.TextChoices):
    """Why an appointment did not happen. The first ones a unit chooses from."""

    ABSENT = "absent", _("The professional is absent")
    NOT_NEEDED = "not_needed", _("The visit is not needed any more")
    ASKED = "asked", _("The resident asked for it")
    MISTAKE = "mistake", _("It was booked by mistake")
    RESIDENT = "resident", _("The resident cancelled it")
    NOT_CHOSEN = "not_chosen", _("Another of the offered times was chosen")
    DECLINED = "declined", _("The resident declined the offer")
    LAPSED = "lapsed", _("The offer was not answered in time")
    WITHDRAWN = "withdrawn", _("The offer was withdrawn")


UNIT_REASONS = (CancelReason.ABSENT, CancelReason.NOT_NEEDED, CancelReason.ASKED, CancelReason.MISTAKE)


class Offer(models.Model):
    """A professional offers a resident one time or a few; the resident takes one or none, by
    `answer_by`. The times are kept until then."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="offers")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    sector = models.TextField(choices=Sector.choices)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    part_kind = PartKind.APPOINTMENT
    moved_at = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(state="open"), name="one_open_offer"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="offer_answered_when",
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_open")]

    def __str__(self) -> str:
        return f"Offer {self.pk}"

    def concern(self) -> Concern:
        return self.matter.concern()

    def waits_at(self, now: datetime) -> bool:
        """Whether the resident can still answer."""
        return self.state == Offer.State.OPEN and now < self.answer_by

    def end(self, state: str, reason: str, *, now: datetime) -> None:
        """Ends an open offer; those of its times that wait for an answer are given back for `reason`."""
        for appointment in self.times.filter(state=State.OFFERED):
            appointment.enter(State.CANCELLED, now=now, reason=reason)
        self.state = state
        self.answered_at = now
        self.save(update_fields=["state", "answered_at"])


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def lock_for(
        self, matter: Matter, times: Iterable[FreeTime] = (), professionals: Iterable[Professional] = ()
    ) -> None:
        """Others who claim a time for this resident or of these professionals wait until this transaction
        ends. Always in this order, so that nobody waits for each other."""
        Resident.objects.select_for_update(no_key=True).get(pk=matter.resident_id)
        ids = sorted({*(time.professional_id for time in times), *(one.pk for one in professionals)})
        list(Professional.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))

    def binding(self, now: datetime) -> Self:
        """Those that take a professional's time at `now`."""
        return self.filter(Q(hold_expires_at=None) | Q(hold_expires_at__gt=now), state__in=BINDING)

    def lapsed(self, now: datetime) -> Self:
        """Holds and offered times whose time is up."""
        return self.filter(state__in=WAITING_FOR_ANSWER, hold_expires_at__lte=now)

    def settled(self) -> Self:
        """Those that were agreed on, whatever became of them; not what was only held or offered,
        nor what has moved on to another time."""
        return self.filter(booked_at__isnull=False).exclude(state=State.MOVED)

    def coming(self, now: datetime) -> Self:
        """Agreed and not over, the next first."""
        return self.filter(state__in=COMING, period__endswith__gt=now).order_by("period__startswith", "pk")

    def with_names(self) -> Self:
        """Everything that a line of a list shows, in the same query."""
        return self.select_related("matter__service", "professional", "unit", "site__municipality")


class Appointment(models.Model):
    """A time that a resident and a professional have, or may come to have, in a matter.

    hold_expires_at   until when a held or offered time binds
    made_by           resident, professional or system; `made_by_user` is who held or booked it
    uid, sequence     what calendars know it by: the same when it moves, one more at each change
    moved_from        the appointment whose place it took
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="appointments")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="appointments")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    sector = models.TextField(choices=Sector.choices)
    manner = models.TextField(choices=Manner.choices)
    period = DateTimeRangeField()
    state = models.TextField(choices=State.choices)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    free_time = models.ForeignKey(
        FreeTime, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="times")
    made_by = models.TextField()
    made_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    cancel_reason = models.TextField(choices=CancelReason.choices, blank=True)
    moved_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_to"
    )
    uid = models.UUIDField(default=uuid4)
    sequence = models.PositiveSmallIntegerField(default=0)

    part_kind = PartKind.APPOINTMENT
    moved_at = None  # what has moved on is not shown at all: it is MOVED

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="professional_in_one_place",
                expressions=[("professional", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=[*BINDING]),
            ),
            ExclusionConstraint(
                name="resident_in_one_place",
                expressions=[("resident", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=[*COMING]),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="appointment_has_length",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*WAITING_FOR_ANSWER], hold_expires_at__isnull=False)
                | (~Q(state__in=[*WAITING_FOR_ANSWER]) & Q(hold_expires_at__isnull=True)),
                name="only_holds_expire",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") ^ Q(cancel_reason=""), name="cancelled_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*COMING, State.DONE, State.NO_SHOW, State.MOVED])
                | Q(booked_at__isnull=False),
                name="appointment_booked_when",
            ),
            models.UniqueConstraint(fields=["uid"], condition=~Q(state="moved"), name="calendar_uid_once"),
        ]
        indexes = [
            models.Index("unit", Func(F("period"), function="lower"), name="appointment_of_unit"),
            models.Index("resident", Func(F("period"), function="lower"), name="appointment_of_resident"),
            models.Index(
                fields=["hold_expires_at"],
                condition=Q(state__in=[*WAITING_FOR_ANSWER]),
                name="appointment_lapses",
            ),
        ]

    def __str__(self) -> str:
        return f"Appointment {self.pk}"

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.resident_id,), self.matter_id)

    @property
    def starts_at(self) -> datetime:
        start: datetime = self.period.lower
        return start

    @property
    def ends_at(self) -> datetime:
        end: datetime = self.period.upper
        return end

    @property
    def day(self) -> date:
        """The day in Finland on which it begins."""
        return helsinki.today(self.starts_at)

    @property
    def remote(self) -> bool:
        return self.manner != Manner.ON_SITE

    @property
    def can_change(self) -> bool:
        """Whether it can still be moved or cancelled: the visit has not begun for anybody."""
        return self.state == State.BOOKED

    def enter(self, state: str, *, now: datetime, reason: str = "", fields: Collection[str] = ()) -> None:
        """Comes to another state. `fields` names what else the caller has changed."""
        self.state = state
        self.cancel_reason = reason
        self.changed_at = now
        self.sequence += 1
        self.hold_expires_at = None
        self.save(
            update_fields=["state", "cancel_reason", "changed_at", "sequence", "hold_expires_at", *fields]
        )

    def carry(self, matter: Matter, *, now: datetime) -> "Appointment":
        """The same visit in another matter, perhaps of another person, whose calendar then gets one of its
        own. Raises NotPossible, in words, if that person is expected somewhere else at that time."""
        visit = Appointment.objects.get(pk=self.pk)
        visit.pk, visit._state.adding = None, True
        visit.matter, visit.resident_id = matter, matter.resident_id
        visit.moved_from, visit.offer, visit.changed_at = self, None, now
        if self.resident_id != matter.resident_id:
            visit.uid, visit.sequence = uuid4(), 0
        self.enter(State.MOVED, now=now)
        visit.place(by_resident=False)
        return visit

    def place(self, *, by_resident: bool) -> None:
        """Writes the row; raises NotPossible, in words, if the database says that it overlaps."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError as error:
            raise _overlap(error, by_resident) from error

    def join_unit(self, now: datetime) -> None:
        """The unit of the appointment works in the matter from now on, if it did not take part yet."""
        matter = self.matter
        if not matter.participations.at(now).filter(unit=self.unit_id).exists():
            Participation.objects.create(matter=matter, unit=self.unit, right=Right.WORK, started_at=now)
            matter.refresh_viewers(now)

    def coded(self) -> dict[str, str | int | date]:
        """What the journal keeps of it."""
        clock = f"{helsinki.local(self.starts_at):%H:%M}"
        return {"day": self.day, "clock": clock, "appointment": self.pk, "manner": self.manner}


def not_taken(times: FreeTimeQuerySet, now: datetime) -> FreeTimeQuerySet:
    """Those of the published times at which the professional is not bound at `now`; a hold or an offer
    whose time is up binds nobody."""
    taken = Appointment.objects.binding(now).filter(
        professional=OuterRef("professional"), period__overlap=OuterRef("period")
    )
    return times.filter(~Exists(taken))


def _overlap(error: IntegrityError, by_resident: bool) -> NotPossible:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if constraint == "professional_in_one_place":
        return NotPossible(gettext("Somebody just took this time. Choose another."))
    if constraint != "resident_in_one_place":
        raise error
    if by_resident:
        return NotPossible(gettext("You have another appointment at that time. Choose another time."))
    return NotPossible(gettext("The resident has another appointment at that time. Choose another time."))
