"""An appointment is moved or cancelled; what became of the visit is noted."""

from datetime import time, timedelta

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.booking.actions import booking, changing, visiting
from kehra.serve.booking.models.appointments import Appointment, CancelReason, State, not_taken
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.tests.situations import make_appointment, make_limit, make_offer, make_time
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter


def test_a_moved_appointment_keeps_its_place_in_calendars_and_frees_the_old_time(cast: Cast) -> None:
    old = make_appointment(cast)
    new = changing.move(old, make_time(cast, at=time(13)), by=cast.actor("eero"), now=NOW)
    old.refresh_from_db()
    assert (old.state, old.moved_to, new.uid) == (State.MOVED, new, old.uid)
    assert new.sequence == 1
    assert not_taken(FreeTime.objects.all(), NOW).get() == old.free_time


def test_moved_twice_to_the_same_time_is_moved_once(cast: Cast) -> None:
    old, wanted = make_appointment(cast), make_time(cast, at=time(13))
    made = [changing.move(old, wanted, by=cast.actor("eero"), now=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert JournalEntry.objects.filter(activity="booking.moved").count() == 1


def test_it_moves_to_a_time_that_overlaps_with_its_own_old_one(cast: Cast) -> None:
    old = make_appointment(cast)
    assert changing.move(old, make_time(cast, "olli", at=time(9, 15)), by=cast.actor("eero"), now=NOW)


def test_if_the_new_time_is_taken_the_old_one_stays(cast: Cast) -> None:
    wanted = make_time(cast, at=time(13))
    booking.book(make_matter(cast, cast.elsa), wanted, by=cast.actor("elsa"), now=NOW)
    old = make_appointment(cast)
    with pytest.raises(NotPossible):
        changing.move(old, wanted, by=cast.actor("eero"), now=NOW)
    old.refresh_from_db()
    assert old.state == State.BOOKED


def test_the_resident_cancels_without_a_reason_and_the_unit_with_one(cast: Cast) -> None:
    first = changing.cancel(make_appointment(cast), by=cast.actor("eero"), now=NOW)
    assert first.cancel_reason == CancelReason.RESIDENT
    second = booking.book(first.matter, first.free_time, by=cast.actor("eero"), now=NOW)
    with pytest.raises(NotPossible):
        changing.cancel(second, by=cast.actor("liisa"), now=NOW)
    changing.cancel(second, reason=CancelReason.ABSENT, by=cast.actor("liisa"), now=NOW)
    assert JournalEntry.objects.filter(activity="booking.cancelled").latest("seq").data["reason"] == "absent"


def test_cancelled_twice_is_once(cast: Cast) -> None:
    appointment = make_appointment(cast)
    for _ in range(2):
        changing.cancel(appointment, by=cast.actor("eero"), now=NOW)
    assert JournalEntry.objects.filter(activity="booking.cancelled").count() == 1


def test_what_has_begun_is_neither_moved_nor_cancelled(cast: Cast) -> None:
    appointment, wanted = make_appointment(cast), make_time(cast, at=time(13))
    then = appointment.starts_at
    with pytest.raises(NotPossible):
        changing.cancel(appointment, by=cast.actor("eero"), now=then)
    with pytest.raises(NotPossible):
        changing.move(appointment, wanted, by=cast.actor("eero"), now=then)


@pytest.mark.parametrize("name", ["marja", "noora", "sami", "pia", "karl"])
def test_a_stranger_does_not_touch_it(cast: Cast, name: str) -> None:
    appointment, by = make_appointment(cast), cast.actor(name)
    for action in (changing.cancel, visiting.mark_arrived, visiting.mark_done, visiting.mark_no_show):
        with pytest.raises(Refused) as refused:
            action(appointment, by=by, now=NOW)
        assert refused.value.hidden


def test_the_resident_does_not_note_what_became_of_the_visit(cast: Cast) -> None:
    appointment = make_appointment(cast)
    for mark in (visiting.mark_arrived, visiting.mark_done, visiting.mark_no_show):
        with pytest.raises(Refused) as refused:
            mark(appointment, by=cast.actor("eero"), now=appointment.starts_at)
        assert not refused.value.hidden


def test_another_unit_that_works_in_the_matter_does_not_receive_the_visit(cast: Cast) -> None:
    appointment = make_appointment(cast)
    Participation.objects.create(
        matter=appointment.matter, unit=cast.other_station, right="work", started_at=NOW
    )
    with pytest.raises(Refused) as refused:
        visiting.mark_done(appointment, by=cast.actor("noora"), now=appointment.ends_at)
    assert not refused.value.hidden


def test_the_resident_arrives_and_the_visit_is_done(cast: Cast) -> None:
    appointment, liisa = make_appointment(cast), cast.actor("liisa")
    then = appointment.starts_at
    assert visiting.mark_arrived(appointment, by=liisa, now=then).state == State.ARRIVED
    for _ in range(2):
        assert visiting.mark_done(appointment, by=liisa, now=then).state == State.DONE
    assert JournalEntry.objects.filter(activity="booking.done").count() == 1
    with pytest.raises(NotPossible):
        visiting.mark_no_show(appointment, by=liisa, now=then)


def test_a_visit_is_not_done_before_its_day_nor_missed_before_its_time(cast: Cast) -> None:
    appointment, liisa = make_appointment(cast), cast.actor("liisa")
    for mark in (visiting.mark_arrived, visiting.mark_done, visiting.mark_no_show):
        with pytest.raises(NotPossible):
            mark(appointment, by=liisa, now=NOW)


def test_one_who_came_late_after_all_is_done(cast: Cast) -> None:
    appointment, liisa = make_appointment(cast), cast.actor("liisa")
    visiting.mark_no_show(appointment, by=liisa, now=appointment.ends_at)
    assert visiting.mark_done(appointment, by=liisa, now=appointment.ends_at).state == State.DONE


def test_the_promise_of_a_visit_is_answered_by_the_visit_and_not_by_the_booking(cast: Cast) -> None:
    for promise in ("treatment", "decision"):
        make_limit(promise)
    matter = make_matter(cast)
    appointment = make_appointment(cast, matter=matter)
    assert Clock.objects.filter(stopped_on__isnull=False).count() == 0
    visiting.mark_done(appointment, by=cast.actor("liisa"), now=appointment.ends_at + timedelta(days=1))
    stopped = Clock.objects.get(stopped_on__isnull=False)
    assert (stopped.limit.promise, stopped.stopped_on, stopped.kept) == ("treatment", appointment.day, True)


def test_a_visit_that_nobody_came_to_answers_no_promise(cast: Cast) -> None:
    make_limit("treatment")
    appointment = make_appointment(cast, matter=make_matter(cast))
    visiting.mark_no_show(appointment, by=cast.actor("liisa"), now=appointment.ends_at)
    assert not Clock.objects.filter(stopped_on__isnull=False).exists()


def test_a_matter_is_not_closed_while_a_visit_is_to_come_and_leaves_no_offer_behind(cast: Cast) -> None:
    offer = make_offer(cast)
    appointment = booking.book(offer.matter, make_time(cast, "olli"), by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        work.close(offer.matter, "solved", by=cast.actor("liisa"), now=NOW)
    changing.cancel(appointment, reason=CancelReason.NOT_NEEDED, by=cast.actor("liisa"), now=NOW)
    work.close(offer.matter, "solved", by=cast.actor("liisa"), now=NOW)
    assert not Appointment.objects.binding(NOW).exists()
