"""A promise is paused only for a reason that stands as a dated row for that limit. The day by
law stays visible beside the one that moved."""

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import PauseReason
from kehra.serve.matters import signals
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.clock import Clock, Pause
from kehra.serve.matters.permissions import ANSWER_FOR


@transaction.atomic
def pause(clock: Clock, reason: PauseReason, *, by: Actor, now: datetime) -> Pause:
    """From today the time is left out. Raises NotPossible if the reason does not hold today for
    this limit, or the clock is not running or is paused already."""
    clock = _locked(clock)
    require(by, ANSWER_FOR, clock.matter, now=now)
    today = helsinki.today(now)
    if not clock.running:
        raise NotPossible(_("The promise has been answered already."))
    if clock.paused_on(today):
        raise NotPossible(_("The promise is paused already."))
    if not reason.holds_for(clock.limit, today):
        raise NotPossible(_("This reason does not allow a pause of this promise."))
    made = Pause.objects.create(clock=clock, reason=reason, days=DateRange(today, None))
    clock.recount(today)
    tell(
        signals.PAUSED,
        clock.matter,
        by=by,
        now=now,
        about=clock,
        limit=clock.limit.code,
        reason=reason.code,
        statutory_on=clock.statutory_on,
    )
    return made


@transaction.atomic
def resume(clock: Clock, *, by: Actor, now: datetime) -> Clock:
    """The time goes on; the promised day has moved by what was left out."""
    clock = _locked(clock)
    require(by, ANSWER_FOR, clock.matter, now=now)
    today = helsinki.today(now)
    open_pause = clock.pauses.filter(days__upper_inf=True).first()
    if open_pause is None:
        raise NotPossible(_("The promise is not paused."))
    open_pause.end(today)
    clock.recount(today)
    tell(
        signals.RESUMED,
        clock.matter,
        by=by,
        now=now,
        about=clock,
        limit=clock.limit.code,
        due_on=clock.promised_on,
        statutory_on=clock.statutory_on,
    )
    return clock


def _locked(clock: Clock) -> Clock:
    """The row as it is at this moment; whoever changes it holds its matter, as closing does."""
    matter = clock.matter.locked()
    clock = Clock.objects.select_related("limit").get(pk=clock.pk)
    clock.matter = matter
    return clock
