"""Somebody's data was where another person could see it. The data protection officer judges it in the time
that the regulation gives, counted from when it was noticed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.corrections import signals
from kehra.serve.corrections.models import Correction, Incident, Merge, Verdict
from kehra.serve.corrections.permissions import JUDGE_INCIDENT
from kehra.serve.rights.models import Threshold
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.permissions import CAUSE, Consequence


@transaction.atomic
def note(
    about: Resident,
    shown_to: Resident,
    *,
    of: Correction | Merge,
    since: datetime,
    by: Actor,
    now: datetime,
) -> Incident:
    """What stood in the wrong place could be seen by `shown_to` since then; it is noticed now. The officer's
    task is due on the day on which the time is up. Asked within the action that corrects."""
    require(by, CAUSE, Consequence(about.county_id), now=now)
    hours = Threshold.objects.of("breach_notification", helsinki.today(now)).amount
    incident = Incident.objects.create(
        county_id=about.county_id,
        about=about,
        shown_to=shown_to,
        correction=of if isinstance(of, Correction) else None,
        separated=of if isinstance(of, Merge) else None,
        since=since,
        noticed_at=now,
        due_at=now + timedelta(hours=hours),
    )
    tasks.open_task(
        kind=signals.BREACH,
        unit=None,
        resident=about,
        key=str(incident.pk),
        due_on=helsinki.today(incident.due_at),
        county_id=about.county_id,
        by=by,
        now=now,
    )
    return incident


@transaction.atomic
def judge(incident: Incident, verdict: str, words: str, *, by: Actor, now: datetime) -> Incident:
    """The officer records what was judged and to whom it was told. Raises NotPossible for a second one."""
    require(by, JUDGE_INCIDENT, incident, now=now)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if incident.judged_at is not None:
        raise NotPossible(_("This has been judged already."))
    incident.verdict, incident.words = Verdict(verdict), words.strip()
    incident.judged_at, incident.judged_by_id = now, by.professional_id
    incident.save(update_fields=["verdict", "words", "judged_at", "judged_by"])
    tasks.finish_tasks(kind=signals.BREACH, key=str(incident.pk), by=by, now=now)
    return incident
