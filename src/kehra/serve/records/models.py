"""Entries on their way to the system that holds the record of truth, and the door to the same person."""

import hashlib
from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry


class SendingState(models.TextChoices):
    """A document has an id of its own and is put there, so that sent twice it is there once: one that
    waits is tried again for as long as it takes. What the other system refuses, a person looks at."""

    WAITS = "waits", _("waits")
    TAKEN = "taken", _("sent")
    REFUSED = "refused", _("not accepted")


class Sending(models.Model):
    """One entry on its way to one system. The document is made from the entry each time: no copy of it is
    kept here. `answer` is what the other system said when it refused, without the person's data."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="sendings")
    system = models.TextField()
    state = models.TextField(choices=SendingState.choices, default=SendingState.WAITS)
    tries = models.IntegerField(default=0)
    answer = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "system"], name="sending_once"),
            models.CheckConstraint(
                condition=Q(state="taken", taken_at__isnull=False)
                | (~Q(state="taken") & Q(taken_at__isnull=True)),
                name="sending_taken_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["queued_at"], condition=~Q(state="taken"), name="sending_waits")]

    @property
    def matter(self) -> Matter:
        return self.entry.matter

    def concern(self) -> Concern:
        return self.entry.concern()


class LaunchQuerySet(models.QuerySet["Launch"]):
    def with_token(self, token: str, system: str, now: datetime) -> "Launch | None":
        """The launch of this token, for this system, not used and not ended."""
        found = self.filter(token_hash=hash_of(token), system=system, used_at__isnull=True, ends_at__gt=now)
        return found.select_related("matter").first()


class Launch(models.Model):
    """Somebody goes to the same person in another system. The browser carries only a token; the system
    asks us, once and soon, whom it stands for."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")
    system = models.TextField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = LaunchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lt=models.F("ends_at")), name="launch_in_time"
            )
        ]

    def concern(self) -> Concern:
        return self.matter.concern()


def hash_of(token: str) -> str:
    """What is kept of a token: who reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
