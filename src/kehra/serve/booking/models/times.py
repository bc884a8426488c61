"""The times that professionals have published, and how long one is kept for somebody who chooses."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern, NotPossible
from kehra.kernel.accounts.models import Absence
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County, Site, Unit
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.kernel.time.models import ValidInTime, ValidQuerySet
from kehra.serve.matters.models.matter import Matter


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
        who is the resident or away then, nor in a unit that the resident has restricted."""
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
        times = times.exclude(professional__resident=matter.resident_id).present()
        times = times.exclude(booking_list__unit__in=restricted.values("unit"))
        return times.filter(bookable_by_resident=True) if by_resident else times

    def present(self) -> Self:
        """Times of professionals who are not away then."""
        away = Absence.objects.filter(
            professional=OuterRef("professional"), period__overlap=OuterRef("period"), ended_at__isnull=True
        )
        return self.filter(~Exists(away))

    def within(self, start: datetime, end: datetime) -> Self:
        """Times that begin at `start` or later and before `end`."""
        return self.filter(period__startswith__gte=start, period__startswith__lt=end)


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

    def must_be_choosable(self, matter: Matter, *, by_resident: bool, now: datetime) -> None:
        """Raises NotPossible for a time that cannot be chosen for this matter, by a resident or at all."""
        if self.starts_at <= now:
            raise NotPossible(gettext("This time has begun already. Choose another."))
        choosable = FreeTime.objects.choosable(matter, by_resident=by_resident, now=now)
        if not choosable.filter(pk=self.pk).exists():
            raise NotPossible(gettext("This time cannot be booked for this matter. Choose another."))


class HoldRuleQuerySet(ValidQuerySet["HoldRule"]):
    def of(self, county_id: str, day: date) -> "HoldRule":
        """The rule of a county on a day; a county that has set none has the usual one."""
        return self.on(day).filter(county=county_id).order_by("-valid_from").first() or HoldRule()


class HoldRule(ValidInTime):
    """How long a time is kept for one who is choosing, and how many at once, by county and date.

    per_resident   for one resident, whoever chooses
    per_user       by one person, for whomever they choose
    share          of a professional's times of one day, in percent: however many people are choosing, the
                   rest stays free to be booked, without being kept first
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    minutes = models.PositiveSmallIntegerField(default=10)
    per_resident = models.PositiveSmallIntegerField(default=2)
    per_user = models.PositiveSmallIntegerField(default=3)
    share = models.PositiveSmallIntegerField(default=50)

    objects: ClassVar[HoldRuleQuerySet] = HoldRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["county", "valid_from"], name="hold_rule_version_once"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="hold_rule_share"),
        ]

    def __str__(self) -> str:
        return f"Hold rule of {self.county_id} from {self.valid_from}"

    def most_of(self, times: int) -> int:
        """How many of a day's times may be kept at once; of few times, one."""
        return max(1, times * self.share // 100)
