"""A matter was opened for the wrong person. The right one gets a matter with everything that staff wrote, at
its true times, and with promises that count from the first contact. The wrong one's is closed and seen by
nobody; the log of who saw it stays."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Resident
from kehra.serve.corrections import signals
from kehra.serve.corrections.actions import incidents, rebuilding
from kehra.serve.corrections.models import Correction, Kind
from kehra.serve.corrections.permissions import REASSIGN
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.matter import Matter, barred_holders
from kehra.serve.matters.permissions import OPEN
from kehra.serve.messages import actions as messages
from kehra.serve.tasks import actions as tasks

OUTCOME = "wrong_person"


@transaction.atomic
def reassign(matter: Matter, to: Resident, reason: str, *, by: Actor, now: datetime) -> Matter:
    """The matter of the right person. Raises NotPossible without a reason, for the same person, one of
    another county, the worker's own record, a unit that the right person has forbidden, or a visit at a
    time when they are expected elsewhere."""
    people = [matter.resident_id, to.pk]
    list(Resident.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    wrong = matter.locked()
    require(by, REASSIGN, wrong, now=now)
    right_one = Resident.objects.get(pk=to.pk).who_stays()
    _must_be_possible(wrong, right_one, reason, by)
    require(by, OPEN, right_one, now=now)
    right = rebuilding.rebuild(wrong, right_one, by=by, now=now)
    correction = Correction.objects.create(
        county_id=wrong.county_id,
        kind=Kind.MATTER,
        about=wrong.pk,
        from_matter=wrong,
        to_matter=right,
        reason=reason.strip(),
        made_at=now,
        professional_id=by.professional_id or 0,
        unit_id=by.unit_id or 0,
    )
    _hide(wrong, by=by, now=now)
    tell(signals.WRONG_PERSON, wrong, by=by, now=now, about=correction, right_matter=right.pk)
    tell(signals.RIGHT_PERSON, right, by=by, now=now, about=correction)
    incidents.note(right_one, wrong.resident, of=correction, since=wrong.opened_at, by=by, now=now)
    return right


def _must_be_possible(wrong: Matter, right_one: Resident, reason: str, by: Actor) -> None:
    rules: list[tuple[Callable[[], bool], str]] = [
        (lambda: not reason.strip(), _("Say how you know that it is another person's matter.")),
        (lambda: right_one.pk == wrong.resident_id, _("The matter is this person's already.")),
        (lambda: right_one.county_id != wrong.county_id, _("This person belongs to another county.")),
        (
            lambda: actors.own_holder(right_one.pk) in by.holders,
            _("This is your own or your child's record. A colleague must go on with the matter."),
        ),
        (
            lambda: actors.unit_holder(wrong.unit_id) in barred_holders(right_one.pk),
            _(
                "The right person has forbidden your unit to see their matters. Ask the one who keeps the "
                "records to find a unit that may take it."
            ),
        ),
    ]
    for applies, words in rules:
        if applies():
            raise NotPossible(words)


def _hide(wrong: Matter, *, by: Actor, now: datetime) -> None:
    """Nothing waits in it, nobody takes part and nobody is told; the log and the journal keep what was."""
    tasks.finish_tasks(matter=wrong, by=by, now=now)
    wrong.participations.filter(ended_at=None).update(ended_at=now)
    if wrong.is_open:
        wrong.closed_at, wrong.outcome = now, OUTCOME
    wrong.mistaken_at, wrong.responsible, wrong.viewers = now, None, []
    wrong.save(update_fields=["closed_at", "outcome", "mistaken_at", "responsible", "viewers"])
    wrong.refresh_viewers(now)
    messages.withdraw_notices(wrong, by=by, now=now)
