"""Published times, and the appointments made of them. Two things cannot happen, whatever the
program does: a professional in two places at once, and a resident in two (exclusion constraints).

A hold and an offer bind a professional until `hold_expires_at`. The constraints cannot know what
the time is now, so a lapsed one still stands in their way: who books removes it first (see
`actions.claiming`), and a job removes the rest.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County, Sector, Site, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki
from kehra.kernel.time.models import ValidInTime, ValidQuerySet
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import PartKind


class BookingList(ValidInTime):
    """A professional's list of times (ajanvarauskirja) in one unit, at one site, or remote where
    `site` is empty, for the services that it serves."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="booking_lists")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="booking_lists")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    services = models.ManyToManyField(Service, related_name="booking_lists")

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(
                fields=["professional", "unit", "site", "valid_from"],
                nulls_distinct=False,
                name="booking_list_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Booking list {self.pk}"

    def concern(self) -> Concern:
        return Concern(self.county_id)


class Manner(models.TextChoices):
    """How the two meet."""

    ON_SITE = "on_site", _("On site")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By telephone")


class FreeTimeQuerySet(models.QuerySet["FreeTime"]):
    def for_service(self, service: Service) -> Self:
        """Times of lists that serve the service, unless the time was published for another one."""
        return self.filter(Q(service=service) | Q(service=None), booking_list__services=service)

    def choosable(self, matter: Matter, *, by_resident: bool, now: datetime) -> Self:
        """Times that may be chosen for the matter, taken or not: coming ones of lists that hold today,
        in units that take part in it or offer its service to residents. Never with a professional
        who is the resident, nor in a unit that the resident has restricted."""
        today = helsinki.today(now)
        offering = Offering.objects.on(today).filter(service=matter.service_id)
        taking_part = matter.participations.at(now).values("unit")
        restricted = matter.resident.restrictions.filter(unit__isnull=False, withdrawn_at=None)
        times = self.for_service(matter.service).filter(
            Q(booking_list__unit__in=offering.filter(bookable=True).values("unit"))
            | Q(booking_list__unit__in=taking_part),
            booking_list__in=BookingList.objects.on(today).filter(county=matter.county_id),
            period__startswith__gt=now,
        )
        times = times.exclude(professional__resident=matter.resident_id)
        times = times.exclude(booking_list__unit__in=restricted.values("unit"))
        return times.filter(bookable_by_resident=True) if by_resident else times

    def within(self, start: datetime, end: datetime) -> Self:
        """Times that begin at `start` or later and before `end`."""
        return self.filter(period__startswith__gte=start, period__startswith__lt=end)

    def not_taken(self, now: datetime) -> Self:
        """Times at which the professional is not bound at `now`; a hold or an offer whose time is
        up binds nobody."""
        taken = Appointment.objects.binding(now).filter(
            professional=OuterRef("professional"), period__overlap=OuterRef("period")
        )
        return self.filter(~Exists(taken))


class FreeTime(models.Model):
    """A published time. It stays when it is booked: whether it is free is told by appointments,
    so that a cancelled time is free again by itself.

    service   only for this service; empty: for every service of its list
    """

    booking_list = models.ForeignKey(BookingList, on_delete=models.PROTECT, related_name="times")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="free_times")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True)
    period = DateTimeRangeField()
    manner = models.TextField(choices=Manner.choices)
    bookable_by_resident = models.BooleanField(default=True)

    objects = FreeTimeQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="free_times_do_not_overlap",
                expressions=[("professional", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="free_time_has_length",
            ),
        ]
        indexes = [models.Index(Func(F("period"), function="lower"), "booking_list", name="free_time_start")]

    def __str__(self) -> str:
        return f"Free time {self.pk}"

    def concern(self) -> Concern:
        return self.booking_list.concern()

    @property
    def starts_at(self) -> datetime:
        start: datetime = self.period.lower
        return start

    @property
    def ends_at(self) -> datetime:
        end: datetime = self.period.upper
        return end

    @property
    def remote(self) -> bool:
        return self.manner != Manner.ON_SITE


class HoldRuleQuerySet(ValidQuerySet["HoldRule"]):
    def of(self, county_id: str, day: date) -> "HoldRule":
        """The rule of a county on a day; a county that has set none has the usual one."""
        return self.on(day).filter(county=county_id).order_by("-valid_from").first() or HoldRule()


class HoldRule(ValidInTime):
    """How long a time is kept for one who is choosing, and how many at once, by county and date.

    per_resident   for one resident, whoever chooses
    per_user       by one who acts for several residents
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    minutes = models.PositiveSmallIntegerField(default=10)
    per_resident = models.PositiveSmallIntegerField(default=2)
    per_user = models.PositiveSmallIntegerField(default=3)

    objects: ClassVar[HoldRuleQuerySet] = HoldRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["county", "valid_from"], name="hold_rule_version_once"),
        ]

    def __str__(self) -> str:
        return f"Hold rule of {self.county_id} from {self.valid_from}"


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


class AppointmentQuerySet(models.QuerySet["Appointment"]):
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
