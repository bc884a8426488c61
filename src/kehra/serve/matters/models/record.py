"""What is written in a matter, and the permit that lets the other sector read it."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Sector, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.matters.models.matter import Matter


class PartKind(models.TextChoices):
    """The kinds of parts that can be shared one by one."""

    NEED = "need"  # what the resident said
    ENTRY = "entry"  # what a professional wrote
    ASSESSMENT = "assessment"
    APPOINTMENT = "appointment"
    MESSAGE = "message"


class Movable(models.Model):
    """A part that may have been written in the wrong matter. It is not moved itself: the right matter gets a
    row of its own with the same author and time, and this one is not shown any more.

    moved_from   the row of the wrong matter whose place this one took; each has one such at most
    moved_at     when another row took the place of this one
    """

    moved_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_to"
    )
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def carry(self, now: datetime, **changed: Any) -> Self:
        """The row that takes the place of this one, the same but for what is `changed`."""
        row = type(self)._default_manager.get(pk=self.pk)
        row.pk, row._state.adding = None, True
        for name, value in {**changed, "moved_from": self}.items():
            setattr(row, name, value)
        row.save()
        self.moved_at = now
        self.save(update_fields=["moved_at"])
        return row


class Entry(Movable):
    """A text in a matter: the need in the resident's own words, or a professional's entry. A
    mistake is mended by an entry that supersedes it; nothing is overwritten.

    happened_at   the true time of what was entered later, because the network was down; else empty
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="entries")
    kind = models.TextField(choices=PartKind.choices)
    sector = models.TextField(choices=Sector.choices)
    text = models.TextField()
    written_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True, blank=True)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__isnull=True) | Q(happened_at__lte=F("written_at")),
                name="entry_of_what_has_happened",
            )
        ]

    @property
    def part_kind(self) -> str:
        return self.kind

    def versions(self) -> list["Entry"]:
        """This text with what it corrected and what corrected it, the oldest first."""
        first = self
        while first.supersedes is not None:
            first = first.supersedes
        found = [first]
        while (later := Entry.objects.filter(supersedes=found[-1]).first()) is not None:
            found.append(later)
        return found

    def concern(self) -> Concern:
        return self.matter.concern()


class PermitQuerySet(models.QuerySet["DisclosurePermit"]):
    def at(self, now: datetime) -> Self:
        """Permits that the resident has given and not revoked at `now`."""
        return self.filter(Q(revoked_at=None) | Q(revoked_at__gt=now), given_at__lte=now)


class DisclosurePermit(models.Model):
    """The resident's permit (luovutuslupa, 703/2023 53 §): parts of these kinds, written in
    `from_sector`, may be shown to the other sector in this matter. Asked by a unit, given,
    narrowed and revoked by the resident."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="permits")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT)
    from_sector = models.TextField(choices=Sector.choices)
    asked_by = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    given_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "from_sector"],
                condition=Q(revoked_at__isnull=True, refused_at__isnull=True),
                name="permit_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("given_at")),
                name="permit_revoked_after_given",
            ),
        ]

    def concern(self) -> Concern:
        return self.matter.concern()
