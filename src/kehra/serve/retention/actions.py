"""What is due is approved by a person, carried out by the program in batches, and noted outside."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Professional
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.retention import erasing, ledger, rules, signals
from kehra.serve.retention.models import KINDS, Deletion, Hold, RetentionRule
from kehra.serve.retention.permissions import APPROVE, CARRY_OUT, HOLD, READ, Keeping
from kehra.serve.tasks import actions as tasks

BATCH = 200


@transaction.atomic
def approve(rule: RetentionRule, *, by: Actor, now: datetime) -> Deletion:
    """The officer decides that what is due by this rule is deleted. The program carries it out soon."""
    county_id = str(by.county_id)
    require(by, APPROVE, Keeping(county_id), now=now)
    rule = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    due = rule.due(county_id, now).count()
    if not due:
        raise NotPossible(_("Nothing is due by this rule any more."))
    if rule.deletions.filter(county=county_id, finished_at__isnull=True).exists():
        raise NotPossible(_("This deletion has been approved already and is being carried out."))
    deletion = Deletion.objects.create(
        county_id=county_id, rule=rule, approved_by=_officer(by), approved_at=now, due=due
    )
    tasks.finish_tasks(kind=signals.DUE, key=str(rule.pk), by=by, now=now)
    return deletion


@transaction.atomic
def hold(matter: Matter, reason: str, *, by: Actor, now: datetime) -> Hold:
    """The matter is kept for now, whatever the rules say."""
    require(by, HOLD, matter, now=now)
    matter = matter.locked()
    if Hold.objects.filter(matter=matter, ended_at__isnull=True).exists():
        raise NotPossible(_("This matter is held back already."))
    return Hold.objects.create(matter=matter, reason=reason, made_at=now, made_by=_officer(by))


@transaction.atomic
def release(held: Hold, *, by: Actor, now: datetime) -> None:
    """The matter is kept no longer than the rules say."""
    require(by, HOLD, held, now=now)
    if not Hold.objects.filter(pk=held.pk, ended_at__isnull=True).update(ended_at=now):
        raise NotPossible(_("This matter is not held back any more."))


@transaction.atomic
def tell_due(rule: RetentionRule, county_id: str, *, by: Actor, now: datetime) -> bool:
    """What is due by the rule waits for the officer. Whether there is something."""
    require(by, CARRY_OUT, Keeping(county_id), now=now)
    waiting = rule.deletions.filter(county=county_id, finished_at__isnull=True).exists()
    if waiting or not rule.due(county_id, now).exists():
        return False
    tasks.open_task(kind=signals.DUE, unit=None, key=str(rule.pk), county_id=county_id, by=by, now=now)
    return True


@transaction.atomic
def carry_out(deletion: Deletion, *, by: Actor, now: datetime) -> bool:
    """Deletes the next batch of what is due now and was approved; whether there may be more. What has been
    held back since the approval stays."""
    deletion = Deletion.objects.select_for_update().get(pk=deletion.pk)
    rule, kind = deletion.rule, KINDS[deletion.rule.kind]
    left = max(0, min(BATCH, deletion.due - deletion.deleted))
    columns = ("pk", kind.moment, kind.resident, kind.matter)
    rows = list(rule.due(deletion.county_id, now).values_list(*columns)[:left])
    residents = tuple({row[2] for row in rows})
    require(by, CARRY_OUT, Keeping(deletion.county_id, residents), now=now)
    if rows:
        ledger.add(
            ledger.Line(
                county=deletion.county_id,
                kind=rule.kind,
                rule=rule.pk,
                at=now.isoformat(),
                rows=[(row[0], row[1].isoformat()) for row in rows],
            )
        )
        _note(deletion, {row[3] for row in rows if row[3]}, now)
        deletion.deleted += len(rows)
        deletion.identities += _remove(rule, [row[0] for row in rows], residents, now)
    if len(rows) < BATCH:
        deletion.finished_at = now
    deletion.save(update_fields=["deleted", "identities", "finished_at"])
    return deletion.finished_at is None


@transaction.atomic
def replay(*, by: Actor, now: datetime) -> int:
    """After the database was restored from a backup: deletes again what the ledger of the actor's county
    says was deleted. Returns the number of rows that were there again."""
    require(by, CARRY_OUT, Keeping(by.county_id), now=now)
    again = 0
    for line in ledger.lines():
        kind = KINDS[line.kind]
        rule = RetentionRule.objects.filter(pk=line.rule).first()
        moments = dict(line.rows)
        there: Any = kind.model._default_manager.filter(pk__in=moments)
        columns = ("pk", kind.moment, kind.resident)
        rows = [row for row in there.values_list(*columns) if row[1].isoformat() == moments[row[0]]]
        if line.county == by.county_id and rule is not None and rows:
            residents = tuple({row[2] for row in rows})
            require(by, CARRY_OUT, Keeping(line.county, residents), now=now)
            _remove(rule, [row[0] for row in rows], residents, now)
            again += len(rows)
    return again


@transaction.atomic
def look(residents: tuple[int, ...], *, by: Actor, now: datetime) -> None:
    """The officer sees that data of these residents is due: it is in the log."""
    require(by, READ, Keeping(by.county_id, residents), now=now)


def _officer(by: Actor) -> Professional:
    return Professional.objects.get(pk=by.professional_id or 0)


def _remove(rule: RetentionRule, keys: list[int], residents: tuple[int, ...], now: datetime) -> int:
    """Removes rows, and the identity of residents of whom nothing is left; how many of these."""
    erasing.erase(KINDS[rule.kind].model, keys)
    today = helsinki.today(now)
    since = helsinki.start_of_day(rules.began_before(rule.amount, rule.unit, today))
    return erasing.forget(residents, since=since, today=today)


def _note(deletion: Deletion, matters: set[int], now: datetime) -> None:
    for matter_id in sorted(matters):
        JournalEntry.objects.note(
            signals.DELETED,
            at=now,
            county_id=deletion.county_id,
            matter_id=matter_id,
            rule=deletion.rule.code,
            kind=deletion.rule.kind,
        )
