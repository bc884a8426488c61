"""What residents have asked about the use of their data, and what the data protection officer has judged."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.codes.texts import LocalisedField
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import EmergencyAccess, Professional, Resident
from kehra.kernel.time.models import ValidInTime, ValidQuerySet


class ThresholdQuerySet(ValidQuerySet["Threshold"]):
    def of(self, code: str, day: date) -> "Threshold":
        """The figure in force on `day`. Raises Threshold.DoesNotExist."""
        return self.on(day).filter(code=code).latest("valid_from")


class Threshold(ValidInTime):
    """A dated figure: how far back the log is shown, how long an emergency access is open, from which age a
    minor's own restriction is taken without a professional."""

    code = models.TextField()
    amount = models.SmallIntegerField()
    unit = models.TextField()  # hour, month or year
    ground = LocalisedField()
    certainty = models.TextField(default="read")

    objects: ClassVar[ThresholdQuerySet] = ThresholdQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="threshold_version_once"),
        ]


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def waiting(self) -> Self:
        """Those that the officer has not answered."""
        return self.filter(answered_at__isnull=True)


class Explanation(models.Model):
    """A resident asks why their data was used (703/2023 11 §), perhaps naming rows of the log; the data
    protection officer answers by `due_on`.

    entries   ids of the log's rows; the log outlives everything, so there is no foreign key
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="explanations")
    asked_by = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    entries = ArrayField(models.BigIntegerField(), default=list)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="explanation_has_text"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="explanation_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "due_on"], condition=Q(answered_at__isnull=True), name="explanation_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Explanation {self.pk}"

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.resident_id,))


class RemarkKind(models.TextChoices):
    """What the officer judges of an emergency access, or what its professional answers."""

    LAWFUL = "lawful"
    ASKED = "asked"
    ANSWERED = "answered"
    UNLAWFUL = "unlawful"


JUDGED = (RemarkKind.LAWFUL, RemarkKind.UNLAWFUL)


class EmergencyRemark(models.Model):
    """One step of the review of an emergency access, with its words. The last step is a judgement."""

    access = models.ForeignKey(EmergencyAccess, on_delete=models.PROTECT, related_name="remarks")
    kind = models.TextField(choices=RemarkKind.choices)
    words = models.TextField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="remark_has_words"),
            models.UniqueConstraint(
                fields=["access"], condition=Q(kind__in=["lawful", "unlawful"]), name="emergency_judged_once"
            ),
        ]

    def concern(self) -> Concern:
        return self.access.concern()
