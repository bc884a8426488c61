"""What comes by itself: lapsed times are given back, and a resident without a visit is not forgotten."""

from datetime import timedelta

import pytest

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.time import clock
from kehra.serve.booking import triggers
from kehra.serve.booking.actions import booking, changing, offering, visiting
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.tests.situations import make_appointment, make_offer, make_time
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.tasks.models import Task


def waiting() -> list[int]:
    return list(
        Task.objects.filter(kind="booking.time_needed", done_at=None).values_list("matter", flat=True)
    )


def test_every_five_minutes_lapsed_holds_and_offers_are_given_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = make_offer(cast)
    booking.hold(make_matter(cast, cast.elsa), make_time(cast, "olli"), by=cast.actor("elsa"), now=NOW)
    for minutes, bound in ((1, 3), (15, 2), (60 * 24, 0)):
        then = NOW + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda then=then: then)
        triggers.expire(0)
        assert Appointment.objects.filter(hold_expires_at__isnull=False).count() == bound
    offer.refresh_from_db()
    assert offer.state == "expired"
    assert len(waiting()) == 1


def test_a_declined_offer_comes_back_to_the_desk_until_there_is_a_time(cast: Cast) -> None:
    offer = make_offer(cast)
    offering.decline_offer(offer, by=cast.actor("eero"), now=NOW)
    assert len(waiting()) == 1
    booking.book(offer.matter, make_time(cast, "olli"), by=cast.actor("eero"), now=NOW)
    assert waiting() == []


def test_a_cancelled_and_a_missed_visit_come_back_to_the_desk(cast: Cast) -> None:
    appointment = make_appointment(cast)
    changing.cancel(appointment, by=cast.actor("eero"), now=NOW)
    assert len(waiting()) == 1
    again = booking.book(appointment.matter, appointment.free_time, by=cast.actor("eero"), now=NOW)
    assert waiting() == []
    visiting.mark_no_show(again, by=cast.actor("liisa"), now=again.ends_at)
    assert len(waiting()) == 1


def test_a_unit_that_gives_the_visit_goes_on_seeing_it_after_the_matter_has_gone_elsewhere(
    cast: Cast,
) -> None:
    appointment = make_appointment(cast)
    offered = handovers.offer(
        appointment.matter, to=cast.other_station, shares=[], by=cast.actor("liisa"), now=NOW
    )
    handovers.accept(offered, by=cast.actor("noora"), now=NOW + timedelta(hours=1))
    appointment.refresh_from_db()
    done = visiting.mark_done(appointment, by=cast.actor("liisa"), now=appointment.ends_at)
    assert done.state == "done"
