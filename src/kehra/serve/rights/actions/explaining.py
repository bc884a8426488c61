"""A resident asks why their data was used; the data protection officer answers in time."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.library.limits import counting
from kehra.library.operating_models.models import LimitRow
from kehra.serve.messages import actions as messages
from kehra.serve.rights import signals
from kehra.serve.rights.models import Explanation
from kehra.serve.rights.permissions import ASK_WHY, EXPLAIN, READ_EXPLANATION
from kehra.serve.tasks import actions as tasks


@transaction.atomic
def ask(
    resident: Resident, text: str, entries: Sequence[int] = (), *, by: Actor, now: datetime
) -> Explanation:
    """Orders an explanation of the use of the resident's data; `entries` are ids of rows of their log. It
    waits for the officer, due by the dated row of 703/2023 11 §."""
    require(by, ASK_WHY, resident, now=now)
    explanation = Explanation.objects.create(
        county_id=resident.county_id,
        resident=resident,
        asked_by_id=by.own_resident_id or resident.pk,
        text=text,
        entries=sorted(set(entries)),
        asked_at=now,
        due_on=_due_on(helsinki.today(now)),
    )
    tasks.open_task(
        kind=signals.EXPLAIN,
        unit=None,
        resident=resident,
        key=str(explanation.pk),
        due_on=explanation.due_on,
        county_id=resident.county_id,
        by=by,
        now=now,
    )
    return explanation


@transaction.atomic
def answer(explanation: Explanation, text: str, *, by: Actor, now: datetime) -> Explanation:
    """The officer answers; the resident is told that there is something to read."""
    require(by, EXPLAIN, explanation, now=now)
    explanation = Explanation.objects.select_for_update().get(pk=explanation.pk)
    if explanation.answered_at is not None:
        raise NotPossible(_("This has been answered already."))
    explanation.answer, explanation.answered_at = text, now
    explanation.answered_by_id = by.professional_id
    explanation.save(update_fields=["answer", "answered_at", "answered_by"])
    tasks.finish_tasks(kind=signals.EXPLAIN, key=str(explanation.pk), by=by, now=now)
    messages.announce(explanation.resident, by=by, now=now)
    return explanation


@transaction.atomic
def mark_read(explanation: Explanation, *, by: Actor, now: datetime) -> None:
    """The resident, or one who acts for them, has opened the answer."""
    require(by, READ_EXPLANATION, explanation, now=now)
    if by.kind == "resident" and explanation.answered_at is not None and explanation.read_at is None:
        Explanation.objects.filter(pk=explanation.pk, read_at__isnull=True).update(read_at=now)


def _due_on(today: date) -> date:
    (limit,) = LimitRow.objects.applicable(
        groups=["client_data"], event="explanation_asked", age=None, on=today
    )
    return counting.due_on(limit.value(), today)
