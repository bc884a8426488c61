"""After any moves, reassignments, merges and separations every text is seen by exactly those who may see it,
none is lost, and the log never shrinks: a property over random sequences."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehra.kernel.access.permissions import NotPossible, Refused, may, visible
from kehra.kernel.accounts.models import User
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Resident
from kehra.serve.corrections.actions import merging, moving, reassigning
from kehra.serve.corrections.models import Merge
from kehra.serve.corrections.tests.situations import make_keeper
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.permissions import READ, SEE_PART
from kehra.serve.matters.tests.situations import make_matter

PEOPLE = ("eero", "marja", "elsa")
number = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), number, number),
        st.tuples(st.just("reassign"), number, st.integers(0, 2)),
        st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("separate"), number, number),
    ),
    min_size=1,
    max_size=5,
)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins from the cast as it was."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=steps)
def test_every_text_is_seen_by_exactly_those_who_may(cast: Cast, sequence: list[tuple[Any, ...]]) -> None:
    with undone():
        keeper = make_keeper(cast)
        for name in PEOPLE:
            work.write(
                make_matter(cast, getattr(cast, name)), f"Teksti: {name}", by=cast.actor("liisa"), now=NOW
            )
        texts = _texts()
        for minute, step in enumerate(sequence, start=1):
            rows = (Entry.objects.count(), AuditEntry.objects.count(), JournalEntry.objects.count())
            _take(cast, keeper, step, minute)
            grown = (Entry.objects.count(), AuditEntry.objects.count(), JournalEntry.objects.count())
            assert all(after >= before for before, after in zip(rows, grown, strict=True))
        assert _texts() == texts, "each text stands in one place, with its writer and its time"
        _seen_exactly(cast)


def _texts() -> list[Any]:
    """What stands where it belongs, whoever's it is now: need and entry of each of the three."""
    standing = Entry.objects.filter(moved_at=None, matter__mistaken_at=None)
    return sorted(standing.values_list("text", "written_at", "professional", "kind"), key=str)


def _take(cast: Cast, keeper: Any, step: tuple[Any, ...], minute: int) -> None:
    kind, one, other = step
    liisa, now = cast.actor("liisa"), NOW + timedelta(minutes=minute)
    people = [Resident.objects.get(pk=getattr(cast, name).pk) for name in PEOPLE]
    matters = list(Matter.objects.filter(mistaken_at=None).order_by("pk"))
    entries = list(Entry.objects.filter(moved_at=None, professional__isnull=False).order_by("pk"))
    merges = list(Merge.objects.filter(undone_at=None).order_by("pk"))
    try:
        if kind == "move":
            moving.move(
                entries[one % len(entries)], matters[other % len(matters)], "Väärä", by=liisa, now=now
            )
        elif kind == "reassign":
            reassigning.reassign(matters[one % len(matters)], people[other], "Väärä", by=liisa, now=now)
        elif kind == "merge":
            merging.merge(people[one], people[other], "Sama", by=keeper, now=now)
        elif merges:
            merging.separate(merges[one % len(merges)], "Eri", by=keeper, now=now)
    except (NotPossible, Refused):
        pass  # what cannot be done changes nothing


def _seen_exactly(cast: Cast) -> None:
    for entry in Entry.objects.select_related("matter__resident"):
        stands = entry.moved_at is None and entry.matter.mistaken_at is None
        for name in (*PEOPLE, "liisa", "noora", "raili", "tiina"):
            user = User.objects.get(pk=cast.user(name).pk)
            by = user.actor(user.choices(NOW)[0], now=NOW)
            whose = entry.matter.resident_id == user.resident_id if user.resident_id else name == "liisa"
            assert may(by, SEE_PART, entry, now=NOW + timedelta(hours=1)) is (stands and whose), (
                name,
                entry.text,
            )
            listed = visible(by, READ, Matter.objects.filter(pk=entry.matter_id)).exists()
            assert listed is (entry.matter.mistaken_at is None and whose)
