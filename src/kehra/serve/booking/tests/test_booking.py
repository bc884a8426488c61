"""A resident books a time, once, while it is free."""

from datetime import time, timedelta

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import Appointment, State, not_taken
from kehra.serve.booking.models.times import FreeTime, HoldRule, Manner
from kehra.serve.booking.tests.situations import (
    NEXT_DAY,
    make_appointment,
    make_list,
    make_offer,
    make_time,
)
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter


def test_the_resident_books_a_free_time_and_the_journal_tells_the_day(cast: Cast) -> None:
    appointment = make_appointment(cast)
    assert (appointment.state, appointment.resident, appointment.site) == (State.BOOKED, cast.eero, cast.site)
    entry = JournalEntry.objects.filter(activity="booking.booked").get()
    assert entry.data["day"] == NEXT_DAY.isoformat()
    assert not not_taken(FreeTime.objects.all(), NOW).exists()


def test_the_unit_books_for_the_resident(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    appointment = booking.book(matter, make_time(cast), by=cast.actor("olli"), now=NOW)
    assert appointment.made_by == "professional"


def test_a_guardian_books_for_the_child(cast: Cast) -> None:
    by = cast.actor("marja", acting_for=cast.aino)
    appointment = booking.book(make_matter(cast, cast.aino), make_time(cast), by=by, now=NOW)
    assert appointment.resident == cast.aino


@pytest.mark.parametrize("name", ["marja", "noora", "sami", "pia", "mikko", "karl"])
def test_a_stranger_neither_holds_nor_books(cast: Cast, name: str) -> None:
    matter, free_time = make_taken_matter(cast), make_time(cast)
    for action in (booking.hold, booking.book):
        with pytest.raises(Refused) as refused:
            action(matter, free_time, by=cast.actor(name), now=NOW)
        assert refused.value.hidden


def test_booked_twice_is_one_booking(cast: Cast) -> None:
    matter, free_time = make_taken_matter(cast), make_time(cast)
    made = [booking.book(matter, free_time, by=cast.actor("eero"), now=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert JournalEntry.objects.filter(activity="booking.booked").count() == 1


def test_a_time_that_somebody_has_cannot_be_booked(cast: Cast) -> None:
    free_time = make_appointment(cast).free_time
    with pytest.raises(NotPossible, match="ehti juuri"):
        booking.book(make_matter(cast, cast.elsa), free_time, by=cast.actor("elsa"), now=NOW)


def test_a_resident_is_not_in_two_places_at_once(cast: Cast) -> None:
    make_appointment(cast)
    same_time = make_time(cast, "olli", at=time(9, 15))
    with pytest.raises(NotPossible, match="toinen aika"):
        booking.book(make_matter(cast), same_time, by=cast.actor("eero"), now=NOW)


def test_a_resident_has_one_coming_time_in_a_matter_but_the_unit_may_book_more(cast: Cast) -> None:
    matter = make_appointment(cast).matter
    another = make_time(cast, at=time(10))
    with pytest.raises(NotPossible, match="siirtää"):
        booking.book(matter, another, by=cast.actor("eero"), now=NOW)
    assert booking.book(matter, another, by=cast.actor("liisa"), now=NOW).state == State.BOOKED


def test_a_time_that_has_begun_or_is_for_the_unit_to_give_is_not_for_the_resident(cast: Cast) -> None:
    matter, free_time = make_taken_matter(cast), make_time(cast, bookable_by_resident=False)
    for by, now in (("eero", NOW), ("liisa", free_time.starts_at)):
        with pytest.raises(NotPossible):
            booking.book(matter, free_time, by=cast.actor(by), now=now)
    assert booking.book(matter, free_time, by=cast.actor("liisa"), now=NOW)


def test_a_time_of_another_service_is_not_for_this_matter(cast: Cast) -> None:
    other = make_time(cast, "sami")
    other.booking_list.services.set([cast.social_work])
    narrowed = make_time(cast, service=cast.social_work)
    for free_time in (other, narrowed):
        with pytest.raises(NotPossible):
            booking.book(make_matter(cast), free_time, by=cast.actor("eero"), now=NOW)


def test_a_unit_that_the_resident_has_restricted_offers_no_times(cast: Cast) -> None:
    make_time(cast)
    matter = make_matter(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.station, made_at=NOW)
    assert not FreeTime.objects.choosable(matter, by_resident=True, now=NOW).exists()


def test_nobody_gets_a_time_with_themselves(cast: Cast) -> None:
    liisa = cast.professional("liisa")
    liisa.resident = cast.eero
    liisa.save()
    make_time(cast)
    assert not FreeTime.objects.choosable(make_matter(cast), by_resident=True, now=NOW).exists()


def test_a_unit_whose_time_is_booked_takes_part_in_the_matter(cast: Cast) -> None:
    cast.reception.offerings.update(unit=cast.other_station)
    matter = make_matter(cast)
    appointment = booking.book(matter, make_time(cast, "noora"), by=cast.actor("eero"), now=NOW)
    assert matter.participations.at(NOW).filter(unit=cast.other_station, right="work").exists()
    appointment.matter.refresh_from_db()
    assert f"unit:{cast.other_station.pk}" in appointment.matter.viewers


def test_a_remote_time_has_no_site(cast: Cast) -> None:
    free_time = make_time(cast, manner=Manner.VIDEO)
    assert make_appointment(cast, free_time=free_time).site is None


def test_a_held_time_is_nobody_elses_until_the_hold_ends(cast: Cast) -> None:
    free_time = make_time(cast)
    held = booking.hold(make_matter(cast), free_time, by=cast.actor("eero"), now=NOW)
    elsas = make_matter(cast, cast.elsa)
    with pytest.raises(NotPossible):
        booking.book(elsas, free_time, by=cast.actor("elsa"), now=NOW)
    assert held.hold_expires_at is not None
    booked = booking.book(elsas, free_time, by=cast.actor("elsa"), now=held.hold_expires_at)
    assert list(Appointment.objects.all()) == [booked]


def test_a_hold_becomes_the_booking_even_late_if_nobody_took_the_time(cast: Cast) -> None:
    matter, free_time = make_matter(cast), make_time(cast)
    booking.hold(matter, free_time, by=cast.actor("eero"), now=NOW)
    booking.book(matter, free_time, by=cast.actor("eero"), now=NOW + timedelta(hours=1))
    assert Appointment.objects.get().state == State.BOOKED


def test_holding_another_time_gives_the_first_one_back(cast: Cast) -> None:
    matter = make_matter(cast)
    for at in (time(9), time(10)):
        held = booking.hold(matter, make_time(cast, at=at), by=cast.actor("eero"), now=NOW)
    assert Appointment.objects.get() == held
    booking.release(matter, by=cast.actor("eero"), now=NOW)
    assert not Appointment.objects.exists()


def test_holds_are_few_for_a_resident_and_for_one_who_acts_for_others(cast: Cast) -> None:
    HoldRule.objects.create(
        county=cast.county, per_resident=1, per_user=1, minutes=5, valid_from=NEXT_DAY.replace(day=1)
    )
    booking.hold(make_matter(cast, cast.marja), make_time(cast), by=cast.actor("marja"), now=NOW)
    another = make_time(cast, at=time(10))
    for_child = cast.actor("marja", acting_for=cast.aino)
    for resident, by in ((cast.marja, cast.actor("marja")), (cast.aino, for_child)):
        with pytest.raises(NotPossible, match="valitsemassa"):
            booking.hold(make_matter(cast, resident), another, by=by, now=NOW)


def test_a_worker_too_holds_few_times(cast: Cast) -> None:
    HoldRule.objects.create(county=cast.county, share=100, valid_from=NEXT_DAY.replace(day=1))
    by = cast.actor("liisa")
    for hour, resident in zip((8, 9, 10), (cast.eero, cast.elsa, cast.sari), strict=True):
        booking.hold(make_matter(cast, resident), make_time(cast, "olli", at=time(hour)), by=by, now=NOW)
    with pytest.raises(NotPossible, match="valitsemassa"):
        booking.hold(make_matter(cast, cast.marja), make_time(cast), by=by, now=NOW)


def test_a_lapsed_offer_does_not_stand_in_the_way(cast: Cast) -> None:
    offer = make_offer(cast)
    offered = offer.times.first()
    booking.book(make_matter(cast, cast.elsa), offered.free_time, by=cast.actor("elsa"), now=offer.answer_by)
    offer.refresh_from_db()
    assert (offer.state, offer.times.filter(state=State.CANCELLED).count()) == ("expired", 2)


def test_booking_another_time_gives_offered_ones_back(cast: Cast) -> None:
    offer = make_offer(cast)
    booking.book(offer.matter, make_time(cast, at=time(15)), by=cast.actor("eero"), now=NOW)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert not_taken(FreeTime.objects.all(), NOW).count() == 2


def test_a_list_that_has_ended_offers_no_times(cast: Cast) -> None:
    booking_list = make_list(cast)
    booking_list.valid_until = NEXT_DAY.replace(day=1)
    booking_list.save()
    make_time(cast)
    assert not FreeTime.objects.choosable(make_matter(cast), by_resident=True, now=NOW).exists()
