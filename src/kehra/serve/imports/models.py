"""What was brought along, so that a file read twice brings nothing twice."""

from django.db import models

from kehra.kernel.organisations.models import County
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.matters.models.matter import Matter


class Imported(models.Model):
    """One line of a file of queues or bookings, by the id that it had in the earlier system."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    kind = models.TextField(choices=[("queue", "queue"), ("booking", "booking")])
    source_id = models.TextField()
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "source_id"], name="imported_once"),
        ]
