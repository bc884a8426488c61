"""How a resident is reached: the paper of a mandate, letters in their envelopes, and when one is reminded."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import Mandate, Professional, Resident
from kehra.kernel.time.models import ValidInTime, ValidQuerySet
from kehra.serve.messages.models import Channel, Notification
from kehra.serve.reach.rules import due_at


class MandatePaper(models.Model):
    """The scanned paper by which a mandate was given; read as an attachment is, never shown in a page."""

    mandate = models.OneToOneField(Mandate, on_delete=models.CASCADE, primary_key=True, related_name="paper")
    name = models.TextField()
    content_type = models.TextField()
    content = models.BinaryField()

    def concern(self) -> Concern:
        return self.mandate.concern()


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_post(self, unit_id: int | None) -> Self:
        """Printed, or to be printed, and not yet in the post: the oldest first."""
        return self.filter(unit=unit_id, posted_at__isnull=True).order_by("made_at", "pk")


class Letter(models.Model):
    """One envelope: all that one receiver was to be told when it was made. `body` is what it says, as it
    was printed. The address is not kept: it is read when it is printed, by those who may."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="letters")
    receiver = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="letters_got")
    notifications = models.ManyToManyField(Notification, related_name="letters")
    language = models.CharField(max_length=3)
    body: "models.JSONField[Any, Any]" = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True, posted_by__isnull=True)
                | Q(posted_at__isnull=False, posted_by__isnull=False),
                name="letter_posted_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "made_at"], condition=Q(posted_at__isnull=True), name="letter_to_post"
            )
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"

    def concern(self) -> Concern:
        return Concern(self.county_id, tuple({self.receiver_id, *self.about_ids}))

    @property
    def about_ids(self) -> list[int]:
        """Whom it tells of, when that is not the receiver."""
        found: list[int] = self.body.get("about", [])
        return found


class ReminderRuleQuerySet(ValidQuerySet["ReminderRule"]):
    def of(self, county_id: str, day: date) -> "ReminderRule":
        """The rule of a county on a day; a county that has set none has the usual one."""
        return self.on(day).filter(county=county_id).order_by("-valid_from").first() or ReminderRule()


def _usual_channels() -> list[str]:
    return [Channel.SMS, Channel.EMAIL]


class ReminderRule(ValidInTime):
    """When a coming visit is reminded of, and how, by county and date.

    hours        before the visit
    first_hour, last_hour   of the day, in Finland, between which telephones may ring
    channels     in this order: the first one that reaches the resident
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    hours = models.PositiveSmallIntegerField(default=24)
    first_hour = models.PositiveSmallIntegerField(default=8)
    last_hour = models.PositiveSmallIntegerField(default=20)
    channels = ArrayField(models.TextField(choices=Channel.choices), default=_usual_channels)

    objects: ClassVar[ReminderRuleQuerySet] = ReminderRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["county", "valid_from"], name="reminder_rule_version_once"),
            models.CheckConstraint(
                condition=Q(first_hour__lt=models.F("last_hour"), last_hour__lte=23), name="reminder_hours"
            ),
        ]

    def due(self, starts_at: datetime) -> datetime:
        """When a visit that starts then is reminded of."""
        return due_at(starts_at, hours=self.hours, first_hour=self.first_hour, last_hour=self.last_hour)

    def __str__(self) -> str:
        return f"Reminder rule of {self.county_id} from {self.valid_from}"
