"""How long data is kept: dated rules with their ground, what they find due, what is held back, and the
record of what was deleted. The log of uses and the journal are kept whole: they have no rule."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from kehra.kernel.access.permissions import Concern
from kehra.kernel.codes.texts import LocalisedField, localised
from kehra.kernel.organisations.models import County
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.kernel.time.models import ValidInTime
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages.models import Message
from kehra.serve.retention import rules
from kehra.serve.rights.models import Explanation
from kehra.serve.tasks.models import Task


@dataclass(frozen=True)
class Kind:
    """What a rule deletes: rows of `model`, begun at `moment`, of the matter and resident at these paths."""

    model: type[models.Model]
    moment: str
    matter: str
    resident: str
    county: str


KINDS = {
    "draft": Kind(Contact, "begun_at", "matter_id", "resident_id", "county_id"),
    "message": Kind(Message, "sent_at", "matter_id", "matter__resident_id", "matter__county_id"),
    "matter": Kind(Matter, "opened_at", "pk", "resident_id", "county_id"),
}


class RetentionRule(ValidInTime):
    """One dated version of how long one kind of data is kept; the fields are explained in its data file."""

    code = models.TextField()
    kind = models.TextField(choices=[(name, name) for name in KINDS])
    starts = models.TextField(choices=[(name, name) for name in ("begun", "closed", "born")])
    amount = models.SmallIntegerField()
    unit = models.TextField(choices=[(name, name) for name in ("day", "year")])
    sector = models.TextField(blank=True)
    outcomes = ArrayField(models.TextField(), default=list)
    names = LocalisedField()
    ground = LocalisedField()
    certainty = models.TextField(default="read")

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="retention_version_once"),
        ]

    def __str__(self) -> str:
        return localised(self.names)

    def due(self, county_id: str, now: datetime) -> "models.QuerySet[Any]":
        """The rows whose time is up and that nothing holds back, the oldest first."""
        return self._out_of_time(county_id, now).filter(**dict.fromkeys(HELD, False))

    def held(self, county_id: str, now: datetime) -> "models.QuerySet[Any]":
        """The rows whose time is up and that something holds back: `held_by` says what."""
        return self._out_of_time(county_id, now).filter(Q(**dict.fromkeys(HELD, True), _connector=Q.OR))

    def _out_of_time(self, county_id: str, now: datetime) -> "models.QuerySet[Any]":
        kind = KINDS[self.kind]
        rows = kind.model._default_manager.filter(**{kind.county: county_id}, **self._time_is_up(now))
        return rows.annotate(**_holds(kind)).order_by(kind.moment, "pk")

    def _time_is_up(self, now: datetime) -> dict[str, Any]:
        day = rules.began_before(self.amount, self.unit, helsinki.today(now))
        matter = "" if self.kind == "matter" else "matter__"
        if self.kind == "draft":
            return {"sent_at__isnull": True, "begun_at__lt": helsinki.start_of_day(day)}
        wanted: dict[str, Any] = {f"{matter}closed_at__isnull": False}
        if self.starts == "born":
            wanted[f"{matter}resident__birth_date__lt"] = day
        else:
            wanted[f"{matter}closed_at__lt"] = helsinki.start_of_day(day)
        if self.sector:
            wanted[f"{matter}sector"] = self.sector
        if self.outcomes:
            wanted[f"{matter}outcome__in"] = self.outcomes
        return wanted


class Hold(models.Model):
    """Somebody has said that a matter must be kept for now, and why (a trial, a complaint)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(ended_at__isnull=True), name="matter_held_once"
            ),
        ]

    def concern(self) -> Concern:
        return self.matter.concern()


class Deletion(models.Model):
    """One approved deletion by one rule: how many rows were due, how many are deleted. It tells of no
    person: which matters they were stands in the log and in the ledger outside the database."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="deletions")
    approved_by = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    due = models.IntegerField()
    deleted = models.IntegerField(default=0)
    identities = models.IntegerField(default=0)  # residents of whom nothing was left
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-approved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "rule"],
                condition=Q(finished_at__isnull=True),
                name="one_deletion_at_a_time",
            ),
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id)


# What may hold a row back, as the attribute of a row that says so.
HELD = ("held_clock", "held_task", "held_explanation", "held_hold")


def _holds(kind: Kind) -> dict[str, Exists]:
    of_matter, of_resident = OuterRef(kind.matter), OuterRef(kind.resident)
    found: tuple[Any, ...] = (
        Clock.objects.filter(matter=of_matter, stopped_on__isnull=True),
        Task.objects.filter(matter=of_matter, done_at__isnull=True),
        Explanation.objects.filter(resident=of_resident, answered_at__isnull=True),
        Hold.objects.filter(matter=of_matter, ended_at__isnull=True),
    )
    return {name: Exists(rows) for name, rows in zip(HELD, found, strict=True)}
