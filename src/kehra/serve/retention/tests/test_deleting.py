"""What is due is deleted once it was approved, with everything that hangs on it; the logs stay."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import update_last_login
from django.db import connection
from django.test import Client

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.models import User
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.messages.models import Message
from kehra.serve.retention import actions, ledger, rules, triggers
from kehra.serve.retention.models import Deletion, RetentionRule
from kehra.serve.retention.permissions import APPROVE, CARRY_OUT, HOLD
from kehra.serve.retention.reference import load_rules, rule_rows
from kehra.serve.retention.tests.situations import (
    LONG_AGO,
    carried_out,
    make_draft,
    make_old_matter,
    rule,
)
from kehra.serve.rights.actions import explaining
from kehra.serve.tasks.models import Task

pytestmark = pytest.mark.django_db


def system(cast: Cast) -> actors.Actor:
    return actors.system(cast.county.pk)


@pytest.mark.parametrize(
    ("amount", "unit", "today", "day"),
    [
        (90, "day", date(2026, 11, 22), date(2026, 8, 24)),
        (2, "year", date(2026, 11, 22), date(2024, 11, 22)),
        (1, "year", date(2028, 2, 29), date(2027, 2, 28)),
        (120, "year", date(2026, 1, 1), date(1906, 1, 1)),
    ],
)
def test_when_the_time_is_up(amount: int, unit: str, today: date, day: date) -> None:
    assert rules.began_before(amount, unit, today) == day


def test_the_rules_of_the_file_stand_in_the_table_and_say_what_is_not_verified(db: None) -> None:
    from django.apps import apps

    load_rules(apps)
    assert RetentionRule.objects.count() == len(rule_rows())
    assert all(set(row["ground"]) == set(row["names"]) == {"fi", "sv", "en"} for row in rule_rows())
    assert {row["code"] for row in rule_rows() if row["certainty"] == "read"} == {"patient_records"}


def test_a_matter_goes_with_everything_that_hangs_on_it_and_the_logs_stay(cast: Cast) -> None:
    matter = make_old_matter(cast)
    Message.objects.create(matter=matter, sector="health", to_resident=True, text="Hei", sent_at=LONG_AGO)
    journal, audit = JournalEntry.objects.count(), AuditEntry.objects.count()
    deletion = carried_out(cast)
    assert (deletion.due, deletion.deleted, deletion.finished_at) == (1, 1, NOW)
    for model in (Matter, Entry, Message, Task):
        key = "pk" if model is Matter else "matter"
        assert not model.objects.filter(**{key: matter.pk}).exists()
    assert JournalEntry.objects.count() == journal + 1
    assert JournalEntry.objects.filter(activity="retention.deleted", matter_id=matter.pk).exists()
    assert AuditEntry.objects.count() > audit
    entry = AuditEntry.objects.filter(action="retention.carry_out").latest("id")
    assert (entry.residents, entry.actor_kind) == ([cast.eero.pk], "system")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no row points at what is gone


def test_the_residents_log_can_still_be_read(cast: Cast, client: Client) -> None:
    make_old_matter(cast)
    make_old_matter(cast, outcome="solved")
    carried_out(cast)
    assert signed_in(client, cast, "eero").get("/log/").status_code == 200


@pytest.mark.parametrize(
    ("outcome", "closed"), [("solved", LONG_AGO), ("no_need", NOW - timedelta(days=2 * 365))]
)
def test_what_is_not_due_stays(cast: Cast, outcome: str, closed: object) -> None:
    matter = make_old_matter(cast, outcome=outcome)
    Matter.objects.filter(pk=matter.pk).update(closed_at=closed)
    with pytest.raises(NotPossible):
        actions.approve(rule(), by=cast.actor("tiina"), now=NOW)


def test_a_draft_that_was_never_sent_goes_after_ninety_days(cast: Cast) -> None:
    old = make_draft(cast)
    new = make_draft(cast, begun_at=NOW - timedelta(days=80))
    assert carried_out(cast, "drafts").deleted == 1
    assert set(Contact.objects.values_list("pk", flat=True)) >= {new.pk}
    assert not Contact.objects.filter(pk=old.pk).exists()


def test_a_patient_record_is_kept_a_hundred_and_twenty_years_from_birth(cast: Cast) -> None:
    matter = make_old_matter(cast, outcome="solved")
    assert not rule("patient_records").due(cast.county.pk, NOW).exists()
    Resident.objects.filter(pk=cast.eero.pk).update(birth_date=date(1900, 1, 1))
    assert list(rule("patient_records").due(cast.county.pk, NOW)) == [matter]


def test_another_countys_data_is_not_due_here(cast: Cast) -> None:
    make_old_matter(cast)
    assert not rule().due(cast.other_county.pk, NOW).exists()


def test_messages_go_and_the_matter_stays(cast: Cast) -> None:
    matter = make_old_matter(cast, outcome="solved")
    Message.objects.create(matter=matter, sector="health", to_resident=True, text="Hei", sent_at=LONG_AGO)
    Matter.objects.filter(pk=matter.pk).update(closed_at=NOW - timedelta(days=13 * 366))
    carried_out(cast, "messages")
    assert not Message.objects.filter(matter=matter).exists()
    assert Matter.objects.filter(pk=matter.pk).exists()


def test_what_is_held_back_stays(cast: Cast) -> None:
    matter = make_old_matter(cast)
    held = actions.hold(matter, "Oikeudenkäynti", by=cast.actor("tiina"), now=NOW)
    assert not rule().due(cast.county.pk, NOW).exists()
    assert rule().held(cast.county.pk, NOW).get().held_hold
    with pytest.raises(NotPossible):
        actions.hold(matter, "Taas", by=cast.actor("tiina"), now=NOW)
    actions.release(held, by=cast.actor("tiina"), now=NOW)
    assert rule().due(cast.county.pk, NOW).exists()
    with pytest.raises(NotPossible):
        actions.release(held, by=cast.actor("tiina"), now=NOW)


def test_what_is_held_back_after_the_approval_stays_too(cast: Cast) -> None:
    matter = make_old_matter(cast)
    deletion = actions.approve(rule(), by=cast.actor("tiina"), now=NOW)
    actions.hold(matter, "Kantelu", by=cast.actor("tiina"), now=NOW)
    assert not actions.carry_out(deletion, by=system(cast), now=NOW)
    assert Matter.objects.filter(pk=matter.pk).exists()


def test_nothing_goes_while_the_resident_waits_for_an_explanation(cast: Cast) -> None:
    make_old_matter(cast)
    explaining.ask(cast.eero, "Miksi?", by=cast.actor("eero"), now=NOW)
    assert rule().held(cast.county.pk, NOW).get().held_explanation


def test_nothing_goes_while_a_task_or_a_promise_is_open(cast: Cast) -> None:
    matter = make_old_matter(cast)
    Task.objects.filter(matter=matter).update(done_at=None)
    matter.clocks.update(stopped_on=None, kept=None)
    found = rule().held(cast.county.pk, NOW).get()
    assert (found.held_task, found.held_clock) == (
        Task.objects.filter(matter=matter).exists(),
        matter.clocks.exists(),
    )
    assert found.held_task or found.held_clock


def test_who_has_nothing_left_is_forgotten(cast: Cast) -> None:
    make_old_matter(cast)
    deletion = carried_out(cast)
    assert deletion.identities == 1
    assert not Resident.objects.filter(pk=cast.eero.pk).exists()
    assert not User.objects.filter(sub="test-eero").exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("what", ["another matter", "a sign-in", "a child"])
def test_who_has_something_left_is_not_forgotten(cast: Cast, what: str) -> None:
    resident = cast.marja if what == "a child" else cast.eero
    make_old_matter(cast, resident)
    if what == "another matter":
        make_old_matter(cast, resident, outcome="solved")
    elif what == "a sign-in":
        user = cast.user("eero")
        update_last_login(None, user)
        User.objects.filter(pk=user.pk).update(last_login=NOW)
    assert carried_out(cast).identities == 0
    assert Resident.objects.filter(pk=resident.pk).exists()


def test_a_large_deletion_is_done_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    for _ in range(5):
        make_old_matter(cast)
    deletion = actions.approve(rule(), by=cast.actor("tiina"), now=NOW)
    more = [actions.carry_out(deletion, by=system(cast), now=NOW) for _ in range(3)]
    assert more == [True, True, False]
    deletion.refresh_from_db()
    assert deletion.deleted == 5


def test_no_more_is_deleted_than_was_approved(cast: Cast) -> None:
    make_old_matter(cast)
    deletion = actions.approve(rule(), by=cast.actor("tiina"), now=NOW)
    make_old_matter(cast)
    make_old_matter(cast)
    actions.carry_out(deletion, by=system(cast), now=NOW)
    assert Matter.objects.count() == 2


def test_what_was_deleted_is_deleted_again_after_a_restore(cast: Cast, ledger_folder: Path) -> None:
    matter = make_old_matter(cast, outcome="solved")
    kept = make_old_matter(cast, outcome="solved")
    ledger.add(
        ledger.Line(
            county=cast.county.pk,
            kind="matter",
            rule=rule().pk,
            at=NOW.isoformat(),
            rows=[(matter.pk, matter.opened_at.isoformat()), (kept.pk, NOW.isoformat())],
        )
    )
    assert actions.replay(by=system(cast), now=NOW) == 1
    assert list(Matter.objects.values_list("pk", flat=True)) == [kept.pk], "the key was given again"
    assert actions.replay(by=system(cast), now=NOW) == 0


def test_the_ledger_names_what_was_deleted_and_nobody(cast: Cast, ledger_folder: Path) -> None:
    matter = make_old_matter(cast)
    carried_out(cast)
    (line,) = ledger.lines()
    assert (line.kind, line.rows) == ("matter", [(matter.pk, matter.opened_at.isoformat())])
    text = (ledger_folder / "deletions").read_text()
    assert "Korhonen" not in text
    (ledger_folder / "deletions").write_text(text + '{"half')
    assert len(list(ledger.lines())) == 1


def test_the_clock_tells_the_officer_and_carries_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers.clock, "now", lambda: NOW)
    make_old_matter(cast)
    triggers.tell_due(0)
    triggers.tell_due(0)
    task = Task.objects.get(kind="retention.due", done_at=None)
    assert task.page_path == f"/officer/retention/{rule().pk}/"
    actions.approve(rule(), by=cast.actor("tiina"), now=NOW)
    assert not Task.objects.filter(kind="retention.due", done_at=None).exists()
    triggers.carry_out(0)
    assert Deletion.objects.get().finished_at == NOW


def test_it_is_approved_once_at_a_time(cast: Cast) -> None:
    make_old_matter(cast)
    actions.approve(rule(), by=cast.actor("tiina"), now=NOW)
    with pytest.raises(NotPossible):
        actions.approve(rule(), by=cast.actor("tiina"), now=NOW)


@pytest.mark.parametrize("name", ["liisa", "mikko", "eero", "noora"])
def test_nobody_else_decides(cast: Cast, name: str) -> None:
    """APPROVE, HOLD, CARRY_OUT."""
    matter = make_old_matter(cast)
    by = cast.actor(name)
    with pytest.raises(Refused) as refused:
        actions.approve(rule(), by=by, now=NOW)
    assert refused.value.permission == APPROVE
    with pytest.raises(Refused) as refused:
        actions.hold(matter, "x", by=by, now=NOW)
    assert refused.value.permission == HOLD
    with pytest.raises(Refused) as refused:
        actions.replay(by=by, now=NOW)
    assert refused.value.permission == CARRY_OUT
