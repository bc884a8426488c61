"""An interpreter is booked with the time, moved with it and cancelled with it."""

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast, signed_in
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.organisations.models import Organisation
from kehra.serve.booking.actions import booking, changing, offering
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.tests.situations import make_appointment, make_offer, make_time
from kehra.serve.interpreting import actions
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages.models import Notification
from kehra.serve.messages.tests.gateways import send_by
from kehra.serve.tasks.models import Task


def make_order(cast: Cast) -> InterpreterRequest:
    """Eero, who speaks Somali, has booked a time of Liisa."""
    cast.eero.interpreter_language = "so"
    cast.eero.save()
    return InterpreterRequest.objects.get(appointment=make_appointment(cast))


def waiting(kind: str) -> int:
    return Task.objects.waiting().filter(kind=f"interpreting.{kind}").count()


def test_a_resident_who_needs_none_gets_none(cast: Cast) -> None:
    make_appointment(cast)
    assert not InterpreterRequest.objects.exists()


def test_it_is_ordered_with_the_time_and_the_order_names_nobody(cast: Cast, settings: Any) -> None:
    send_by(settings)
    provider = Organisation.objects.create(
        county=cast.county, names={"fi": "Tulkit"}, kind="interpreting", valid_from=LONG_AGO
    )
    order = make_order(cast)
    assert (order.state, order.language, order.provider) == (State.REQUESTED, "so", provider)
    sent = Notification.objects.get(channel="interpreter")
    assert "somali" in sent.text
    assert "9.00" in sent.text
    for secret in (cast.eero.family_name, cast.eero.given_names, "Vastaanotto", cast.eero.phone):
        assert secret not in sent.text


def test_without_a_gateway_somebody_telephones(cast: Cast) -> None:
    make_order(cast)
    assert waiting("call_service") == 1


def test_a_time_taken_from_an_offer_has_its_interpreter(cast: Cast) -> None:
    cast.eero.interpreter_language = "fse"
    cast.eero.save()
    first = make_offer(cast).times.order_by("pk")[0]
    offering.accept_offer(first, by=cast.actor("eero"), now=NOW)
    assert InterpreterRequest.objects.get().language == "fse"


def test_booked_twice_it_is_one_order(cast: Cast) -> None:
    order = make_order(cast)
    time_of = order.appointment.free_time
    assert time_of is not None
    booking.book(order.matter, time_of, by=cast.actor("eero"), now=NOW)
    assert InterpreterRequest.objects.count() == 1


def test_a_moved_time_takes_its_interpreter_along_to_be_confirmed_anew(cast: Cast, settings: Any) -> None:
    send_by(settings)
    order = make_order(cast)
    actions.answer(order, found=True, by=cast.actor("liisa"), now=NOW)
    moved = changing.move(order.appointment, make_time(cast, at=time(13)), by=cast.actor("eero"), now=NOW)
    order.refresh_from_db()
    assert (order.appointment, order.state, order.answered_at) == (moved, State.REQUESTED, None)
    assert [row.key for row in Notification.objects.filter(channel="interpreter").order_by("pk")] == [
        f"{order.pk}-0",
        f"{order.pk}-1",
    ]


def test_a_move_that_fails_leaves_the_order_as_it_was(cast: Cast) -> None:
    order = make_order(cast)
    taken = make_time(cast, at=time(13))
    booking.book(make_taken_matter(cast, cast.marja), taken, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        changing.move(order.appointment, taken, by=cast.actor("eero"), now=NOW)
    order.refresh_from_db()
    assert (order.sequence, order.state) == (0, State.REQUESTED)


def test_a_cancelled_time_cancels_it_and_nothing_waits(cast: Cast) -> None:
    order = make_order(cast)
    changing.cancel(order.appointment, by=cast.actor("eero"), now=NOW)
    order.refresh_from_db()
    assert order.state == State.CANCELLED
    with pytest.raises(NotPossible):
        actions.answer(order, found=True, by=cast.actor("liisa"), now=NOW)


def test_not_available_is_a_task_until_one_is_found_and_the_resident_is_told(cast: Cast) -> None:
    order = make_order(cast)
    for _twice in range(2):
        actions.answer(order, found=False, by=cast.actor("liisa"), now=NOW)
    assert waiting("missing") == 1
    actions.answer(order, found=True, by=cast.actor("olli"), now=NOW)
    assert waiting("missing") == 0
    told = JournalEntry.objects.filter(activity__startswith="interpreting.").order_by("seq")
    assert [entry.activity.split(".")[1] for entry in told] == ["requested", "not_available", "confirmed"]


@pytest.mark.parametrize("name", ["eero", "noora", "sami", "mikko", "karl"])
def test_only_the_unit_notes_what_the_service_answered(cast: Cast, name: str) -> None:
    """interpreting.answer: ANSWER."""
    with pytest.raises(Refused):
        actions.answer(make_order(cast), found=True, by=cast.actor(name), now=NOW)


def test_the_pages_say_how_it_stands(cast: Cast, client: Client, set_time: Any) -> None:
    order = make_order(cast)
    signed_in(client, cast, "liisa")
    page = client.get(f"/matters/{order.matter.pk}/", secure=True).content.decode()
    assert "somali" in page
    answered = client.post(f"/interpreting/{order.pk}/answer/", {"found": "yes"}, secure=True)
    assert answered.status_code == 302
    day = client.get(f"{reverse('booking:day')}?day={order.appointment.day}", secure=True)
    assert "vahvistettu" in day.content.decode()
    signed_in(client, cast, "eero")
    for path in (f"/appointments/{order.appointment_id}/", "/appointments/"):
        assert "vahvistettu" in client.get(path, secure=True).content.decode()


def test_a_stranger_is_told_that_there_is_nothing(cast: Cast, client: Client, set_time: Any) -> None:
    order = make_order(cast)
    signed_in(client, cast, "noora")
    assert client.post(f"/interpreting/{order.pk}/answer/", {"found": "yes"}, secure=True).status_code == 404


def test_appointments_and_orders_do_not_part(cast: Cast) -> None:
    """Whatever was done, each coming visit of one who needs an interpreter has exactly one order."""
    order = make_order(cast)
    changing.move(order.appointment, make_time(cast, at=time(13)), by=cast.actor("eero"), now=NOW)
    coming = Appointment.objects.coming(NOW)
    assert [one.interpreter.pk for one in coming] == [order.pk]
