"""One matter (asia) is what a resident needs, from the first contact to its end. Everything else
in serving hangs on it: contacts, assessments, bookings, messages, tasks."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import Concern
from kehra.kernel.catalogue.models import Service
from kehra.kernel.organisations.models import County, Sector, Unit
from kehra.kernel.people.models import Professional, Resident, Restriction
from kehra.serve.matters import signals


class Urgency(models.IntegerChoices):
    """Sorted as the desk sorts: what cannot wait first. Unknown stands before what is known to
    be able to wait: unknown is never "fine"."""

    EMERGENCY = 1
    URGENT = 2
    UNKNOWN = 3
    NON_URGENT = 4


class Channel(models.TextChoices):
    """How it came. The channel changes neither the clock nor the rights."""

    DIGITAL = "digital"
    PHONE = "phone"
    WALK_IN = "walk_in"
    REFERRAL = "referral"
    NOTICE = "notice"  # a worried person's notice
    LETTER = "letter"


class Matter(models.Model):
    """A need of one resident, for which one unit answers at a time.

    unit          who answers for it now
    responsible   the professional who has taken it; empty while it waits
    mistaken_at   when it turned out that it had been opened for the wrong person: nobody sees it any more,
                  and what stood in it stands in the matter of the right one
    viewers, barred   the list form of permissions, kept by `refresh_viewers`
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="matters")
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="matters")
    responsible = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    sector = models.TextField(choices=Sector.choices)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.UNKNOWN)
    channel = models.TextField(choices=Channel.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)  # code system "outcome"
    mistaken_at = models.DateTimeField(null=True, blank=True)
    viewers = ArrayField(models.TextField(), default=list)
    barred = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="matter_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(mistaken_at__isnull=True)
                | Q(closed_at__isnull=False, viewers=[], responsible__isnull=True),
                name="mistaken_matter_is_hidden",
            ),
        ]
        indexes = [
            GinIndex(fields=["viewers"], name="matter_viewers"),
            models.Index(fields=["resident", "-opened_at"], name="matter_of_resident"),
            models.Index(
                fields=["unit", "urgency"], condition=Q(closed_at__isnull=True), name="matter_open_of_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"Matter {self.pk}"

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.resident_id,), self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def locked(self) -> "Matter":
        """The row as it is at this moment, held until the transaction ends. Every action that changes a
        matter begins with it: a right, or an open matter, of a moment ago may be gone. Whoever locks the
        resident or professionals too does that first. Rows that only point at the matter do not wait."""
        return Matter.objects.select_for_update(no_key=True).get(pk=self.pk)

    def holders_now(self, now: datetime) -> set[str]:
        """Who may see the matter by the rows as they are: what `viewers` must say."""
        if self.mistaken_at is not None:
            return set()
        units = self.participations.at(now).values_list("unit_id", flat=True)
        return {
            actors.resident_holder(self.resident_id),
            actors.emergency_holder(self.resident_id),
            *(actors.unit_holder(unit) for unit in units),
        }

    def barred_now(self) -> set[str]:
        """Who may not, whatever allows it: what `barred` must say."""
        return barred_holders(self.resident_id)

    def refresh_viewers(self, now: datetime) -> None:
        """Brings the list form up to date; every action that changes who takes part calls it. Two that
        change it at once wait for each other, so that neither writes what the other has made old."""
        self.locked()
        self.viewers = sorted(self.holders_now(now))
        self.barred = sorted(self.barred_now())
        self.save(update_fields=["viewers", "barred"])
        signals.viewers_changed.send(sender=Matter, matter=self)


def barred_holders(resident_id: int) -> set[str]:
    """Holders that may not see this resident's matters: their own professional self, and whom
    they have restricted."""
    restrictions: Iterable[Restriction] = Restriction.objects.filter(
        resident=resident_id, withdrawn_at__isnull=True
    )
    return {actors.own_holder(resident_id)} | {
        actors.behalf_holder(resident_id)
        if restriction.from_those_acting_for
        else actors.unit_holder(restriction.unit_id or 0)
        for restriction in restrictions
    }
