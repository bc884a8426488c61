"""What a unit needs for a day without the network: a key to which its lists are closed, and the machines
that fetch them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional
from kehra.serve.day_lists.rules.sealing import Key
from kehra.serve.matters.models.matter import Matter


class UnitKey(models.Model):
    """The key pair of a unit's day lists. The passphrase that opens it is not here (see `rules.sealing`);
    a new one replaces the row."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True, related_name="+")
    public = models.BinaryField()
    wrapped = models.BinaryField()
    salt = models.BinaryField()
    iv = models.BinaryField()
    iterations = models.IntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)

    def value(self) -> Key:
        """The row as the value that sealing takes."""
        return Key(bytes(self.public), bytes(self.wrapped), bytes(self.salt), bytes(self.iv), self.iterations)


class MachineQuerySet(models.QuerySet["Machine"]):
    def working(self) -> Self:
        """Those whose right to fetch has not been ended."""
        return self.filter(revoked_at__isnull=True)

    def with_token(self, token: str) -> "Machine | None":
        """The machine that has this token and may fetch, or None."""
        known = self.working().filter(token_hash=hash_of(token))
        return known.select_related("unit__organisation").first()


class Machine(models.Model):
    """A machine of a unit that keeps its day list. Only the hash of its token is kept."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="day_list_machines")
    name = models.TextField()
    token_hash = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    objects = MachineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(revoked_at__isnull=True), name="machine_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="machine_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def concern(self) -> Concern:
        return Concern(self.unit.county_id)

    def actor(self) -> Actor:
        """The machine as one who acts: it sees what its unit's list shows, and nothing else."""
        return Actor(
            kind="machine",
            name=self.name,
            county_id=self.unit.county_id,
            unit_id=self.unit_id,
            organisation_id=self.unit.organisation_id,
            sector=self.unit.sector,
            holders=frozenset({actors.unit_holder(self.unit_id)}),
        )


class MadeList(models.Model):
    """The latest list of a machine, closed. `digest` tells whether anything has changed since."""

    machine = models.OneToOneField(Machine, on_delete=models.CASCADE, related_name="made")
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    file = models.TextField()

    def holds_at(self, now: datetime, digest: str, for_how_long: timedelta) -> bool:
        """Whether it can be given again: nothing has changed, and it is not old."""
        return self.digest == digest and now - self.made_at < for_how_long


class EnteredLater(models.Model):
    """One thing of a day's list that was entered afterwards. One row for each thing: two people who enter the
    same paper enter it once; and the rows can be counted."""

    class Thing(models.TextChoices):
        VISIT = "visit"
        TASK = "task"

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    thing = models.TextField(choices=Thing.choices)
    thing_id = models.BigIntegerField()
    what = models.TextField()  # came, no_show, cancelled, reached or no_answer
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing", "thing_id"], name="entered_later_once"),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("entered_at")), name="entered_after_it_happened"
            ),
        ]
        indexes = [models.Index(fields=["unit", "happened_at"], name="entered_later_of_unit")]

    def concern(self) -> Concern:
        return self.matter.concern()


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token. It is long and random, so one round of hashing is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
