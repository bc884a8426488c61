"""Rows that hold for a time: who produces what, who works where, which limit applies.

`valid_until` is exclusive, the first day on which the row no longer holds, so that the next version
begins on the day the former one ends: nothing is lost and nothing holds twice.
"""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

Row = TypeVar("Row", bound=models.Model, covariant=True)


class ValidQuerySet(models.QuerySet[Row]):
    """Rows that can be asked for by the day on which they hold."""

    def on(self, day: date) -> Self:
        """The rows that hold on `day`."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)


class ValidInTime(models.Model):
    """Holds from `valid_from` (in) until `valid_until` (out); without an end it goes on.

    A model with a Meta of its own inherits this one and adds to the constraints:
    `class Meta(ValidInTime.Meta): constraints = [*ValidInTime.Meta.constraints, …]`.
    """

    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_valid_from_before_until",
                condition=Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
            )
        ]

    def valid_on(self, day: date) -> bool:
        """Whether the row holds on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
