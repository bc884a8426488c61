"""A matter was opened for the wrong person: the right one gets it with its true times, the wrong one sees it
no more, and what they saw stays in the log."""

from datetime import timedelta

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, may, require, visible
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Professional, Resident, Restriction
from kehra.serve.assessments import actions as assessing
from kehra.serve.booking.actions import booking
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.contacts.models import CallBack, Contact
from kehra.serve.corrections.actions import reassigning
from kehra.serve.corrections.models import Correction, Incident
from kehra.serve.corrections.permissions import REASSIGN
from kehra.serve.corrections.tests.situations import make_cousin, make_user, make_wrong_matter
from kehra.serve.interpreting.models import InterpreterRequest
from kehra.serve.matters.actions import handovers, work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ, SEE_PART
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import Message, Notification
from kehra.serve.tasks.models import Task

WHY = "Soittaja antoi syntymäaikansa: eri Eero."


@pytest.fixture
def cousin(cast: Cast) -> Resident:
    resident = make_cousin(cast)
    make_user(cast, "cousin", resident)
    return resident


@pytest.fixture
def wrong(cast: Cast) -> Matter:
    return make_wrong_matter(cast)


def test_the_right_person_has_the_matter_and_the_wrong_one_sees_nothing(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    work.write(wrong, "Soitettu, ohjattu tutkimuksiin.", by=cast.actor("liisa"), now=later(minutes=10))
    message = messages.send(wrong, "Tulkaa verikokeeseen.", by=cast.actor("liisa"), now=later(minutes=20))
    require(cast.actor("eero"), READ, wrong, now=later(minutes=30))
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=2))
    wrong.refresh_from_db()
    message = Message.objects.get(pk=message.pk)
    assert (right.resident, right.opened_at, right.unit, right.responsible) == (
        cousin,
        NOW,
        wrong.unit,
        wrong.responsible,
    )
    assert (wrong.outcome, wrong.mistaken_at, wrong.viewers) == ("wrong_person", later(hours=2), [])
    for name in ("eero", "liisa", "olli"):
        by = cast.actor(name)
        assert not may(by, READ, wrong, now=later(hours=2))
        assert wrong not in visible(by, READ, Matter.objects.all())
        assert not may(by, SEE_PART, message, now=later(hours=2))
    for name in ("cousin", "liisa"):
        by = cast.actor(name)
        assert may(by, READ, right, now=later(hours=2))
        assert right in visible(by, READ, Matter.objects.all())
    texts = list(right.entries.values_list("text", "written_at", "professional"))
    liisa = cast.professional("liisa").pk
    assert texts == [
        ("Rintaa puristaa rappusissa.", NOW, liisa),
        ("Soitettu, ohjattu tutkimuksiin.", later(minutes=10), liisa),
    ]
    assert Message.objects.get(matter=right, activity="").sent_at == later(minutes=20)
    assert Contact.objects.get(matter=right).resident == cousin
    seen = AuditEntry.objects.filter(matter_id=wrong.pk, actor_kind="resident", action="matters.read")
    assert seen.count() == 1


def test_the_promises_count_from_the_first_contact_and_for_the_right_persons_age(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(days=3))
    before = {clock.limit.code: clock.statutory_on for clock in wrong.clocks.all()}
    after = {clock.limit.code: clock.statutory_on for clock in right.clocks.all()}
    assert after
    assert {code: after[code] for code in before if code in after} == {
        code: day for code, day in before.items() if code in after
    }
    assert not wrong.clocks.filter(stopped_on=None).exists()
    assert {clock.limit.promise: clock.running for clock in right.clocks.all()}["contact"] is False
    told = dict(JournalEntry.objects.filter(matter_id=right.pk).values_list("activity", "happened_at"))
    assert told["matters.opened"] == NOW
    assert told["corrections.right_person"] == later(days=3)


def test_emails_to_the_wrong_person_are_stopped_and_the_right_one_is_told(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    assert Notification.objects.filter(message__matter=wrong, state="queued").exists()
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=1))
    assert set(Notification.objects.filter(message__matter=wrong).values_list("state", flat=True)) == {
        "withdrawn"
    }
    told = Notification.objects.get(message__matter=right)
    assert (told.state, told.addresses) == ("queued", [cousin.email])
    assert not Message.objects.unread_for(cast.actor("eero")).exists()


def test_what_waited_waits_in_the_right_matter(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    waiting = {"kind", "unit", "professional", "urgency", "due_on", "opened_at"}
    before = list(Task.objects.waiting().filter(matter=wrong).order_by("kind").values(*waiting))
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=1))
    assert not Task.objects.waiting().filter(matter=wrong).exists()
    after = Task.objects.waiting().filter(matter=right).order_by("kind")
    assert list(after.values(*waiting)) == before
    call = CallBack.objects.waiting().get()
    assert (call.matter, call.phone) == (right, "040 111 2222")
    assert after.get(kind="contacts.call").key == str(call.pk)
    assert after.get(kind="contacts.call").resident == cousin


