"""A professional offers times; the resident takes one or none, by a day."""

from datetime import timedelta

import pytest

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.booking.actions import expiring, offering
from kehra.serve.booking.models.appointments import Appointment, State, not_taken
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.tests.situations import make_offer, make_time
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter


def test_offered_times_are_kept_for_the_resident_who_takes_one(cast: Cast) -> None:
    offer = make_offer(cast)
    assert not not_taken(FreeTime.objects.all(), NOW).exists()
    first, second = offer.times.order_by("pk")
    accepted = offering.accept_offer(first, by=cast.actor("eero"), now=NOW)
    second.refresh_from_db()
    assert (accepted.state, second.state, second.cancel_reason) == ("booked", "cancelled", "not_chosen")
    assert not_taken(FreeTime.objects.all(), NOW).get() == second.free_time
    told = JournalEntry.objects.filter(activity__startswith="booking.").order_by("seq")
    assert [entry.activity for entry in told] == ["booking.offered", "booking.booked"]


def test_accepting_twice_is_once(cast: Cast) -> None:
    appointment = make_offer(cast).times.first()
    made = [offering.accept_offer(appointment, by=cast.actor("eero"), now=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert JournalEntry.objects.filter(activity="booking.booked").count() == 1


def test_declining_gives_every_time_back_and_tells_it_once(cast: Cast) -> None:
    offer = make_offer(cast)
    for _ in range(2):
        offering.decline_offer(offer, by=cast.actor("eero"), now=NOW)
    assert not_taken(FreeTime.objects.all(), NOW).count() == 2
    assert JournalEntry.objects.filter(activity="booking.offer_declined").count() == 1


def test_the_unit_withdraws_what_has_not_been_answered(cast: Cast) -> None:
    offer = make_offer(cast)
    offering.withdraw_offer(offer, by=cast.actor("olli"), now=NOW)
    with pytest.raises(NotPossible):
        offering.accept_offer(offer.times.first(), by=cast.actor("eero"), now=NOW)


@pytest.mark.parametrize("name", ["marja", "noora", "sami", "karl"])
def test_a_stranger_neither_offers_nor_answers(cast: Cast, name: str) -> None:
    offer, by = make_offer(cast), cast.actor(name)
    with pytest.raises(Refused):
        offering.offer(offer.matter, [make_time(cast, "olli")], answer_by=offer.answer_by, by=by, now=NOW)
    with pytest.raises(Refused):
        offering.accept_offer(offer.times.first(), by=by, now=NOW)


def test_the_resident_does_not_offer_and_the_unit_does_not_answer(cast: Cast) -> None:
    offer = make_offer(cast)
    with pytest.raises(Refused) as refused:
        offering.withdraw_offer(offer, by=cast.actor("eero"), now=NOW)
    assert not refused.value.hidden
    for answer in (offering.accept_offer, offering.decline_offer):
        thing = offer if answer is offering.decline_offer else offer.times.first()
        with pytest.raises(Refused) as refused:
            answer(thing, by=cast.actor("liisa"), now=NOW)
        assert not refused.value.hidden


def test_after_the_day_it_cannot_be_answered_and_the_clock_gives_the_times_back(cast: Cast) -> None:
    offer = make_offer(cast)
    with pytest.raises(NotPossible):
        offering.accept_offer(offer.times.first(), by=cast.actor("eero"), now=offer.answer_by)
    system = actors.system(cast.county.pk)
    expiring.expire_offer(offer, by=system, now=offer.answer_by - timedelta(seconds=1))
    assert offer.times.filter(state=State.OFFERED).count() == 2
    for _ in range(2):
        expiring.expire_offer(offer, by=system, now=offer.answer_by)
    assert {time.cancel_reason for time in offer.times.all()} == {"lapsed"}
    assert JournalEntry.objects.filter(activity="booking.offer_expired").count() == 1


def test_the_answer_is_asked_for_before_the_first_time(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        make_offer(cast, answer_by=NOW + timedelta(days=2))


def test_one_offer_waits_at_a_time_and_a_lapsed_one_makes_room(cast: Cast) -> None:
    offer = make_offer(cast)
    more = [make_time(cast, "olli")]
    later = {"answer_by": more[0].starts_at, "by": cast.actor("liisa")}
    with pytest.raises(NotPossible):
        offering.offer(offer.matter, more, now=NOW, **later)
    offering.offer(offer.matter, more, now=offer.answer_by, **later)
    assert Appointment.objects.filter(state=State.OFFERED).count() == 1


def test_offering_needs_a_time_that_is_free(cast: Cast) -> None:
    offer = make_offer(cast)
    taken = offer.times.first().free_time
    by, matter = cast.actor("liisa"), make_taken_matter(cast, cast.elsa)
    for times in ([], [taken]):
        with pytest.raises(NotPossible):
            offering.offer(matter, times, answer_by=offer.answer_by, by=by, now=NOW)
    assert not make_matter(cast).offers.exists()
