"""Somebody is marked as away, by the unit's manager or by whoever is on duty."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.access.permissions import NotPossible, Refused, require
from kehra.kernel.accounts.models import Absence, Duty
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later
from kehra.serve.absences.actions.marking import mark_away
from kehra.serve.absences.permissions import ARRANGE, PLAN, SEE, Day
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.matters.tests.situations import make_taken_matter


def test_the_manager_marks_a_nurse_and_her_times_are_not_offered(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    make_time(cast)
    liisa = cast.professional("liisa")
    [absence] = mark_away(
        cast.station, [liisa], TODAY, TODAY + timedelta(days=1), by=cast.actor("mikko"), now=NOW
    )
    assert (absence.professional, absence.period.lower, absence.kind) == (liisa, NOW, "absent")
    assert absence.last_day == TODAY + timedelta(days=1)
    assert not FreeTime.objects.choosable(matter, by_resident=True, now=NOW).exists()


def test_whoever_is_on_duty_marks_and_is_not_on_duty_while_away(cast: Cast) -> None:
    Duty.objects.create(
        assignment=cast.assignments["olli"],
        unit=cast.station,
        period=DateTimeTZRange(NOW - timedelta(days=1), later(days=6)),
    )
    olli = cast.actor("olli")
    mark_away(cast.station, [cast.professional("olli")], TODAY, TODAY, by=olli, now=NOW)
    assert Duty.objects.on(cast.station, NOW) is None
    with pytest.raises(Refused):
        mark_away(cast.station, [cast.professional("liisa")], TODAY, TODAY, by=olli, now=NOW)


@pytest.mark.parametrize("name", ["liisa", "noora", "sami", "eero", "tiina"])
def test_others_mark_nobody(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        mark_away(cast.station, [cast.professional("olli")], TODAY, TODAY, by=cast.actor(name), now=NOW)
    with pytest.raises(Refused):
        require(cast.actor(name), PLAN, Day(cast.station), now=NOW)


def test_a_colleague_sees_who_is_away_and_a_stranger_does_not(cast: Cast) -> None:
    require(cast.actor("liisa"), SEE, Day(cast.station), now=NOW)
    for name in ("noora", "eero"):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), ARRANGE, Day(cast.station), now=NOW)
        assert refused.value.hidden


def test_days_gone_by_another_unit_and_twice_are_not_possible(cast: Cast) -> None:
    mikko, liisa = cast.actor("mikko"), cast.professional("liisa")
    days = timedelta(days=1)
    for first, last in ((TODAY - days, TODAY - days), (TODAY + days, TODAY), (TODAY, TODAY + 90 * days)):
        with pytest.raises(NotPossible):
            mark_away(cast.station, [liisa], first, last, by=mikko, now=NOW)
    with pytest.raises(NotPossible):
        mark_away(cast.station, [liisa, cast.professional("noora")], TODAY, TODAY, by=mikko, now=NOW)
    assert not Absence.objects.exists()
    mark_away(cast.station, [liisa], TODAY, TODAY, by=mikko, now=NOW)
    with pytest.raises(NotPossible):
        mark_away(cast.station, [liisa], TODAY, TODAY + days, by=mikko, now=NOW)
