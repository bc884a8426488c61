"""A resident says what they need, answers, and sends it."""

from datetime import timedelta

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, require
from kehra.kernel.accounts.models import Duty
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Restriction
from kehra.kernel.time import clock
from kehra.serve.contacts.actions import writing
from kehra.serve.contacts.models import CallBack, Contact
from kehra.serve.contacts.permissions import DISCARD, READ, WRITE
from kehra.serve.contacts.tests.situations import CALM, make_draft, make_sent
from kehra.serve.contacts.triggers import forget_drafts
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.tasks.models import Task


def test_sending_makes_a_matter_of_the_unit_that_receives_such_needs(cast: Cast) -> None:
    contact = make_sent(cast)
    matter = contact.matter
    assert matter is not None
    assert (matter.unit, matter.channel, matter.urgency) == (cast.station, "digital", Urgency.NON_URGENT)
    assert matter.entries.get().text == "Polvi on kipeä."
    assert contact.response is not None
    assert contact.response["resourceType"] == "QuestionnaireResponse"


def test_the_row_that_fired_is_kept_and_told_to_the_journal(cast: Cast) -> None:
    contact = make_sent(cast)
    assert contact.decision is not None
    assert contact.decision["rows"][0]["number"] == 11
    assert contact.decision["version"]
    entry = JournalEntry.objects.get(activity="contacts.answered")
    assert (entry.data["row"], entry.data["status"]) == (11, "decided")


@pytest.mark.parametrize("left_out", ["danger", "severity", "managing"])
def test_a_missing_answer_is_unknown_and_named_and_never_fine(cast: Cast, left_out: str) -> None:
    contact = make_sent(cast, **{name: given for name, given in CALM.items() if name != left_out})
    assert contact.matter is not None
    assert contact.matter.urgency == Urgency.UNKNOWN
    assert contact.decision is not None
    assert contact.decision["status"] == "undecided"
    assert contact.decision["missing"]


def test_answers_can_be_changed_until_they_are_sent(cast: Cast) -> None:
    contact, eero = make_draft(cast, **CALM), cast.actor("eero")
    writing.say(contact, "Polvi on tosi kipeä.", by=eero, now=NOW)
    writing.answer(contact, {"severity": ["very"]}, by=eero, now=NOW)
    contact = writing.send(contact, by=eero, now=NOW)
    assert contact.matter is not None
    assert contact.matter.urgency == Urgency.URGENT
    assert contact.matter.entries.get().text == "Polvi on tosi kipeä."
    for late in (
        lambda: writing.say(contact, "x", by=eero, now=NOW),
        lambda: writing.choose(contact, cast.reception, by=eero, now=NOW),
        lambda: writing.answer(contact, {}, by=eero, now=NOW),
        lambda: writing.reach(contact, "", wants_call=False, by=eero, now=NOW),
        lambda: writing.discard(contact, by=eero, now=NOW),
        lambda: writing.send(contact, by=eero, now=NOW),
    ):
        with pytest.raises(NotPossible):
            late()
    assert Matter.objects.count() == 1


def test_a_red_flag_is_sent_at_once_and_alerts_the_one_on_duty(cast: Cast) -> None:
    period = (NOW - timedelta(hours=1), NOW + timedelta(hours=7))
    Duty.objects.create(assignment=cast.assignments["olli"], unit=cast.station, period=period)
    contact = make_draft(cast, danger=["chest_pain"])
    assert contact.sent
    assert contact.red_flag
    task = Task.objects.get(kind="contacts.alert")
    assert (task.professional, task.urgency, task.due_on) == (
        cast.professional("olli"),
        Urgency.EMERGENCY,
        TODAY,
    )
    assert contact.matter is not None
    assert contact.matter.urgency == Urgency.EMERGENCY
    assert JournalEntry.objects.filter(activity="contacts.red_flag", matter_id=contact.matter.pk).exists()


