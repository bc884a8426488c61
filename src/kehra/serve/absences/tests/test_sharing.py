"""What an absent worker had is shared out at one press, and comes back."""

from datetime import time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.absences.actions import returning
from kehra.serve.absences.actions.sharing import MATTER, OFFER, VISIT, Choice, share
from kehra.serve.absences.models import Share
from kehra.serve.absences.rules import Deed
from kehra.serve.absences.signals import CALL
from kehra.serve.absences.tests.situations import make_morning
from kehra.serve.absences.triggers import end_absences
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import BINDING, Appointment, State
from kehra.serve.booking.signals import TIME_NEEDED
from kehra.serve.booking.tests.situations import make_offer, make_time
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages.models import Message, Notification
from kehra.serve.tasks.models import Task


def test_the_visit_keeps_its_time_and_the_matter_goes_along(cast: Cast) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    choices = [
        Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk),
        Choice(MATTER, morning.matter.pk, Deed.GIVE, morning.maija.pk),
    ]
    assert not any(outcome.refused for outcome in share(cast.station, choices, by=mikko, now=NOW))
    morning.visit.refresh_from_db()
    morning.matter.refresh_from_db()
    assert morning.visit.professional == morning.matter.responsible == morning.maija
    assert not Task.objects.waiting().filter(professional=cast.professional("liisa")).exists()
    assert Message.objects.filter(matter=morning.matter, activity="booking.given").exists()
    again = share(cast.station, choices, by=mikko, now=NOW)
    assert all(outcome.refused for outcome in again)
    assert JournalEntry.objects.filter(activity="booking.given").count() == 1
    assert Share.objects.count() == 2


def test_a_moved_and_a_cancelled_visit_are_called_about_and_looked_after(cast: Cast) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    moving = Choice(VISIT, morning.visit.pk, Deed.MOVE, morning.later_time.pk)
    [outcome] = share(cast.station, [moving], by=mikko, now=NOW)
    assert not outcome.refused
    moved = Appointment.objects.get(moved_from=morning.visit)
    assert (moved.professional, moved.period) == (morning.maija, morning.later_time.period)
    call = Task.objects.get(kind=CALL.name)
    assert (call.due_on, call.urgency, call.professional) == (TODAY, 2, None)
    elsas = make_taken_matter(cast, cast.elsa)
    Absence.objects.update(ended_at=NOW)
    visit = booking.book(elsas, make_time(cast, day=TODAY, at=time(15)), by=cast.actor("elsa"), now=NOW)
    make_absence(cast)
    share(cast.station, [Choice(VISIT, visit.pk, Deed.CANCEL)], by=mikko, now=NOW)
    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == (State.CANCELLED, "absent")
    assert Task.objects.waiting().get(matter=elsas, kind=TIME_NEEDED.name).professional is None


def test_what_no_longer_holds_is_said_and_the_rest_is_done(cast: Cast) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    elsas = make_taken_matter(cast, cast.elsa)
    booking.book(elsas, morning.same_time, by=cast.actor("elsa"), now=NOW)
    outcomes = share(
        cast.station,
        [
            Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk),
            Choice(VISIT, 999_999, Deed.CANCEL),
            Choice(VISIT, morning.visit.pk + 0, Deed.STAY),
            Choice(MATTER, morning.matter.pk, Deed.DESK),
        ],
        by=mikko,
        now=NOW,
    )
    refused = {(outcome.choice.kind, outcome.choice.deed): bool(outcome.refused) for outcome in outcomes}
    assert refused == {
        (VISIT, Deed.GIVE): True,
        (VISIT, Deed.CANCEL): True,
        (VISIT, Deed.STAY): True,
        (MATTER, Deed.DESK): False,
    }
    morning.visit.refresh_from_db()
    assert morning.visit.professional == cast.professional("liisa")


def test_nothing_of_one_who_is_at_work_is_touched_and_others_share_nothing(cast: Cast) -> None:
    morning = make_morning(cast)
    choice = Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk)
    for name in ("liisa", "noora", "eero"):
        with pytest.raises(Refused):
            share(cast.station, [choice], by=cast.actor(name), now=NOW)
    Absence.objects.update(ended_at=NOW)
    [outcome] = share(cast.station, [choice], by=cast.actor("mikko"), now=NOW)
    assert outcome.refused


def test_an_offer_of_their_times_is_taken_back_and_others_are_to_be_found(cast: Cast) -> None:
    offer = make_offer(cast)
    make_absence(cast)
    [outcome] = share(cast.station, [Choice(OFFER, offer.pk, Deed.CANCEL)], by=cast.actor("mikko"), now=NOW)
    assert not outcome.refused
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert Task.objects.waiting().filter(matter=offer.matter, kind=TIME_NEEDED.name).exists()


def test_one_who_would_get_a_letter_is_called_even_if_only_the_professional_changes(cast: Cast) -> None:
    morning = make_morning(cast)
    cast.eero.email = cast.eero.phone = ""
    cast.eero.save(update_fields=["email", "phone"])
    Notification.objects.all().delete()
    choice = Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk)
    share(cast.station, [choice], by=cast.actor("mikko"), now=NOW)
    assert Task.objects.waiting().filter(kind=CALL.name, matter=morning.matter).exists()


