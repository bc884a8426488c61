"""What was written, sent, attached, booked or assessed in the wrong matter stands in the right one."""

import pytest
from django.db import IntegrityError, transaction

from kehra.kernel.access.permissions import NotPossible, Refused, may, require
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.assessments import actions as assessing
from kehra.serve.booking.tests.situations import make_appointment
from kehra.serve.corrections.actions import moving
from kehra.serve.corrections.models import Correction, Incident
from kehra.serve.corrections.permissions import MOVE, READ_CORRECTION
from kehra.serve.corrections.tests.situations import make_cousin, make_user
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.permissions import SEE_PART
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import Message, Notification
from kehra.serve.messages.rules import File
from kehra.serve.tasks.models import Task

WHY = "Kirjoitin väärään asiaan."


@pytest.fixture
def wrong(cast: Cast) -> Matter:
    return make_matter(cast)


@pytest.fixture
def right(cast: Cast) -> Matter:
    return make_matter(cast, cast.marja)


def test_an_entry_stands_in_the_right_matter_with_its_writer_and_time(
    cast: Cast, wrong: Matter, right: Matter
) -> None:
    first = work.write(wrong, "Polvi", by=cast.actor("liisa"), now=NOW)
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=later(minutes=5), supersedes=first)
    moving.move(entry, right, WHY, by=cast.actor("olli"), now=later(hours=2))
    moved = Entry.objects.get(matter=right, moved_from=entry)
    assert (moved.text, moved.professional, moved.written_at) == (
        "Selkä",
        cast.professional("liisa"),
        later(minutes=5),
    )
    assert moved.supersedes is not None
    assert moved.supersedes.text == "Polvi"  # its earlier version stood in the wrong matter as well
    assert may(cast.actor("marja"), SEE_PART, moved, now=later(hours=3))
    for old in (first, entry):
        old.refresh_from_db()
        for name in ("eero", "liisa"):
            assert not may(cast.actor(name), SEE_PART, old, now=later(hours=3))
    for matter, activity in ((wrong, "corrections.moved_out"), (right, "corrections.moved_in")):
        assert JournalEntry.objects.filter(matter_id=matter.pk, activity=activity).exists()
    logged = AuditEntry.objects.filter(action="corrections.move").values_list("residents", flat=True)
    assert list(logged) == [[cast.eero.pk]]
    assert AuditEntry.objects.filter(matter_id=right.pk, action="matters.work").exists()


