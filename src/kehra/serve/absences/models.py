"""What became of each thing that an absent worker had. The rows let it come back to them, and show what was
done; the matter, the appointment and the task themselves say who has it now."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern
from kehra.kernel.accounts.models import Absence
from kehra.kernel.people.models import Professional
from kehra.serve.absences.rules import Deed
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task


class ShareQuerySet(models.QuerySet["Share"]):
    def standing(self) -> Self:
        """Those that have not gone back to the one who was away."""
        return self.filter(returned_at__isnull=True)

    def to_return(self) -> Self:
        """Given to somebody, or to the desk, for the time of the absence."""
        return self.standing().filter(deed__in=[Deed.GIVE, Deed.DESK])


class Share(models.Model):
    """One thing of an absent worker was given on, moved, cancelled, put on the desk, or left to wait.

    matter        whose it is, except for a task of no matter
    appointment   the visit as it is now (after a move, the new one), if it was a visit
    task          if it was a task of its own
    to            who has it meanwhile
    """

    DEEDS = [
        (Deed.GIVE.value, _("To a colleague")),
        (Deed.MOVE.value, _("Moved")),
        (Deed.CANCEL.value, _("Cancelled, to be called back")),
        (Deed.DESK.value, _("On the unit's desk")),
        (Deed.STAY.value, _("Waits until they are back")),
    ]

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="shares")
    deed = models.TextField(choices=DEEDS)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, null=True, blank=True, related_name="shares")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, blank=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True)
    to = models.ForeignKey(
        Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="substitutions"
    )
    shared_by = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(matter__isnull=False) | Q(task__isnull=False), name="share_is_of_something"
            ),
            models.CheckConstraint(
                condition=Q(deed="give", to__isnull=False) | ~Q(deed="give"), name="given_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Share {self.pk}"

    def concern(self) -> Concern:
        if self.matter is not None:
            return self.matter.concern()
        return Concern(self.absence.unit.county_id)

    def pass_on(self, deed: str, to: Professional | None) -> None:
        """The substitute was away as well, and somebody else has it; it goes back to whom it came from."""
        self.deed, self.to = deed, to
        self.save(update_fields=["deed", "to"])

    def give_back(self, now: datetime) -> None:
        """It is with the one who was away again."""
        self.returned_at = now
        self.save(update_fields=["returned_at"])
