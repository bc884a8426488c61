"""How late something may be entered with its true time: what was done on paper while the network was down."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.codes.texts import LocalisedField
from kehra.kernel.time import helsinki
from kehra.kernel.time.models import ValidInTime, ValidQuerySet


class NotThen(NotPossible):
    """The true time that was told cannot be; the message says why."""


class LateRuleQuerySet(ValidQuerySet["LateRule"]):
    def first_moment(self, now: datetime) -> datetime:
        """From which moment on something may be entered at `now`: midnight, the permitted days ago."""
        today = helsinki.today(now)
        return helsinki.start_of_day(today - timedelta(days=self.on(today).latest("valid_from").days))

    def must_allow(self, happened_at: datetime | None, *, since: datetime | None, now: datetime) -> None:
        """Whether something that happened then may be entered now, about what began at `since`; None is what
        happens now. Raises NotThen."""
        if happened_at is None:
            return
        if happened_at > now:
            raise NotThen(_("The time is still to come. Write when it happened."))
        if since is not None and happened_at < since:
            raise NotThen(_("The time is before the matter began. Check the day and the time."))
        if happened_at < self.first_moment(now):
            days = self.on(helsinki.today(now)).latest("valid_from").days
            raise NotThen(
                ngettext(
                    "What happened can be entered with its true time at most %(days)s day later. "
                    "Write an entry instead, and say in it when it happened.",
                    "What happened can be entered with its true time at most %(days)s days later. "
                    "Write an entry instead, and say in it when it happened.",
                    days,
                )
                % {"days": days}
            )


class LateRule(ValidInTime):
    """A dated row: for how many days after the day something may still be entered with its true time."""

    days = models.PositiveSmallIntegerField()
    ground = LocalisedField()

    objects: ClassVar[LateRuleQuerySet] = LateRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["valid_from"], name="late_rule_version_once"),
        ]
