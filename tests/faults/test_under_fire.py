"""People book while things are killed: what they were told holds, and nothing is done twice. The same
program as `make bench-booking`, with few people and little time; how long an outage lasted is asserted
nowhere, `make faults` prints it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.faults import fire
from tests.faults.judge import Verdict, judge
from tests.faults.mail import Mailbox
from tests.journeys.county import County

SMALL = {"residents": 6, "workers": 1, "times": 3}
CONSTRAINT = "professional_in_one_place"

Burning = tuple[County, Mailbox]


def test_what_was_acknowledged_outlives_every_kill(burning: Burning) -> None:
    county, mailbox = burning
    run = fire.burn(*burning, **SMALL, busy=2.0, killed=[fire.DATABASE, fire.WEB, fire.WORKER])
    assert run.verdict.clean, run.verdict
    assert {"book", "move", "cancel", "write"} == {deed.kind for deed in run.ledger.deeds}
    assert run.verdict.emails_sent
    # The judge sees what is missing.
    booked, written = run.ledger.done("book")[0], run.ledger.done("write")[0]
    county.change("update booking_appointment set free_time_id = null where id = %s", booked.made)
    county.change("update threads_message set text = 'muuta' where text = %s", written.text)
    matters = sorted({deed.matter for deed in run.ledger.deeds})
    after = judge(county, run.ledger, mailbox, matters)
    assert after == replace(run.verdict, lost_acknowledged=1, messages_lost=1)


def test_without_the_constraint_the_run_is_red(burning: Burning) -> None:
    with without_constraint(burning[0]):
        run = fire.burn(*burning, residents=8, workers=0, times=2, seconds=4.0)
    assert run.verdict.double_bookings > 0
    assert not run.verdict.clean


@contextmanager
def without_constraint(county: County) -> Iterator[None]:
    """Drops what forbids a professional to be in two places; afterwards the doubles are removed."""
    [(definition,)] = county.ask(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", CONSTRAINT
    )
    county.change(f"alter table booking_appointment drop constraint {CONSTRAINT}")
    try:
        yield
    finally:
        county.change(
            "update booking_appointment set state = 'cancelled', cancel_reason = 'mistake', "
            "hold_expires_at = null where state in ('held', 'offered', 'booked', 'arrived')"
        )
        county.change(f"alter table booking_appointment add constraint {CONSTRAINT} {definition}")


def test_a_verdict_is_clean_only_without_a_fault() -> None:
    fine = Verdict(*[0] * 13)
    assert replace(fine, acknowledged=9, emails_sent=4, emails_unknown=1).clean
    for fault in ("double_bookings", "lost_acknowledged", "emails_doubled", "messages_lost", "unanswered"):
        assert not replace(fine, **{fault: 1}).clean
