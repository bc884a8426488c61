"""The county starts with its queues and bookings: with their own dates, all of them or none."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Resident
from kehra.kernel.people.rules import artificial_code
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.imports import actions
from kehra.serve.imports.models import Imported
from kehra.serve.imports.permissions import BRING
from kehra.serve.imports.rules.lines import Booked, Queued
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.messages.models import Message, Notification
from kehra.serve.tasks.models import Task

AGO = NOW - timedelta(days=40)
CODE = artificial_code(date(1950, 5, 5), 931)


@pytest.fixture
def program(cast: Cast) -> Actor:
    return replace(actors.system(cast.county.pk), quiet=True)


def queued(cast: Cast, number: int = 1, **other: object) -> Queued:
    line = Queued(
        line=number + 1,
        id=str(number),
        code=str(cast.eero.identity_code),
        given_names="",
        family_name="",
        language="fi",
        service=cast.reception.code,
        unit=cast.station.names["fi"],
        contacted_at=AGO,
        assessed_at=None,
        urgency=4,
        channel="referral",
        need="Olkapää on kipeä.",
    )
    return replace(line, **other)  # type: ignore[arg-type]


def booked(cast: Cast, number: int = 1, **other: object) -> Booked:
    line = Booked(
        line=number + 1,
        id=str(number),
        queue_id="1",
        professional=cast.professional("liisa").register_number,
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, minutes=30),
        booked_at=AGO + timedelta(days=1),
        manner="on_site",
    )
    return replace(line, **other)  # type: ignore[arg-type]


def bring(
    cast: Cast, program: Actor, queues: list[Queued], bookings: list[Booked] | None = None
) -> tuple[int, int]:
    return actions.bring(cast.county, ("jono.csv", queues), ("ajat.csv", bookings or []), by=program, now=NOW)


def told(cast: Cast, program: Actor, queues: list[Queued], bookings: list[Booked] | None = None) -> list[str]:
    with pytest.raises(actions.NothingImported) as error:
        bring(cast, program, queues, bookings)
    assert not Matter.objects.exists()
    assert not Appointment.objects.exists()
    assert not Imported.objects.exists()
    return [str(wrong) for wrong in error.value.wrong]


def test_who_waits_is_a_matter_with_its_own_date_and_promise(cast: Cast, program: Actor) -> None:
    assert bring(cast, program, [queued(cast)]) == (1, 0)
    matter = Matter.objects.get()
    assert (matter.resident, matter.unit, matter.opened_at) == (cast.eero, cast.station, AGO)
    assert Entry.objects.get().happened_at == AGO
    clocks = Clock.objects.filter(matter=matter).order_by("promised_on")
    assert {clock.started_on for clock in clocks} == {AGO.date()}
    first = clocks[0].promised_on
    assert Task.objects.waiting().filter(matter=matter, unit=cast.station, due_on=first).exists()


def test_the_resident_is_not_told_as_if_it_were_new(cast: Cast, program: Actor) -> None:
    bring(cast, program, [queued(cast)], [booked(cast)])
    assert not Message.objects.exists()
    assert not Notification.objects.exists()


def test_what_was_assessed_there_is_assessed_on_that_day(cast: Cast, program: Actor) -> None:
    assessed: datetime = AGO + timedelta(days=1)
    bring(cast, program, [queued(cast, assessed_at=assessed)])
    stopped = Clock.objects.filter(stopped_on__isnull=False)
    running = Clock.objects.filter(stopped_on__isnull=True)
    assert {clock.stopped_on for clock in stopped} == {assessed.date()}
    assert {clock.started_on for clock in running} == {assessed.date()}


def test_a_booking_comes_along_with_the_day_it_was_made(cast: Cast, program: Actor) -> None:
    assert bring(cast, program, [queued(cast)], [booked(cast)]) == (1, 1)
    appointment = Appointment.objects.get()
    assert (appointment.state, appointment.booked_at) == ("booked", AGO + timedelta(days=1))
    assert appointment.resident == cast.eero


def test_one_who_is_not_in_the_records_is_added(cast: Cast, program: Actor) -> None:
    bring(cast, program, [queued(cast, code=CODE, given_names="Uuno", family_name="Uusi")])
    uuno = Resident.objects.get(identity_code=CODE)
    assert uuno.birth_date == date(1950, 5, 5)


def test_read_twice_it_is_brought_once(cast: Cast, program: Actor) -> None:
    bring(cast, program, [queued(cast)], [booked(cast)])
    assert bring(cast, program, [queued(cast)], [booked(cast)]) == (0, 0)
    assert (Matter.objects.count(), Appointment.objects.count()) == (1, 1)


def test_what_came_in_a_later_file_hangs_on_what_came_before(cast: Cast, program: Actor) -> None:
    bring(cast, program, [queued(cast)])
    assert bring(cast, program, [], [booked(cast)]) == (0, 1)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"service": "nothing"}, "palvelua"),
        ({"unit": "Ei mikään"}, "yksikköä"),
        ({"code": CODE}, "henkilötunnusta"),
    ],
)
def test_a_line_that_fits_nothing_here_stops_all(
    cast: Cast, program: Actor, other: dict[str, str], what: str
) -> None:
    (wrong,) = told(cast, program, [queued(cast), queued(cast, 2, **other)])
    assert wrong.startswith("jono.csv, line 3: ")
    assert what in wrong


def test_every_wrong_line_is_told_at_once(cast: Cast, program: Actor) -> None:
    bookings = [
        booked(cast),
        booked(cast, 2, queue_id="x"),
        booked(cast, 3, professional="x"),
        booked(cast, 4),
    ]
    wrong = told(cast, program, [queued(cast)], bookings)
    assert [line.partition(":")[0] for line in wrong] == [
        "ajat.csv, line 3",
        "ajat.csv, line 4",
        "ajat.csv, line 5",  # the same professional at the same time
    ]


def test_a_unit_that_the_resident_has_forbidden_gets_nothing(cast: Cast, program: Actor) -> None:
    cast.eero.restrictions.create(unit=cast.station, made_at=NOW)
    (wrong,) = told(cast, program, [queued(cast)])
    assert "line 2" in wrong


def test_it_is_in_the_log_of_the_resident_as_of_today(cast: Cast, program: Actor) -> None:
    bring(cast, program, [queued(cast)])
    (row,) = AuditEntry.objects.filter(action=BRING.name, residents__contains=[cast.eero.pk])
    assert row.at == NOW


@pytest.mark.parametrize("name", ["liisa", "mikko", "tiina", "eero"])
def test_no_person_brings_anything_along(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        actions.bring_matter(cast.county, queued(cast), by=cast.actor(name), now=NOW)


def test_nothing_comes_into_another_county(cast: Cast) -> None:
    other = replace(actors.system(cast.other_county.pk), quiet=True)
    with pytest.raises(Refused):
        actions.bring_matter(cast.county, queued(cast), by=other, now=NOW)
