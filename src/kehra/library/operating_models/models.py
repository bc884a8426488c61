"""The law's time limits and the reasons for which they may be paused, as dated rows with their
source. `library.limits` counts with them; a change of law is a change of rows."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kehra.kernel.codes.texts import LocalisedField, localised
from kehra.kernel.time.models import ValidInTime, ValidQuerySet
from kehra.library.limits import counting
from kehra.library.limits.values import Limit, Unit


class LimitQuerySet(ValidQuerySet["LimitRow"]):
    def applicable(
        self,
        *,
        groups: Collection[str],
        event: str,
        age: int | None,
        on: date,
        circumstances: Collection[str] = (),
    ) -> "list[LimitRow]":
        """The rows that an event on the day `on` starts: see `library.limits.counting.applicable`."""
        rows = {row.code: row for row in self.on(on).filter(event=event)}
        limits = [row.value() for row in rows.values()]
        chosen = counting.applicable(
            limits, service_codes=groups, age=age, event=event, on=on, circumstances=circumstances
        )
        return [rows[limit.code] for limit in chosen]


class LimitRow(ValidInTime):
    """One dated version of one time limit of law; the fields are those of `Limit`."""

    code = models.TextField()
    title = LocalisedField()
    promise = models.TextField()
    event = models.TextField()
    length = models.SmallIntegerField()
    unit = models.TextField(choices=[(unit.value, unit.value) for unit in Unit])
    groups = ArrayField(models.TextField())
    ground = LocalisedField()
    source = models.TextField()
    min_age = models.SmallIntegerField(null=True, blank=True)
    max_age = models.SmallIntegerField(null=True, blank=True)
    circumstance = models.TextField(blank=True)
    ends_on_working_day = models.BooleanField(default=False)
    certainty = models.TextField(default="read")

    objects: ClassVar[LimitQuerySet] = LimitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="limit_version_once"),
        ]

    def __str__(self) -> str:
        return localised(self.title)

    def value(self) -> Limit:
        """The row as the value that `library.limits` counts with."""
        return Limit(
            code=self.code,
            title=self.title,
            promise=self.promise,
            event=self.event,
            length=self.length,
            unit=Unit(self.unit),
            groups=frozenset(self.groups),
            ground=self.ground,
            source=self.source,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            min_age=self.min_age,
            max_age=self.max_age,
            circumstance=self.circumstance,
            ends_on_working_day=self.ends_on_working_day,
            certainty=self.certainty,
        )


class PauseReason(ValidInTime):
    """A reason for which a promise may be paused, with its ground; `limits` are the codes it is for."""

    code = models.TextField()
    names = LocalisedField()
    limits = ArrayField(models.TextField())
    ground = LocalisedField()
    certainty = models.TextField(default="read")

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="pause_reason_version_once"),
        ]

    def __str__(self) -> str:
        return localised(self.names)

    def holds_for(self, limit: LimitRow, day: date) -> bool:
        """Whether it allows a pause of this limit on `day`."""
        return self.valid_on(day) and limit.code in self.limits
