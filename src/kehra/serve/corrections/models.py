"""What was corrected, by whom and why, and what it let somebody see. Nothing is deleted: a correction
points from what stood in the wrong place to what stands in the right one, and a merge keeps each row that
it changed, so that it can be undone."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.matters.models.matter import Matter


class Kind(models.TextChoices):
    """What stood in the wrong place."""

    ENTRY = "entry"
    MESSAGE = "message"
    ATTACHMENT = "attachment"
    APPOINTMENT = "appointment"
    PART = "part"  # of an assessment
    MATTER = "matter"  # the whole: it was opened for the wrong person


class Correction(models.Model):
    """Something was moved from the wrong matter to the right one. `about` is the id of the row that stood
    wrong; whoever sees it here sees where it went."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    kind = models.TextField(choices=Kind.choices)
    about = models.BigIntegerField()
    from_matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="corrections_from")
    to_matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="corrections_to")
    reason = models.TextField()
    made_at = models.DateTimeField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "about"], name="corrected_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(condition=~Q(from_matter=F("to_matter")), name="corrected_elsewhere"),
        ]

    def concern(self) -> Concern:
        residents = (self.from_matter.resident_id, self.to_matter.resident_id)
        return Concern(self.county_id, residents, self.from_matter_id)

    @property
    def between_persons(self) -> bool:
        """Whether one person's data stood with another."""
        return self.from_matter.resident_id != self.to_matter.resident_id


class Merge(models.Model):
    """One person was found twice: what named `gone` names `stays`, until the two are separated again."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    gone = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_from")
    stays = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_into")
    reason = models.TextField()
    made_at = models.DateTimeField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.TextField(blank=True)
    undone_by = models.ForeignKey(
        Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merged_into_one"
            ),
            models.CheckConstraint(condition=~Q(gone=F("stays")), name="merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                name="merge_undone_by_somebody",
            ),
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.gone_id, self.stays_id))


class MergedRow(models.Model):
    """One row that a merge changed: which, in which field, from what to what."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="rows")
    model = models.TextField()  # "matters.Matter"
    row = models.BigIntegerField()
    field = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def waiting(self) -> Self:
        """Pairs that nobody has judged, of residents who both still stand on their own."""
        return self.filter(
            judged_at__isnull=True, one__merged_into__isnull=True, other__merged_into__isnull=True
        ).select_related("one__municipality", "other__municipality")


class Likeness(models.Model):
    """Two residents who may be one person, found by the program; `grounds` says what they share (name, phone,
    email). Judged to be two persons, the pair is not shown again."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    one = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    ground = models.TextField()
    found_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)

    objects = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_in_order"),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, judged_by__isnull=True)
                | Q(judged_at__isnull=False, judged_by__isnull=False),
                name="likeness_judged_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "found_at"], condition=Q(judged_at__isnull=True), name="likeness_waiting"
            )
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.one_id, self.other_id))


class Verdict(models.TextChoices):
    """What the officer judged: whether the authority must be told (General Data Protection Regulation,
    article 33), and the person whose data it was (article 34)."""

    NO_RISK = "no_risk"
    AUTHORITY = "authority"
    AUTHORITY_AND_PERSON = "authority_and_person"


class Incident(models.Model):
    """Somebody's data stood where another person could see it: a personal data breach to be judged by
    `due_at`, counted from when it was noticed. `correction` or `separated` says what ended it."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    about = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="incidents_about")
    shown_to = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="incidents_seen")
    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, null=True, blank=True)
    separated = models.OneToOneField(Merge, on_delete=models.PROTECT, null=True, blank=True)
    since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.TextField(choices=Verdict.choices, blank=True)
    words = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(correction__isnull=True) ^ Q(separated__isnull=True), name="incident_of_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, judged_by__isnull=True, verdict="", words="")
                | (Q(judged_at__isnull=False, judged_by__isnull=False) & ~Q(verdict="") & ~Q(words="")),
                name="incident_judged_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "due_at"], condition=Q(judged_at__isnull=True), name="incident_open"
            )
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.about_id, self.shown_to_id))

    def late_at(self, now: datetime) -> bool:
        """Whether the time to judge it is up."""
        return self.judged_at is None and now > self.due_at
