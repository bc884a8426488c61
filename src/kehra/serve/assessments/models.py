"""A needs assessment is written together: the resident says their own words and strengths, and each
professional writes and signs a part of their own. Nothing that was signed is changed; a mistake is
mended by a part that supersedes it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern
from kehra.kernel.accounts.models import WORKING_ROLES, Assignment
from kehra.kernel.organisations.models import Sector, Unit
from kehra.kernel.people.models import Professional, Resident, Restriction
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.models.record import Movable, PartKind


class Assessment(models.Model):
    """The assessment of what a resident needs (hoidon tarpeen arviointi, palvelutarpeen arviointi).
    Health and social care each have their own in a matter; colleagues of both may write in one.

    sector      of the unit that began it, which completes it
    need_found  whether the resident needs care or services: known when it is completed
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="assessments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    sector = models.TextField(choices=Sector.choices)
    opened_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    need_found = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "sector"],
                condition=Q(completed_at__isnull=True),
                name="one_open_assessment",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, need_found__isnull=True)
                | Q(completed_at__isnull=False, need_found__isnull=False),
                name="assessment_completed_with_result",
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment {self.pk}"

    def concern(self) -> Concern:
        return self.matter.concern()

    @property
    def is_open(self) -> bool:
        return self.completed_at is None

    def colleagues(self, by: Actor, now: datetime) -> models.QuerySet[Assignment]:
        """Who may be asked for a part by this actor: those of another profession, and the actor, who do the
        work of a unit that works in the matter. Not who has a part already, nor the resident in their own
        matter, nor a unit that the resident has restricted."""
        matter = self.matter
        units = Participation.objects.at(now).filter(matter=matter, right=Right.WORK).values("unit")
        restricted = Restriction.objects.filter(
            resident=matter.resident_id, unit__isnull=False, withdrawn_at__isnull=True
        ).values("unit")
        is_resident = Q(professional__resident=matter.resident_id) | Q(
            professional__user__resident=matter.resident_id
        )
        other_profession = ~Q(professional__profession=by.profession)
        return (
            Assignment.objects.on(helsinki.today(now))
            .filter(other_profession | Q(pk=by.assignment_id), unit__in=units, role__in=WORKING_ROLES)
            .exclude(unit__in=restricted)
            .exclude(is_resident)
            .exclude(professional__in=self.parts.asked().values("professional"))
            .select_related("professional", "unit")
            .order_by("unit", "professional__family_name", "professional__given_names", "pk")
        )

    def own_part_of(self, by: Actor) -> "AssessmentPart | None":
        """The latest of the resident's own parts that this actor would write anew: the resident's and that
        of those acting for them, or what this professional wrote down."""
        return self.parts.filter(
            kind=Kind.OWN, professional=by.professional_id, superseded_by__isnull=True, moved_at__isnull=True
        ).first()


class Kind(models.TextChoices):
    """Whose part it is."""

    OWN = "own"  # the resident's
    PROFESSIONAL = "professional"


class PartQuerySet(models.QuerySet["AssessmentPart"]):
    def asked(self) -> Self:
        """Professionals' parts that count: not those that were withdrawn or moved to another matter."""
        return self.filter(kind=Kind.PROFESSIONAL, withdrawn_at__isnull=True, moved_at__isnull=True)

    def unsigned(self) -> Self:
        """Those that wait for their author."""
        return self.asked().filter(signed_at__isnull=True)


class AssessmentPart(Movable):
    """One author's part: of a professional for their profession and unit, or of the resident.

    invited_at    when the author was asked to write it
    signed_at     from then on it is never changed; the resident's own part is signed as it is sent
    withdrawn_at  it was asked for and is not needed; what was written stays, unsigned
    supersedes    the part that this one corrects, or the resident's earlier words
    sector        decides who reads it: the author's unit's, or for the resident's own part the assessment's

    A resident's part with a professional is what they told, written down by that professional.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="parts")
    kind = models.TextField(choices=Kind.choices)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    profession = models.TextField(
        blank=True
    )  # code system "profession", as it was when the part was asked for
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    sector = models.TextField(choices=Sector.choices)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True)
    # Who wrote for the resident, when it was somebody acting for them.
    written_by = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="assessment_parts_written"
    )
    situation = models.TextField(blank=True)
    need = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    own_words = models.TextField(blank=True)
    strengths = models.TextField(blank=True)
    matters_to_me = models.TextField(blank=True)
    invited_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    part_kind = PartKind.ASSESSMENT

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="professional", professional__isnull=False, unit__isnull=False, resident__isnull=True
                )
                | Q(kind="own", resident__isnull=False, signed_at__isnull=False),
                name="assessment_part_has_author",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(kind="own") & (~Q(own_words="") | ~Q(strengths="") | ~Q(matters_to_me=""))
                | Q(kind="professional") & ~Q(situation="") & ~Q(need="") & ~Q(proposal=""),
                name="signed_part_has_text",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="signed_part_is_not_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["assessment", "professional"],
                condition=Q(signed_at__isnull=True, withdrawn_at__isnull=True),
                name="one_unsigned_part",
            ),
        ]

    def __str__(self) -> str:
        return f"AssessmentPart {self.pk}"

    @property
    def matter(self) -> Matter:
        return self.assessment.matter

    def concern(self) -> Concern:
        return self.matter.concern()

    def versions(self) -> list["AssessmentPart"]:
        """This part with what it corrected and what corrected it, the oldest first."""
        first = self
        while first.supersedes is not None:
            first = first.supersedes
        found = [first]
        while (later := AssessmentPart.objects.filter(supersedes=found[-1]).first()) is not None:
            found.append(later)
        return found

    @property
    def is_own(self) -> bool:
        """Whether it is the resident's part, by themselves or as they told it."""
        return self.kind == Kind.OWN

    @property
    def is_waiting(self) -> bool:
        """Whether its author may still write and sign it."""
        return self.signed_at is None and self.withdrawn_at is None

    @property
    def is_written(self) -> bool:
        """Whether all that a signature needs has been written."""
        return bool(self.situation.strip() and self.need.strip() and self.proposal.strip())
