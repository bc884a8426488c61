"""Compares what the clients were promised with what the database holds, in plain SQL that shares nothing
with the program."""

import time
from collections import Counter
from dataclasses import dataclass, fields

from tests.faults.ledger import Ledger
from tests.faults.mail import Mailbox
from tests.journeys.county import County

# The state that a client's last acknowledged deed leaves an appointment in.
BOOKED, MOVED, CANCELLED = "booked", "moved", "cancelled"

OVERLAPS = """
select a.id, b.id from booking_appointment a join booking_appointment b
    on a.professional_id = b.professional_id and a.id < b.id and a.period && b.period
where a.state in ('held', 'offered', 'booked', 'arrived')
    and b.state in ('held', 'offered', 'booked', 'arrived')
"""
APPOINTMENTS = """
select id, matter_id, free_time_id, state, coalesce(moved_from_id, 0) from booking_appointment
where matter_id = any(%s) and state <> 'held'
"""
MESSAGES = "select text from threads_message where matter_id = any(%s) and text <> ''"
EMAILS = """
select n.id, n.state, coalesce(n.matter_id, m.matter_id)
from threads_notification n left join threads_message m on m.id = n.message_id
where coalesce(n.matter_id, m.matter_id) = any(%s) and n.channel = 'email'
"""


@dataclass(frozen=True)
class Verdict:
    """What went wrong, counted; all zero is what must be. `emails_unknown` are marked so and not sent
    again, which is right."""

    acknowledged: int
    double_bookings: int
    lost_acknowledged: int
    bookings_unasked: int
    messages_lost: int
    messages_doubled: int
    emails_lost: int
    emails_doubled: int
    emails_unmarked: int
    emails_unknown: int
    emails_sent: int
    unanswered: int
    surprises: int

    @property
    def clean(self) -> bool:
        return not any(getattr(self, name) for name in FAULTS)


FAULTS = [
    one.name for one in fields(Verdict) if one.name not in {"acknowledged", "emails_unknown", "emails_sent"}
]


def judge(county: County, ledger: Ledger, mailbox: Mailbox, matters: list[int]) -> Verdict:
    """Of a run that has ended, for the matters of its clients."""
    emails = county.ask(EMAILS, matters)
    states = {f"<notice-{number}@localhost>": str(state) for number, state, _ in emails}
    arrived = Counter(letter.message_id for letter in mailbox.letters if letter.message_id in states)
    overlaps = {(int(str(one)), int(str(other))) for one, other in county.ask(OVERLAPS)}
    lost, unasked = _appointments(county, ledger, matters)
    messages = Counter(str(text) for (text,) in county.ask(MESSAGES, matters))
    written = {deed.text for deed in ledger.done("write")}
    told = {matter for _, _, matter in emails}
    return Verdict(
        acknowledged=len(ledger.done("book", "move", "cancel", "write")),
        double_bookings=len(overlaps | ledger.acknowledged_twice()),
        lost_acknowledged=lost,
        bookings_unasked=unasked,
        messages_lost=sum(messages[text] == 0 for text in written),
        messages_doubled=sum(number > 1 for number in messages.values()),
        emails_lost=sum(state == "sent" and not arrived[name] for name, state in states.items())
        + len({deed.matter for deed in ledger.done("write") if deed.client >= 1000} - told),
        emails_doubled=sum(number > 1 for number in arrived.values()),
        emails_unmarked=sum(states[name] not in {"sent", "unknown"} for name in arrived)
        + sum(
            state in {"queued", "sending", "failed"} and not arrived[name] for name, state in states.items()
        ),
        emails_unknown=sum(state == "unknown" for state in states.values()),
        emails_sent=sum(state == "sent" for state in states.values()),
        unanswered=sum(not deed.outcome for deed in ledger.deeds),
        surprises=len(ledger.surprises),
    )


def _appointments(county: County, ledger: Ledger, matters: list[int]) -> tuple[int, int]:
    """How many acknowledged deeds the rows contradict, and how many rows nobody has acknowledged. A client
    that was left without an answer cannot say how its matter stands."""
    unsure = {deed.matter for deed in ledger.deeds if not deed.outcome}
    expected: dict[int, tuple[int, int, str, int]] = {}
    for deed in sorted(ledger.done("book", "move", "cancel"), key=lambda deed: deed.answered):
        if deed.old:
            matter, wanted, _, before = expected[deed.old]
            expected[deed.old] = matter, wanted, MOVED if deed.kind == "move" else CANCELLED, before
        if deed.made:
            before = deed.old if deed.kind == "move" else 0
            expected[deed.made] = deed.matter, deed.time, BOOKED, before
    rows = {row[0]: row[1:] for row in county.ask(APPOINTMENTS, matters)}
    lost = sum(
        rows.get(number) != fact and (fact[0] not in unsure or number not in rows)
        for number, fact in expected.items()
    )
    unasked = sum(number not in expected and row[0] not in unsure for number, row in rows.items())
    return lost, unasked


def wait_for_mail(county: County, matters: list[int], *, within: float) -> None:
    """Until every e-mail has been sent or marked; after `within` seconds the verdict says which were not."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if all(state not in {"queued", "sending"} for _, state, _ in county.ask(EMAILS, matters)):
            return
        time.sleep(0.5)
