"""The screen is confirmed while residents book: each time has one taker, and nobody waits for each other."""

from datetime import time
from functools import partial

import pytest

from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.tests.cast import NOW, TODAY, make_cast
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.serve.absences.actions.sharing import MATTER, VISIT, Choice, Outcome, share
from kehra.serve.absences.rules import Deed
from kehra.serve.absences.tests.situations import make_morning
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import BINDING, Appointment, State
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.booking.tests.test_races import at_once
from kehra.serve.matters.tests.situations import make_taken_matter

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_confirm_while_two_book_the_same_colleagues_times() -> None:
    cast = make_cast()
    morning = make_morning(cast)
    Absence.objects.update(ended_at=NOW)
    elsas = make_taken_matter(cast, cast.elsa)
    free = make_time(cast, day=TODAY, at=time(14))
    second = booking.book(elsas, free, by=cast.actor("elsa"), now=NOW)
    saris, marjas = (make_taken_matter(cast, one) for one in (cast.sari, cast.marja))
    make_absence(cast)
    mikko, maija = cast.actor("mikko"), morning.maija
    choices = [
        Choice(VISIT, second.pk, Deed.GIVE, maija.pk),
        Choice(VISIT, morning.visit.pk, Deed.GIVE, maija.pk),
        Choice(MATTER, morning.matter.pk, Deed.GIVE, maija.pk),
    ]
    outcomes: list[Outcome] = []
    at_once(
        lambda: outcomes.extend(share(cast.station, choices, by=mikko, now=NOW)),
        lambda: outcomes.extend(share(cast.station, choices[::-1], by=mikko, now=NOW)),
        partial(booking.book, saris, morning.same_time, by=cast.actor("sari"), now=NOW),
        partial(booking.book, marjas, morning.later_time, by=cast.actor("marja"), now=NOW),
    )
    of_maija = Appointment.objects.filter(professional=maija, state__in=BINDING)
    assert of_maija.count() == 2
    assert len({one.period.lower for one in of_maija}) == 2
    done = [outcome.choice.pk for outcome in outcomes if outcome.choice.kind == VISIT and not outcome.refused]
    for visit in (morning.visit, second):
        visit.refresh_from_db()
        assert (visit.professional == maija) == (visit.pk in done)
        assert visit.state == State.BOOKED
    assert len(done) == len(set(done))
