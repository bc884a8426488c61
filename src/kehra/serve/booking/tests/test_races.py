"""Many want the same time at once: exactly one gets it, and nobody meets an error of the program."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, make_cast
from kehra.kernel.people.models import Mandate
from kehra.serve.booking.actions import booking, changing, offering
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.booking.models.times import HoldRule
from kehra.serve.booking.tests.situations import make_appointment, make_offer, make_time
from kehra.serve.matters.tests.races import while_it_closes
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Runs the actions at the same moment, each on a connection of its own: "done" or "not possible"."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            action()
        except NotPossible:
            return "not possible"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def test_two_residents_and_a_worker_book_the_same_time() -> None:
    cast = make_cast()
    free_time = make_time(cast)
    residents = [(cast.eero, "eero"), (cast.elsa, "elsa"), (cast.sari, "liisa")]
    actions = [
        partial(booking.book, make_matter(cast, resident), free_time, by=cast.actor(name), now=NOW)
        for resident, name in residents
    ]
    assert at_once(*actions) == ["done", "not possible", "not possible"]
    assert Appointment.objects.filter(state=State.BOOKED).count() == 1


def test_the_same_resident_sends_the_same_booking_twice() -> None:
    cast = make_cast()
    matter, free_time, by = make_matter(cast), make_time(cast), cast.actor("eero")
    book = partial(booking.book, matter, free_time, by=by, now=NOW)
    assert at_once(book, book, book) == ["done", "done", "done"]
    assert Appointment.objects.count() == 1


def test_one_resident_books_two_overlapping_times_of_two_professionals() -> None:
    cast = make_cast()
    actions = [
        partial(booking.book, make_matter(cast), free_time, by=cast.actor("eero"), now=NOW)
        for free_time in (make_time(cast), make_time(cast, "olli", at=time(9, 15)))
    ]
    assert at_once(*actions) == ["done", "not possible"]


def test_two_move_to_the_same_time_and_the_other_keeps_what_it_had() -> None:
    cast = make_cast()
    first, second, wanted = (make_time(cast, at=time(hour)) for hour in (9, 10, 12))
    eeros = make_appointment(cast, matter=make_matter(cast), free_time=first)
    elsas = make_appointment(cast, matter=make_matter(cast, cast.elsa), free_time=second)
    actions = [
        partial(changing.move, old, wanted, by=cast.actor(name), now=NOW)
        for old, name in ((eeros, "eero"), (elsas, "elsa"))
    ]
    assert at_once(*actions) == ["done", "not possible"]
    assert Appointment.objects.filter(state=State.BOOKED).count() == 2


def test_an_offer_lapses_while_it_is_accepted_and_another_books_its_time() -> None:
    cast = make_cast()
    offer = make_offer(cast)
    offered = offer.times.order_by("pk")[0]
    elsas = make_matter(cast, cast.elsa)
    just_before = offer.answer_by - timedelta(seconds=1)
    outcome = at_once(
        lambda: offering.accept_offer(offered, by=cast.actor("eero"), now=just_before),
        lambda: booking.book(elsas, offered.free_time, by=cast.actor("elsa"), now=offer.answer_by),
    )
    assert outcome == ["done", "not possible"]
    assert Appointment.objects.filter(state=State.BOOKED).count() == 1


def test_an_offer_is_accepted_and_declined_at_once() -> None:
    cast = make_cast()
    offer = make_offer(cast)
    by = cast.actor("eero")
    first, second = offer.times.order_by("pk")
    outcome = at_once(
        lambda: offering.accept_offer(first, by=by, now=NOW),
        lambda: offering.accept_offer(second, by=by, now=NOW),
        lambda: offering.decline_offer(offer, by=by, now=NOW),
    )
    assert outcome == ["done", "not possible", "not possible"]


def test_one_resident_holds_few_times_however_many_are_pressed_at_once() -> None:
    cast = make_cast()
    times = [make_time(cast, name, at=time(hour)) for hour in (9, 10, 11) for name in ("liisa", "olli")]
    by = cast.actor("eero")
    holds = [partial(booking.hold, make_matter(cast), one, by=by, now=NOW) for one in times]
    assert at_once(*holds) == ["done"] * 2 + ["not possible"] * 4
    assert Appointment.objects.filter(state=State.HELD, resident=cast.eero).count() == 2


def test_one_who_acts_for_several_holds_few_times_in_all() -> None:
    cast = make_cast()
    for child in (cast.eero, cast.elsa, cast.sari):
        Mandate.objects.create(
            delegate=cast.marja, principal=child, evidence="suullinen", valid_from=LONG_AGO
        )
    HoldRule.objects.create(county=cast.county, share=100, valid_from=LONG_AGO)
    people = [cast.aino, cast.eero, cast.elsa, cast.sari]
    holds = [
        partial(
            booking.hold,
            make_matter(cast, one),
            make_time(cast, name, at=time(hour)),
            by=cast.actor("marja", acting_for=one),
            now=NOW,
        )
        for one, name, hour in zip(people, ["liisa", "olli"] * 2, [9, 9, 11, 11], strict=True)
    ]
    assert at_once(*holds) == ["done"] * 3 + ["not possible"]


def test_fifty_holds_do_not_empty_a_calendar() -> None:
    cast = make_cast()
    times = [make_time(cast, at=time(hour)) for hour in range(8, 16)]
    HoldRule.objects.create(county=cast.county, per_resident=50, per_user=50, valid_from=LONG_AGO)
    everybody = [(cast.eero, "eero"), (cast.elsa, "elsa"), (cast.sari, "sari"), (cast.marja, "marja")]
    holds = [
        partial(booking.hold, make_matter(cast, resident), one, by=cast.actor(name), now=NOW)
        for resident, name in everybody
        for one in times[:6]
    ]
    at_once(*holds)
    at_once(*holds)
    assert Appointment.objects.filter(state=State.HELD).count() == 4
    with pytest.raises(booking.NotKept):
        booking.hold(make_matter(cast, cast.pekka), times[7], by=cast.actor("pekka"), now=NOW)
    booked = booking.book(make_matter(cast, cast.pekka), times[7], by=cast.actor("pekka"), now=NOW)
    assert booked.state == State.BOOKED


def test_a_time_that_somebody_keeps_is_said_to_be_theirs_on_a_day_of_few_times_too() -> None:
    cast = make_cast()
    only = make_time(cast)
    booking.hold(make_matter(cast), only, by=cast.actor("eero"), now=NOW)
    with pytest.raises(NotPossible) as told:
        booking.hold(make_matter(cast, cast.elsa), only, by=cast.actor("elsa"), now=NOW)
    assert not isinstance(told.value, booking.NotKept)


@pytest.mark.parametrize("way", ["hold", "book", "offer"])
def test_no_time_is_bound_for_a_matter_that_is_being_closed(way: str) -> None:
    cast = make_cast()
    matter, free_time = make_taken_matter(cast), make_time(cast)
    eero, liisa = cast.actor("eero"), cast.actor("liisa")
    ways = {
        "hold": partial(booking.hold, matter, free_time, by=eero, now=NOW),
        "book": partial(booking.book, matter, free_time, by=eero, now=NOW),
        "offer": partial(
            offering.offer, matter, [free_time], answer_by=NOW + timedelta(hours=2), by=liisa, now=NOW
        ),
    }
    assert while_it_closes(matter, ways[way], by=liisa) == "not possible"
    assert not Appointment.objects.exists()
