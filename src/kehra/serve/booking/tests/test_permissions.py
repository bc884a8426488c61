"""Who may what with times: one table, and the list of appointments agrees with it."""

from typing import Any

import pytest

from kehra.kernel.access.permissions import Permission, Refused, may, require, visible
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.people.models import Restriction
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.permissions import (
    ANSWER,
    BOOK,
    CHANGE,
    CHOOSE,
    GIVE_BACK,
    OFFER,
    PUBLISH,
    RECEIVE,
    SEE,
)
from kehra.serve.booking.tests.situations import make_appointment
from kehra.serve.matters.models.participation import Participation

EVERYBODY = ("eero", "elsa", "marja", "liisa", "olli", "noora", "sami", "pia", "mikko", "tiina", "karl")


@pytest.mark.parametrize(
    ("permission", "who_may"),
    [
        (PUBLISH, {"liisa", "olli"}),
        (CHOOSE, {"eero", "liisa", "olli"}),
        (BOOK, {"eero", "liisa", "olli"}),
        (OFFER, {"liisa", "olli"}),
        (GIVE_BACK, {"liisa", "olli"}),
        (ANSWER, {"eero"}),
        (SEE, {"eero", "liisa", "olli"}),
        (CHANGE, {"eero", "liisa", "olli"}),
        (RECEIVE, {"liisa", "olli"}),
    ],
    ids=lambda value: value.name if isinstance(value, Permission) else "",
)
def test_the_resident_and_the_unit_and_nobody_else(
    cast: Cast, permission: Permission, who_may: set[str]
) -> None:
    appointment = make_appointment(cast)
    thing: Any = {"booking.publish": appointment.free_time.booking_list}.get(permission.name, appointment)
    assert {name for name in EVERYBODY if may(cast.actor(name), permission, thing, now=NOW)} == who_may
    with pytest.raises(Refused) as refused:
        require(cast.actor("karl"), permission, thing, now=NOW)
    assert refused.value.hidden


def test_the_other_sector_sees_that_there_is_a_visit_but_not_when(cast: Cast) -> None:
    appointment = make_appointment(cast)
    Participation.objects.create(matter=appointment.matter, unit=cast.social, right="work", started_at=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor("sami"), SEE, appointment, now=NOW)
    assert not refused.value.hidden


def test_the_list_of_appointments_agrees_with_the_opening_of_each(cast: Cast) -> None:
    make_appointment(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.other_station, made_at=NOW)
    appointments = Appointment.objects.all()
    for name in EVERYBODY:
        by = cast.actor(name)
        exact = {one.pk for one in appointments if may(by, SEE, one, now=NOW)}
        assert set(visible(by, SEE, appointments).values_list("pk", flat=True)) == exact
