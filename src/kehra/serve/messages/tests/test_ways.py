"""By which way the resident is told: e-mail, text message or letter; and what is done when one fails."""

from typing import Any

import pytest

from kehra.kernel.accounts.models import User
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY, Cast
from kehra.kernel.people.models import Mandate, Restriction
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages import actions, jobs, outbox
from kehra.serve.messages.models import Channel, EmailState, Notification
from kehra.serve.messages.outbox import Way
from kehra.serve.messages.tests.gateways import NUMBER, reach, send_by
from kehra.serve.tasks.models import Task


def test_a_resident_without_email_is_told_by_text_message(cast: Cast, settings: Any) -> None:
    taken = send_by(settings)
    reach(cast.eero, sms=NUMBER)
    matter = make_taken_matter(cast)
    notification = Notification.objects.get()
    jobs.send_sms(notification.pk)
    (message,) = taken
    assert message.addresses == (NUMBER,)
    assert "116 117" in message.text
    for secret in (cast.eero.family_name, "Vastaanotto", str(cast.station), str(matter.pk)):
        assert secret not in message.text


def test_an_installation_without_a_gateway_sends_no_text_message(cast: Cast, settings: Any) -> None:
    settings.GATEWAYS = {"email": "", "sms": ""}
    reach(cast.eero, sms=NUMBER)
    assert outbox.ways(cast.eero, NOW) == [Way(cast.eero, Channel.LETTER)]


@pytest.mark.parametrize("ways", [{}, {"letters": True, "email": "eero@example.org"}])
def test_whom_nothing_else_reaches_or_who_wants_it_gets_a_letter(
    cast: Cast, ways: dict[str, Any], settings: Any
) -> None:
    send_by(settings)
    reach(cast.eero, **ways)
    matter = make_taken_matter(cast)
    actions.send(matter, "Tulokset ovat kunnossa.", by=cast.actor("liisa"), now=NOW)
    letters = Notification.objects.letters_of(cast.station.pk)
    assert [letter.message.text for letter in letters if letter.message] == ["", "Tulokset ovat kunnossa."]


def test_one_who_signs_in_is_written_no_letter_without_asking(cast: Cast, settings: Any) -> None:
    send_by(settings)
    User.objects.filter(resident=cast.eero).update(last_login=NOW)
    assert outbox.ways(reach(cast.eero), NOW) == []


def test_a_person_without_an_address_is_written_no_letter(cast: Cast, settings: Any) -> None:
    send_by(settings)
    cast.eero.address.delete()
    assert outbox.ways(reach(cast.eero), NOW) == []


def test_a_delegate_who_is_to_be_informed_is_told_too_until_restricted(cast: Cast, settings: Any) -> None:
    send_by(settings)
    reach(cast.eero, letters=True)
    Mandate.objects.create(
        principal=cast.eero, delegate=cast.marja, evidence="paper", informed=True, valid_from=LONG_AGO
    )
    told = [(way.receiver, way.channel) for way in outbox.ways(cast.eero, NOW)]
    assert told == [(cast.eero, Channel.LETTER), (cast.marja, Channel.EMAIL)]
    Restriction.objects.create(resident=cast.eero, from_those_acting_for=True, made_at=NOW)
    assert [way.receiver for way in outbox.ways(cast.eero, NOW)] == [cast.eero]


@pytest.mark.parametrize("ended", [{"valid_until": TODAY}, {"withdrawn_at": NOW}, {"informed": False}])
def test_a_delegate_whose_mandate_has_ended_is_told_nothing(
    cast: Cast, settings: Any, ended: dict[str, Any]
) -> None:
    send_by(settings)
    values = {"evidence": "paper", "informed": True, "valid_from": LONG_AGO, **ended}
    Mandate.objects.create(principal=cast.eero, delegate=cast.marja, **values)
    assert [way.receiver for way in outbox.ways(cast.eero, NOW)] == [cast.eero]


def test_a_wrong_number_is_not_used_again_and_a_letter_and_a_task_follow(cast: Cast, settings: Any) -> None:
    send_by(settings, sms="KnowsNobody")
    reach(cast.eero, sms=NUMBER)
    matter = make_taken_matter(cast)
    jobs.send_sms(Notification.objects.get().pk)
    cast.eero.refresh_from_db()
    assert cast.eero.sms_failed_at is not None
    assert list(Notification.objects.order_by("pk").values_list("channel", "state")) == [
        ("sms", EmailState.FAILED),
        ("letter", EmailState.QUEUED),
    ]
    assert Task.objects.waiting().filter(kind="messages.unreached", matter=matter).count() == 1


def test_a_text_message_that_was_lost_on_the_way_is_unknown_and_never_sent_twice(
    cast: Cast, settings: Any
) -> None:
    send_by(settings, sms="LosesIt")
    reach(cast.eero, sms=NUMBER)
    make_taken_matter(cast)
    notification = Notification.objects.get()
    jobs.send_sms(notification.pk)
    taken = send_by(settings)
    jobs.send_sms(notification.pk)
    notification.refresh_from_db()
    assert (notification.state, taken) == (EmailState.UNKNOWN, [])


def test_the_written_language_is_the_chosen_one_else_the_own_else_finnish(cast: Cast) -> None:
    assert cast.elsa.written_language == "sv"
    cast.eero.language = "so"
    assert cast.eero.written_language == "fi"
    cast.eero.contact_language = "en"
    assert cast.eero.written_language == "en"