def test_with_nobody_on_duty_it_waits_for_the_whole_unit_as_an_emergency(cast: Cast) -> None:
    ended = (NOW - timedelta(hours=9), NOW - timedelta(hours=1))
    Duty.objects.create(assignment=cast.assignments["olli"], unit=cast.station, period=ended)
    make_draft(cast, danger=["self_harm"])
    task = Task.objects.get(kind="contacts.alert")
    assert (task.professional, task.unit, task.urgency) == (None, cast.station, Urgency.EMERGENCY)


def test_a_call_that_was_wanted_waits_with_the_promise(cast: Cast) -> None:
    contact, eero = make_draft(cast, **CALM), cast.actor("eero")
    writing.reach(contact, "040 111 2222", wants_call=True, by=eero, now=NOW)
    contact = writing.send(contact, by=eero, now=NOW)
    assert CallBack.objects.get(matter=contact.matter).phone == "040 111 2222"


def test_where_nobody_receives_such_a_need_it_says_where_to_turn(cast: Cast) -> None:
    Offering.objects.update(intake=False)
    with pytest.raises(NotPossible, match="116 117"):
        make_draft(cast)


def test_a_guardian_sends_for_the_child(cast: Cast) -> None:
    contact = make_draft(cast, cast.aino, name="marja", **CALM)
    contact = writing.send(contact, by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    assert contact.resident == cast.aino
    assert contact.writer == cast.user("marja")


def test_a_draft_is_seen_by_its_writer_alone(cast: Cast) -> None:
    contact = make_draft(cast, cast.aino, name="marja")
    for stranger in (cast.actor("aino"), cast.actor("marja"), cast.actor("liisa"), cast.actor("eero")):
        for permission in (READ, WRITE):
            with pytest.raises(Refused) as refused:
                require(stranger, permission, contact, now=NOW)
            assert refused.value.hidden


def test_a_guardian_whom_the_child_has_barred_does_not_see_what_was_sent(cast: Cast) -> None:
    marja = cast.actor("marja", acting_for=cast.aino)
    contact = writing.send(make_draft(cast, cast.aino, name="marja", **CALM), by=marja, now=NOW)
    require(marja, READ, contact, now=NOW)
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=NOW)
    with pytest.raises(Refused):
        require(marja, READ, contact, now=NOW)


def test_nothing_is_left_of_a_draft_that_is_thrown_away(cast: Cast) -> None:
    writing.discard(make_draft(cast), by=cast.actor("eero"), now=NOW)
    assert not Contact.objects.exists()
    with pytest.raises(Refused):
        require(cast.actor("liisa"), DISCARD, make_draft(cast), now=NOW)


def test_an_old_draft_is_forgotten_and_what_was_sent_is_not(cast: Cast) -> None:
    make_sent(cast, now=clock.now() - timedelta(days=40))
    make_draft(cast, now=clock.now() - timedelta(days=40))
    new = make_draft(cast, now=clock.now())
    forget_drafts(0)
    assert list(Contact.objects.filter(sent_at=None)) == [new]
    assert Contact.objects.count() == 2


def test_more_is_told_about_the_need_and_waits_for_the_unit(cast: Cast) -> None:
    matter = make_sent(cast).matter
    assert matter is not None
    writing.add_to_need(matter, "Nyt se turposi.", by=cast.actor("eero"), now=later(days=1))
    assert [entry.text for entry in matter.entries.all()] == ["Polvi on kipeä.", "Nyt se turposi."]
    assert Task.objects.get(kind="contacts.addition").unit == cast.station


def test_others_tell_nothing_about_it_and_nobody_after_its_end(cast: Cast) -> None:
    matter = make_sent(cast).matter
    assert matter is not None
    with pytest.raises(Refused) as refused:
        writing.add_to_need(matter, "x", by=cast.actor("elsa"), now=NOW)
    assert refused.value.hidden
    with pytest.raises(Refused) as refused:
        writing.add_to_need(matter, "x", by=cast.actor("liisa"), now=NOW)
    assert not refused.value.hidden
    work.take(matter, by=cast.actor("liisa"), now=NOW)
    work.close(matter, "solved", by=cast.actor("liisa"), now=NOW)
    matter.refresh_from_db()
    with pytest.raises(NotPossible):
        writing.add_to_need(matter, "x", by=cast.actor("eero"), now=NOW)
