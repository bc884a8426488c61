"""A visit is given to a colleague at the same time; whoever is away is not booked."""

from datetime import time

import pytest
from django.utils import translation

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.kernel.journal.models import Activity, JournalEntry
from kehra.kernel.people.models import Professional
from kehra.serve.booking.actions import booking, changing, offering
from kehra.serve.booking.models.appointments import Appointment, State, not_taken
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import GIVE, GIVE_BACK
from kehra.serve.booking.tests.situations import make_appointment, make_nurse, make_offer, make_time
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages.models import Message


@pytest.fixture
def maija(cast: Cast) -> Professional:
    """Another nurse of the health station."""
    return make_nurse(cast, "maija")


def test_the_time_stays_and_the_colleagues_own_time_is_taken(cast: Cast, maija: Professional) -> None:
    visit = make_appointment(cast)
    own = make_time(cast, "maija")
    given = changing.give(visit, maija, by=cast.actor("liisa"), now=NOW)
    assert (given.pk, given.professional, given.period) == (visit.pk, maija, visit.period)
    assert given.free_time == own
    assert not not_taken(FreeTime.objects.filter(pk=own.pk), NOW).exists()
    changing.give(visit, maija, by=cast.actor("liisa"), now=NOW)
    assert JournalEntry.objects.filter(matter_id=visit.matter_id, activity="booking.given").count() == 1
    assert Message.objects.filter(matter=visit.matter_id, activity="booking.given").count() == 1


def test_the_resident_reads_the_day_and_the_hour(cast: Cast, maija: Professional) -> None:
    visit = make_appointment(cast)
    changing.give(visit, maija, by=cast.actor("liisa"), now=NOW)
    changing.move(visit, make_time(cast, at=time(14, 30)), by=cast.actor("liisa"), now=NOW)
    told = Message.objects.get(matter=visit.matter_id, activity="booking.moved")
    for language, morning, afternoon in (("fi", "klo 9.00.", "klo 14.30."), ("en", "at 9:00.", "at 14:30.")):
        with translation.override(language):
            journal = JournalEntry.objects.filter(matter_id=visit.matter_id)
            assert journal.get(activity="booking.given").sentence().endswith(morning)
            assert journal.get(activity="booking.moved").sentence().endswith(afternoon)
            assert Activity.named(told.activity).say(told.data).endswith(afternoon)


def test_somebody_elsewhere_away_or_of_another_profession_does_not_get_it(
    cast: Cast, maija: Professional
) -> None:
    visit, liisa = make_appointment(cast), cast.actor("liisa")
    for other in (cast.professional("olli"), cast.professional("noora"), cast.professional("mikko")):
        with pytest.raises(NotPossible):
            changing.give(visit, other, by=liisa, now=NOW)
    elsas = make_taken_matter(cast, cast.elsa)
    booking.book(elsas, make_time(cast, "maija", at=time(9, 15)), by=cast.actor("elsa"), now=NOW)
    with pytest.raises(NotPossible):
        changing.give(visit, maija, by=liisa, now=NOW)
    Appointment.objects.filter(professional=maija).delete()
    make_absence(cast, "maija")
    with pytest.raises(NotPossible):
        changing.give(visit, maija, by=liisa, now=NOW)
    visit.refresh_from_db()
    assert visit.professional == cast.professional("liisa")


@pytest.mark.parametrize("name", ["eero", "elsa", "noora", "mikko"])
def test_others_do_not_give_it(cast: Cast, maija: Professional, name: str) -> None:
    with pytest.raises(Refused) as refused:
        changing.give(make_appointment(cast), maija, by=cast.actor(name), now=NOW)
    assert refused.value.permission == GIVE


def test_the_manager_gives_moves_and_cancels_what_an_absent_worker_has(
    cast: Cast, maija: Professional
) -> None:
    visit, mikko = make_appointment(cast), cast.actor("mikko")
    make_absence(cast)
    with pytest.raises(Refused):
        changing.give(visit, maija, by=cast.actor("sami"), now=NOW)
    given = changing.give(visit, maija, by=mikko, now=NOW)
    with pytest.raises(Refused):
        changing.cancel(given, by=mikko, now=NOW, reason="absent")


def test_whoever_is_away_is_not_offered_to_anybody(cast: Cast) -> None:
    matter, free = make_taken_matter(cast), make_time(cast, at=time(11))
    offer = make_offer(cast, matter=matter)
    make_absence(cast)
    assert not FreeTime.objects.choosable(matter, by_resident=False, now=NOW).exists()
    with pytest.raises(NotPossible):
        booking.book(matter, free, by=cast.actor("eero"), now=NOW)
    first = offer.times.order_by("pk")[0]
    with pytest.raises(NotPossible):
        offering.accept_offer(first, by=cast.actor("eero"), now=NOW)


def test_the_manager_takes_back_an_offer_of_an_absent_workers_times(cast: Cast) -> None:
    offer = make_offer(cast)
    with pytest.raises(Refused) as refused:
        offering.withdraw_offer(offer, by=cast.actor("mikko"), now=NOW)
    assert refused.value.permission == GIVE_BACK
    make_absence(cast)
    offering.withdraw_offer(offer, by=cast.actor("mikko"), now=NOW)
    assert set(offer.times.values_list("state", flat=True)) == {State.CANCELLED}
