"""Matters that were closed long ago."""

from datetime import datetime, timedelta

from kehra.kernel.access import actors
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.retention import actions
from kehra.serve.retention.models import Deletion, RetentionRule
from kehra.serve.tasks.models import Task

LONG_AGO = NOW - timedelta(days=3 * 366)


def rule(code: str = "no_service") -> RetentionRule:
    return RetentionRule.objects.get(code=code)


def make_old_matter(cast: Cast, resident: Resident | None = None, *, outcome: str = "no_need") -> Matter:
    """Closed three years before NOW; its rows are those of today's actions, its dates are moved back."""
    matter = make_matter(cast, resident)
    matter = work.take(matter, by=cast.actor("liisa"), now=NOW)
    matter = work.close(matter, outcome, by=cast.actor("liisa"), now=NOW)
    Matter.objects.filter(pk=matter.pk).update(opened_at=LONG_AGO, closed_at=LONG_AGO)
    Task.objects.filter(matter=matter, done_at=None).update(done_at=LONG_AGO)
    matter.refresh_from_db()
    return matter


def make_draft(cast: Cast, *, begun_at: datetime = LONG_AGO) -> Contact:
    return Contact.objects.create(
        county=cast.county,
        resident=cast.eero,
        writer=cast.user("eero"),
        words="Tämä jäi kesken",
        begun_at=begun_at,
    )


def carried_out(cast: Cast, code: str = "no_service") -> Deletion:
    """Approved by the officer and carried out by the program."""
    deletion = actions.approve(rule(code), by=cast.actor("tiina"), now=NOW)
    while actions.carry_out(deletion, by=actors.system(cast.county.pk), now=NOW):
        continue
    deletion.refresh_from_db()
    return deletion