def test_if_they_come_after_all_what_was_not_told_or_begun_goes_back(cast: Cast) -> None:
    morning, mikko, liisa = make_morning(cast), cast.actor("mikko"), cast.professional("liisa")
    other = make_taken_matter(cast, cast.elsa)
    choices = [
        Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk),
        Choice(MATTER, morning.matter.pk, Deed.GIVE, morning.maija.pk),
        Choice(MATTER, other.pk, Deed.GIVE, morning.maija.pk),
    ]
    share(cast.station, choices, by=mikko, now=NOW)
    work.write(other, "Soitettu.", by=cast.actor("olli"), now=NOW)
    other.entries.filter(text="Soitettu.").update(professional=morning.maija)
    with pytest.raises(Refused):
        returning.end(morning.absence, by=cast.actor("noora"), now=NOW)
    returned = returning.end(morning.absence, by=mikko, now=later(minutes=10))
    assert (returned.back, returned.stayed) == (2, 1)
    for row in (morning.visit, morning.matter, other):
        row.refresh_from_db()
    assert morning.visit.professional == morning.matter.responsible == liisa
    assert other.responsible == morning.maija
    assert returning.end(morning.absence, by=mikko, now=later(minutes=11)).back == 0


def test_a_visit_that_the_resident_has_read_of_stays_as_it_was_told(cast: Cast) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    choice = Choice(VISIT, morning.visit.pk, Deed.GIVE, morning.maija.pk)
    share(cast.station, [choice], by=mikko, now=NOW)
    Message.objects.filter(activity="booking.given").update(read_at=NOW)
    assert returning.end(morning.absence, by=mikko, now=later(minutes=10)).stayed == 1
    morning.visit.refresh_from_db()
    assert morning.visit.professional == morning.maija


def test_by_the_clock_open_matters_go_back_at_the_end(cast: Cast, set_time: object) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    share(cast.station, [Choice(MATTER, morning.matter.pk, Deed.GIVE, morning.maija.pk)], by=mikko, now=NOW)
    end_absences(0)
    morning.matter.refresh_from_db()
    assert morning.matter.responsible == morning.maija
    set_time(later(days=3))  # type: ignore[operator]
    end_absences(0)
    morning.matter.refresh_from_db()
    assert morning.matter.responsible == cast.professional("liisa")


def test_a_substitute_who_falls_ill_passes_it_on_and_it_still_comes_back_to_the_first(cast: Cast) -> None:
    morning, mikko = make_morning(cast), cast.actor("mikko")
    olli = cast.professional("olli")
    give = Choice(MATTER, morning.matter.pk, Deed.GIVE, morning.maija.pk)
    share(cast.station, [give], by=mikko, now=NOW)
    make_absence(cast, "maija", days=1)
    share(cast.station, [Choice(MATTER, morning.matter.pk, Deed.GIVE, olli.pk)], by=mikko, now=NOW)
    returning.end(morning.absence, by=mikko, now=later(hours=1))
    morning.matter.refresh_from_db()
    assert morning.matter.responsible == cast.professional("liisa")


deeds = st.lists(
    st.tuples(st.sampled_from([Deed.GIVE, Deed.MOVE, Deed.CANCEL]), st.integers(0, 3)), min_size=4, max_size=4
)


@given(deeds)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_chosen_nobody_is_booked_twice_and_nothing_is_lost(
    cast: Cast, chosen: list[tuple[Deed, int]]
) -> None:
    with transaction.atomic():
        morning, mikko = make_morning(cast), cast.actor("mikko")
        half = timedelta(minutes=30)
        visits = [morning.visit]
        Absence.objects.update(ended_at=NOW)
        for number, name in enumerate(("elsa", "marja", "sari")):
            matter = make_taken_matter(cast, getattr(cast, name))
            time_of = make_time(cast, starts_at=morning.visit.starts_at + (number + 1) * half)
            visits.append(booking.book(matter, time_of, by=cast.actor(name), now=NOW))
        make_absence(cast)
        free = [morning.same_time, morning.later_time]
        people = [morning.maija, cast.professional("olli"), cast.professional("noora"), morning.maija]
        choices = [
            Choice(VISIT, visit.pk, deed, free[pick % 2].pk if deed == Deed.MOVE else people[pick].pk)
            for visit, (deed, pick) in zip(visits, chosen, strict=True)
        ]
        outcomes = share(cast.station, choices, by=mikko, now=NOW)
        binding = Appointment.objects.filter(state__in=BINDING)
        for one in binding:
            rest = binding.exclude(pk=one.pk).filter(
                professional=one.professional, period__overlap=one.period
            )
            assert not rest.exists()
        for outcome in outcomes:
            visit = Appointment.objects.get(pk=outcome.choice.pk)
            still_hers = visit.professional == cast.professional("liisa") and visit.state == State.BOOKED
            assert still_hers == bool(outcome.refused)
        transaction.set_rollback(True)
