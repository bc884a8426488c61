"""An interpreter is booked with the time: asked for when it is booked, moved and cancelled with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Organisation
from kehra.kernel.people.models import Professional
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.models.times import Manner
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import PartKind


class State(models.TextChoices):
    REQUESTED = "requested", _("asked for")
    CONFIRMED = "confirmed", _("confirmed")
    NOT_AVAILABLE = "not_available", _("not available")
    CANCELLED = "cancelled", _("cancelled")


class InterpreterRequest(models.Model):
    """One for a visit, wherever it has been moved to.

    language    ISO 639: a spoken or a sign language
    manner      how the interpreter takes part: on site, by video, by telephone
    provider    the interpreting service; empty if the county has none in its rows
    sequence    one more each time that it is asked for anew, or cancelled
    """

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="interpreter")
    language = models.CharField(max_length=3)
    manner = models.TextField(choices=Manner.choices)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    state = models.TextField(choices=State.choices, default=State.REQUESTED)
    sequence = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)

    part_kind = PartKind.APPOINTMENT

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "not_available"]) | Q(answered_at__isnull=False),
                name="interpreter_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Interpreter request {self.pk}"

    @property
    def matter(self) -> Matter:
        return self.appointment.matter

    @property
    def sector(self) -> str:
        return self.appointment.sector

    @property
    def unit_id(self) -> int:
        return self.appointment.unit_id

    def concern(self) -> Concern:
        return self.appointment.concern()
