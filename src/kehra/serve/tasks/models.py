"""What waits for somebody is one row here, whoever made it, so that the desk is one list."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.matters.models.clock import Pause
from kehra.serve.matters.models.matter import Matter, Urgency, barred_holders
from kehra.serve.matters.models.participation import Handover
from kehra.serve.tasks.rules import TaskKind


class TaskQuerySet(models.QuerySet["Task"]):
    def waiting(self) -> Self:
        """What is not done yet."""
        return self.filter(done_at__isnull=True)

    def refresh_viewers(self, matter: Matter) -> None:
        """Brings the list form of what waits in the matter up to date with who may see the matter."""
        for task in self.waiting().filter(matter=matter):
            task.matter = matter
            task.keep_viewers()
            task.save(update_fields=["viewers", "barred"])

    def with_course(self) -> Self:
        """Adds what the desk says of the matter: `awaits_answer` (another unit was asked and has not
        answered) and `paused` (a promise is paused)."""
        asked = Handover.objects.filter(
            matter=OuterRef("matter"), from_unit=OuterRef("unit"), state=Handover.State.OFFERED
        )
        pauses = Pause.objects.filter(
            clock__matter=OuterRef("matter"), clock__stopped_on__isnull=True, days__upper_inf=True
        )
        return self.annotate(awaits_answer=Exists(asked), paused=Exists(pauses))

    def by_risk(self) -> Self:
        """As the desk sorts: what cannot wait first, then by the day on which a promise breaks, and
        among equals what has waited longest."""
        return self.order_by("urgency", F("due_on").asc(nulls_last=True), "opened_at", "pk")


class Task(models.Model):
    """Something to be done by a unit, or by one professional of it.

    kind      what it is, declared by the app that made it ("matters.new", "messages.unread" …)
    due_on    the promise at risk: the day by which it must be done, None for no promise
    key       what it is about, within its kind: the same thing makes one open task
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    kind = models.TextField()
    key = models.TextField(blank=True)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.UNKNOWN)
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    viewers = ArrayField(models.TextField(), default=list)
    barred = ArrayField(models.TextField(), default=list)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "unit", "matter", "kind", "key"],
                condition=Q(done_at__isnull=True),
                nulls_distinct=False,
                name="task_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "urgency", "due_on"],
                condition=Q(done_at__isnull=True),
                name="task_open_of_unit",
            ),
            GinIndex(fields=["viewers"], condition=Q(done_at__isnull=True), name="task_viewers"),
        ]

    def concern(self) -> Concern:
        residents = () if self.resident_id is None else (self.resident_id,)
        return Concern(self.county_id, residents, self.matter_id)

    @property
    def words(self) -> str:
        """What waits, in the reader's language."""
        return str(TaskKind.named(self.kind).words)

    @property
    def personal(self) -> bool:
        """Whether it stays with its professional, whoever is responsible for the matter."""
        return TaskKind.named(self.kind).personal

    @property
    def promised(self) -> bool:
        """Whether it is due on the day that the matter's clocks promise."""
        return TaskKind.named(self.kind).promised

    @property
    def page_path(self) -> str:
        """Where it is dealt with when it is about no matter; empty if there is no such page."""
        page = TaskKind.named(self.kind).page
        return reverse(page, args=[int(self.key)]) if page else ""

    @property
    def by_hand(self) -> bool:
        """Whether somebody says on the desk that it is done."""
        return TaskKind.named(self.kind).by_hand

    def keep_viewers(self) -> None:
        """Sets `viewers` and `barred`: the task's unit while it takes part in the matter, or the data
        protection officer. Does not save."""
        holder = (
            actors.officer_holder(self.county_id)
            if self.unit_id is None
            else actors.unit_holder(self.unit_id)
        )
        if self.matter is not None:
            self.viewers = [holder] if holder in self.matter.viewers else []
            self.barred = self.matter.barred
        else:
            self.viewers = [holder]
            self.barred = sorted(barred_holders(self.resident_id)) if self.resident_id is not None else []
