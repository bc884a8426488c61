"""Who takes part in a matter, with which right, and for how long."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter


class Right(models.TextChoices):
    """WORK: the unit answers for the matter or works in it; PART: a partner or another producer
    sees that it exists and the parts shared with them, nothing else."""

    WORK = "work"
    PART = "part"


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def at(self, now: datetime) -> Self:
        """Those that have begun and not ended at `now`."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), started_at__lte=now)


class Participation(models.Model):
    """A unit takes part in a matter. `shares` names the kinds of parts that a unit with the right
    PART may see ("need", "assessment", "appointment", "message")."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="participations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    right = models.TextField(choices=Right.choices)
    shares = models.JSONField(default=list)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "unit"], condition=Q(ended_at__isnull=True), name="participation_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="participation_ends_later",
            ),
        ]

    def concern(self) -> Concern:
        return self.matter.concern()


class HandoverKind(models.TextChoices):
    """TRANSFER: another unit will answer for the matter. GUIDANCE: another producer is to give a
    named offering; the matter stays where it is until the receiver has confirmed."""

    TRANSFER = "transfer"
    GUIDANCE = "guidance"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def waiting(self) -> Self:
        """Those that have been neither answered nor withdrawn."""
        return self.filter(state="offered")

    def due(self, now: datetime) -> Self:
        """Those whose time to answer is up."""
        return self.waiting().filter(answer_by__lte=now)


class Handover(models.Model):
    """An offer to another unit, open until it is answered, withdrawn, or the time is up."""

    class State(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="handovers")
    kind = models.TextField(choices=HandoverKind.choices)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers_given")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers_offered")
    offering = models.ForeignKey("catalogue.Offering", on_delete=models.PROTECT, null=True, blank=True)
    shares = models.JSONField(default=list)
    note = models.TextField(blank=True)
    state = models.TextField(choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.TextField(blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state="offered"), name="one_open_handover"
            ),
            models.CheckConstraint(
                condition=Q(state="offered", answered_at__isnull=True)
                | (~Q(state="offered") & Q(answered_at__isnull=False)),
                name="handover_answered_when",
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], condition=Q(state="offered"), name="handover_open")]

    def concern(self) -> Concern:
        return self.matter.concern()

    @property
    def answer_on(self) -> date:
        """The last day to answer; `answer_by` is the moment when it has ended."""
        return helsinki.today(self.answer_by - timedelta(microseconds=1))