def test_each_row_has_one_successor_at_most(cast: Cast, wrong: Matter, right: Matter) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    moving.move(entry, right, WHY, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(Refused):
        moving.move(entry, make_matter(cast), WHY, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            matter=right, kind="entry", sector="health", text="x", written_at=NOW, moved_from=entry
        )


def test_another_persons_text_is_a_breach_that_the_officer_judges_in_72_hours(
    cast: Cast, wrong: Matter, right: Matter
) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    moving.move(entry, right, WHY, by=cast.actor("liisa"), now=later(hours=1))
    incident = Incident.objects.get()
    assert (incident.about, incident.shown_to, incident.since) == (cast.marja, cast.eero, NOW)
    assert incident.due_at == later(hours=73)
    task = Task.objects.get(kind="corrections.breach")
    assert task.unit is None
    assert task.due_on == later(hours=73).date()


def test_within_one_persons_matters_nobody_else_saw_anything(cast: Cast, wrong: Matter) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    moving.move(entry, make_matter(cast), WHY, by=cast.actor("liisa"), now=NOW)
    assert not Incident.objects.exists()


def test_a_message_goes_with_its_files_and_the_email_that_waits_is_stopped(
    cast: Cast, wrong: Matter, right: Matter
) -> None:
    file = File("kuva.png", "image/png", b"sisalto")
    message = messages.send(wrong, "Tulos on hyvä.", [file], by=cast.actor("liisa"), now=NOW)
    unread = Message.objects.unread_for(cast.actor("eero"))
    Message.objects.filter(matter=wrong).exclude(pk=message.pk).update(read_at=NOW)
    before = unread.count()
    moving.move(message, right, WHY, by=cast.actor("liisa"), now=later(hours=1))
    moved = Message.objects.get(moved_from=message)
    assert (moved.matter, moved.sent_at, moved.read_at) == (right, NOW, None)
    assert bytes(moved.attachments.get().attachmentcontent.content) == b"sisalto"
    assert unread.count() == before - 1
    assert Message.objects.unread_for(cast.actor("marja")).filter(pk=moved.pk).exists()
    assert set(Notification.objects.filter(message__matter=wrong).values_list("state", flat=True)) == {
        "withdrawn"
    }


def test_a_file_alone_goes_without_the_words_beside_it(cast: Cast, wrong: Matter, right: Matter) -> None:
    file = File("kuva.png", "image/png", b"sisalto")
    message = messages.send(wrong, "Tässä kuva.", [file], by=cast.actor("liisa"), now=NOW)
    attachment = message.attachments.get()
    moving.move(attachment, right, WHY, by=cast.actor("liisa"), now=later(hours=1))
    moved = attachment.moved_to
    assert moved.matter == right
    assert moved.message.activity == "corrections.file_moved"
    attachment.refresh_from_db()
    assert not may(cast.actor("eero"), SEE_PART, attachment, now=later(hours=2))
    assert may(cast.actor("marja"), SEE_PART, moved, now=later(hours=2))
    assert may(cast.actor("eero"), SEE_PART, message, now=later(hours=2))


def test_a_visit_is_the_right_persons_and_the_professional_is_still_bound_once(
    cast: Cast, right: Matter
) -> None:
    visit = make_appointment(cast)
    correction = moving.move(visit, right, WHY, by=cast.actor("liisa"), now=NOW)
    moved = visit.moved_to
    assert (moved.resident, moved.period, moved.state) == (cast.marja, visit.period, "booked")
    assert moved.uid != visit.uid  # her calendar knows nothing of his
    visit.refresh_from_db()
    assert visit.state == "moved"
    assert correction.kind == "appointment"


def test_a_visit_at_a_time_when_the_right_person_is_elsewhere_stays(cast: Cast) -> None:
    visit = make_appointment(cast)
    cousin = make_cousin(cast)
    make_user(cast, "cousin", cousin)
    right = make_matter(cast, cousin)
    type(visit).objects.create(
        county=cast.county,
        matter=right,
        resident=cousin,
        professional=cast.professional("sami"),
        unit=cast.social,
        sector="social",
        manner="on_site",
        period=visit.period,
        state="booked",
        made_by="professional",
        made_at=NOW,
        booked_at=NOW,
        changed_at=NOW,
    )
    with pytest.raises(NotPossible):
        moving.move(visit, right, WHY, by=cast.actor("liisa"), now=NOW)


def test_a_signed_part_of_an_assessment_counts_in_the_right_one(
    cast: Cast, wrong: Matter, right: Matter
) -> None:
    liisa = cast.actor("liisa")
    assessment = assessing.begin(wrong, by=liisa, now=NOW)
    part = assessment.parts.get()
    assessing.write_part(part, situation="a", need="b", proposal="c", by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        moving.move(part, right, WHY, by=liisa, now=NOW)
    part = assessing.sign_part(part, by=liisa, now=NOW)
    moving.move(part, right, WHY, by=liisa, now=later(hours=1))
    moved = part.moved_to
    assert (moved.matter, moved.signed_at, moved.need) == (right, NOW, "b")
    assert not assessment.parts.asked().exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_what_is_moved_has_a_reason(cast: Cast, wrong: Matter, right: Matter, reason: str) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        moving.move(entry, right, reason, by=cast.actor("liisa"), now=NOW)


def test_what_the_resident_wrote_stays_and_nothing_goes_to_a_closed_matter_or_the_same(
    cast: Cast, wrong: Matter, right: Matter
) -> None:
    liisa = cast.actor("liisa")
    with pytest.raises(NotPossible):
        moving.move(wrong.entries.get(), right, WHY, by=liisa, now=NOW)
    entry = work.write(wrong, "Selkä", by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        moving.move(entry, wrong, WHY, by=liisa, now=NOW)
    work.close(right, "solved", by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        moving.move(entry, right, WHY, by=liisa, now=NOW)


@pytest.mark.parametrize(
    ("name", "hidden"), [("noora", True), ("eero", False), ("sami", True), ("mikko", True)]
)
def test_others_move_nothing(cast: Cast, wrong: Matter, name: str, hidden: bool) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), MOVE, entry, now=NOW)
    assert refused.value.hidden is hidden


def test_nobody_moves_into_a_matter_that_is_not_theirs(cast: Cast, wrong: Matter) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    theirs = make_matter(cast, cast.marja, service=cast.social_work, unit=cast.social)
    with pytest.raises(Refused):
        moving.move(entry, theirs, WHY, by=cast.actor("liisa"), now=NOW)
    assert not Correction.objects.exists()


def test_the_unit_that_corrected_it_sees_what_stood_where(cast: Cast, wrong: Matter, right: Matter) -> None:
    entry = work.write(wrong, "Selkä", by=cast.actor("liisa"), now=NOW)
    correction = moving.move(entry, right, WHY, by=cast.actor("liisa"), now=NOW)
    require(cast.actor("olli"), READ_CORRECTION, correction, now=NOW)
    for name in ("noora", "eero", "marja", "tiina"):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), READ_CORRECTION, correction, now=NOW)
        assert refused.value.hidden
