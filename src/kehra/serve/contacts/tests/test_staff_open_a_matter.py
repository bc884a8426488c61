"""Somebody calls, walks in, is referred, or somebody is worried about them: staff open the matter."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, may, require
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.actions import calls, reception
from kehra.serve.contacts.actions.reception import Notice, Told
from kehra.serve.contacts.models import CallBack, Contact, Notifier
from kehra.serve.contacts.permissions import CALL, IDENTIFY, NOTIFIER, WANT_CALL
from kehra.serve.matters.models.matter import Urgency
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.tasks.models import Task


def make_call(cast: Cast, resident: Resident | None = None, **told: object) -> Contact:
    """Eero (by default) calls the health station, and Liisa writes down what he says."""
    said = {"channel": "phone", "words": "Polvi on kipeä.", "service": cast.reception, **told}
    return reception.open_for(resident or cast.eero, Told(**said), by=cast.actor("liisa"), now=NOW)  # type: ignore[arg-type]


def make_unidentified(cast: Cast) -> Contact:
    """A young man walks in and cannot say who he is."""
    stranger = reception.note_unidentified(
        "Nuori mies, punainen takki", language="fi", by=cast.actor("liisa"), now=NOW
    )
    return make_call(cast, stranger, channel="walk_in")


def test_a_call_is_a_matter_with_its_channel_and_the_resident_sees_it(cast: Cast) -> None:
    contact = make_call(cast, urgency=Urgency.URGENT)
    matter = contact.matter
    assert matter is not None
    assert (matter.channel, matter.unit, matter.urgency) == ("phone", cast.station, Urgency.URGENT)
    assert contact.professional == cast.professional("liisa")
    assert may(cast.actor("eero"), READ, matter, now=NOW)


def test_a_need_that_the_own_unit_does_not_serve_goes_to_the_one_that_does(cast: Cast) -> None:
    contact = make_call(cast, service=cast.social_work, call_phone="040 123 4567")
    assert contact.matter is not None
    assert contact.matter.unit == cast.social
    assert not may(cast.actor("liisa"), READ, contact.matter, now=NOW)
    assert CallBack.objects.get().phone == "040 123 4567"


@pytest.mark.parametrize("name", ["pia", "mikko", "tiina", "karl", "marja"])
def test_others_do_not_open_one(cast: Cast, name: str) -> None:
    told = Told("phone", "Polvi on kipeä.", cast.reception)
    with pytest.raises(Refused) as refused:
        reception.open_for(cast.eero, told, by=cast.actor(name), now=NOW)
    assert refused.value.hidden


def test_a_notifier_who_stays_unknown_is_known_to_the_unit_and_not_to_the_family(cast: Cast) -> None:
    notice = Notice("Naapuri", "040 765 4321", "asuu seinän takana", stays_unknown=True)
    contact = make_call(cast, cast.aino, channel="notice", notice=notice)
    notifier = Notifier.objects.get(contact=contact)
    require(cast.actor("liisa"), NOTIFIER, notifier, now=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor("marja", acting_for=cast.aino), NOTIFIER, notifier, now=NOW)
    assert not refused.value.hidden
    notifier.stays_unknown = False
    assert may(cast.actor("marja", acting_for=cast.aino), NOTIFIER, notifier, now=NOW)


@pytest.mark.parametrize("name", ["noora", "eero", "mikko"])
def test_others_identify_nobody(cast: Cast, name: str) -> None:
    matter = make_unidentified(cast).matter
    assert matter is not None
    with pytest.raises(Refused):
        require(cast.actor(name), IDENTIFY, matter, now=NOW)


def test_who_wants_a_call_waits_on_the_list_until_reached(cast: Cast) -> None:
    matter = make_matter(cast)
    call = calls.want(matter, "040 111", by=cast.actor("eero"), now=NOW)
    assert calls.want(matter, "040 222", by=cast.actor("eero"), now=NOW) == call
    assert Task.objects.filter(kind="contacts.call", done_at=None).count() == 1
    call = calls.no_answer(call, by=cast.actor("liisa"), now=later(hours=1))
    assert (call.tries, call.phone) == (1, "040 222")
    call = calls.done(call, by=cast.actor("olli"), now=later(hours=2))
    assert (call.tries, call.done_at) == (2, later(hours=2))
    assert not CallBack.objects.waiting().exists()
    assert not Task.objects.filter(kind="contacts.call", done_at=None).exists()
    told = list(
        JournalEntry.objects.filter(matter_id=matter.pk).order_by("seq").values_list("activity", flat=True)
    )
    assert told[-3:] == ["contacts.call_wanted", "contacts.no_answer", "contacts.called"]


def test_a_call_that_was_made_is_not_made_again(cast: Cast) -> None:
    call = calls.want(make_matter(cast), "040 111", by=cast.actor("eero"), now=NOW)
    calls.done(call, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        calls.no_answer(call, by=cast.actor("liisa"), now=NOW)


def test_strangers_neither_want_nor_make_calls(cast: Cast) -> None:
    matter = make_matter(cast)
    call = calls.want(matter, "040 111", by=cast.actor("eero"), now=NOW)
    for name in ("noora", "elsa", "mikko"):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), CALL, call, now=NOW)
        assert refused.value.hidden
        with pytest.raises(Refused):
            require(cast.actor(name), WANT_CALL, matter, now=NOW)
    with pytest.raises(Refused) as refused:
        calls.done(call, by=cast.actor("eero"), now=NOW)
    assert not refused.value.hidden