def test_a_visit_moves_to_the_right_person(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    visit = booking.book(wrong, make_time(cast), by=cast.actor("liisa"), now=NOW)
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=NOW)
    moved = right.appointments.get()
    assert (moved.resident, moved.period, moved.state) == (cousin, visit.period, "booked")
    assert moved.uid != visit.uid
    visit.refresh_from_db()
    assert visit.state == "moved"


def test_an_interpreter_comes_to_the_one_who_needs_one(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    Resident.objects.filter(pk=cast.eero.pk).update(interpreter_language="so")
    Resident.objects.filter(pk=cousin.pk).update(interpreter_language="ar")
    visit = booking.book(Matter.objects.get(pk=wrong.pk), make_time(cast), by=cast.actor("liisa"), now=NOW)
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=NOW)
    states = InterpreterRequest.objects.values_list("appointment__matter", "language", "state")
    assert set(states) == {(wrong.pk, "so", "cancelled"), (right.pk, "ar", "requested")}
    assert visit.moved_to.interpreter.language == "ar"


def test_assessments_go_along_and_questions_to_others_are_withdrawn(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    liisa = cast.actor("liisa")
    assessment = assessing.begin(wrong, by=liisa, now=NOW)
    asked = handovers.offer(wrong, to=cast.other_station, shares=["need"], by=liisa, now=NOW)
    right = reassigning.reassign(wrong, cousin, WHY, by=liisa, now=later(hours=1))
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    part = right.assessments.get().parts.get()
    assert part.moved_from == assessment.parts.get()
    assert Task.objects.waiting().get(kind="assessments.part").key == str(part.pk)
    assert not may(cast.actor("noora"), READ, wrong, now=later(hours=2))


def test_what_the_wrong_person_wrote_themselves_does_not_go_along(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    messages.send(wrong, "En ole soittanut teille.", by=cast.actor("eero"), now=later(minutes=5))
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=1))
    assert not Message.objects.filter(matter=right, to_resident=False).exists()
    assert Message.objects.filter(matter=wrong, to_resident=False).exists()
    assert not may(cast.actor("cousin"), SEE_PART, Message.objects.get(to_resident=False), now=later(hours=2))


def test_the_officer_gets_what_happened_with_its_time(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    right = reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=1))
    correction = Correction.objects.get()
    assert (correction.kind, correction.from_matter, correction.to_matter) == ("matter", wrong, right)
    incident = Incident.objects.get()
    assert (incident.about, incident.shown_to, incident.since) == (cousin, cast.eero, NOW)
    assert incident.due_at - incident.noticed_at == timedelta(hours=72)
    logged = {
        pk
        for residents in AuditEntry.objects.filter(action__in=["corrections.reassign", "matters.open"])
        .filter(at=later(hours=1))
        .values_list("residents", flat=True)
        for pk in residents
    }
    assert logged == {cast.eero.pk, cousin.pk}


def test_a_unit_that_the_right_person_has_forbidden_does_not_get_it(
    cast: Cast, wrong: Matter, cousin: Resident
) -> None:
    Restriction.objects.create(resident=cousin, unit=cast.station, made_at=NOW)
    with pytest.raises(NotPossible):
        reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=NOW)


def test_nobody_finds_themselves_to_be_the_right_person(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    Professional.objects.filter(pk=cast.professional("liisa").pk).update(resident=cousin)
    cast.user("liisa").refresh_from_db()
    with pytest.raises(NotPossible):
        reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=NOW)


def test_it_needs_a_reason_another_person_and_the_same_county(cast: Cast, wrong: Matter) -> None:
    for person, reason in ((cast.marja, " "), (cast.eero, WHY), (cast.anders, WHY)):
        with pytest.raises(NotPossible):
            reassigning.reassign(wrong, person, reason, by=cast.actor("liisa"), now=NOW)


def test_a_mistaken_matter_is_not_reassigned_again(cast: Cast, wrong: Matter, cousin: Resident) -> None:
    reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(Refused) as refused:
        reassigning.reassign(wrong, cast.marja, WHY, by=cast.actor("liisa"), now=NOW)
    assert refused.value.hidden


@pytest.mark.parametrize(
    ("name", "hidden"), [("noora", True), ("sami", True), ("mikko", True), ("eero", False)]
)
def test_others_reassign_nothing(cast: Cast, name: str, hidden: bool) -> None:
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), REASSIGN, make_matter(cast), now=NOW)
    assert refused.value.hidden is hidden
