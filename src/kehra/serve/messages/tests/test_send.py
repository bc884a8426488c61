"""The resident and the unit write to each other."""

from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from procrastinate.jobs import Job

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.models import User
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.messages import actions, jobs
from kehra.serve.messages.models import EmailState, Message, Notification
from kehra.serve.messages.rules import File
from kehra.serve.messages.tests.files import PDF
from kehra.serve.tasks.models import Task

PDF_FILE = File("lähete.pdf", "application/pdf", PDF)


def test_a_residents_message_waits_for_the_unit_once(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    actions.send(matter, "Entä jos se turpoaa?", [PDF_FILE], by=cast.actor("eero"), now=NOW)
    actions.send(matter, "Vielä yksi asia.", by=cast.actor("eero"), now=NOW)
    waiting = Task.objects.get(kind="messages.unread", done_at__isnull=True)
    assert (waiting.unit, waiting.professional) == (cast.station, cast.professional("liisa"))


def test_an_answer_ends_the_waiting_and_is_unread_for_the_resident(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    actions.send(matter, "Kysymys", by=cast.actor("eero"), now=NOW)
    actions.send(matter, "Vastaus", by=cast.actor("liisa"), now=NOW)
    assert not Task.objects.filter(kind="messages.unread", done_at__isnull=True).exists()
    assert Message.objects.unread_for(cast.actor("eero")).filter(text="Vastaus").exists()
    activity = JournalEntry.objects.filter(matter_id=matter.pk).latest("seq")
    assert activity.activity == "messages.unit_wrote"


def test_a_guardian_writes_for_the_child_and_is_named(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    message = actions.send(matter, "Kuume nousi", by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    assert message.written_by == cast.marja


@pytest.mark.parametrize("name", ["marja", "noora", "sami", "mikko", "karl"])
def test_others_cannot_write(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        actions.send(make_matter(cast), "Hei", by=cast.actor(name), now=NOW)


def test_nothing_is_written_in_a_closed_matter(cast: Cast) -> None:
    matter = work.close(make_taken_matter(cast), "solved", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.send(matter, "Vielä", by=cast.actor("eero"), now=NOW)


def test_nothing_is_written_in_a_matter_that_was_closed_while_the_page_was_open(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    of_page = Matter.objects.get(pk=matter.pk)
    work.close(matter, "solved", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        actions.send(of_page, "Vielä", by=cast.actor("eero"), now=NOW)


def test_each_step_of_others_is_a_notice_and_the_residents_own_are_not(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    activities = set(Message.objects.filter(matter=matter).values_list("activity", flat=True))
    assert activities == {"matters.taken"}


def test_the_email_names_neither_the_person_nor_the_matter(cast: Cast, mailoutbox: Any) -> None:
    matter = make_taken_matter(cast)
    notification = Notification.objects.get()
    jobs.send_email(notification.pk)
    (sent,) = mail.outbox
    said = f"{sent.subject} {sent.body} {sent.to}"
    for secret in (
        cast.eero.family_name,
        cast.eero.given_names,
        "Vastaanotto",
        str(cast.station),
        str(matter.pk),
    ):
        assert secret not in said


def test_one_email_until_the_resident_has_read(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    actions.send(matter, "Vastaus", by=cast.actor("liisa"), now=NOW)
    assert Notification.objects.count() == 1
    actions.mark_read(matter, by=cast.actor("eero"), now=NOW)
    actions.send(matter, "Toinen", by=cast.actor("liisa"), now=NOW)
    assert Notification.objects.count() == 2


def test_a_child_without_an_address_is_told_through_the_guardians_of_today(cast: Cast) -> None:
    cast.aino.email = ""
    cast.aino.save()
    make_taken_matter(cast, cast.aino)
    assert Notification.objects.get().addresses == [cast.marja.email]


def test_an_email_that_a_dead_job_left_is_never_sent_twice(cast: Cast, mailoutbox: Any) -> None:
    make_taken_matter(cast)
    notification = Notification.objects.get()
    notification.state = EmailState.SENDING
    notification.save()
    jobs.send_email(notification.pk)
    jobs.send_email(notification.pk)
    notification.refresh_from_db()
    assert (notification.state, mail.outbox) == (EmailState.UNKNOWN, [])


def test_an_email_that_could_not_be_sent_has_told_nothing(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    Notification.objects.update(state=EmailState.FAILED)
    actions.send(matter, "Vastaus", by=cast.actor("liisa"), now=NOW)
    assert Notification.objects.filter(state=EmailState.QUEUED).count() == 1


def test_one_whom_the_child_has_restricted_is_not_told_that_there_is_something_new(cast: Cast) -> None:
    matter = make_taken_matter(cast, cast.aino)
    marja = cast.actor("marja", acting_for=cast.aino)
    assert Message.objects.unread_for(marja).exists()
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=NOW)
    matter.refresh_viewers(NOW)
    assert not Message.objects.unread_for(marja).exists()
    assert Message.objects.unread_for(cast.actor("aino")).exists()


def test_what_a_guardian_opens_is_still_new_to_a_child_who_has_signed_in(cast: Cast) -> None:
    matter = make_taken_matter(cast, cast.aino)
    marja, aino = cast.actor("marja", acting_for=cast.aino), cast.actor("aino")
    User.objects.filter(resident=cast.aino).update(last_login=NOW)
    assert actions.mark_read(matter, by=marja, now=NOW) == 0
    assert Message.objects.unread_for(aino).exists()
    assert actions.mark_read(matter, by=aino, now=NOW) == 1
    assert not Message.objects.unread_for(marja).exists()


def test_a_guardian_reads_for_a_child_who_has_never_signed_in(cast: Cast) -> None:
    matter = make_taken_matter(cast, cast.aino)
    assert actions.mark_read(matter, by=cast.actor("marja", acting_for=cast.aino), now=NOW) == 1


def test_guardians_are_told_again_though_the_child_has_not_read(cast: Cast) -> None:
    cast.aino.email = ""
    cast.aino.save()
    User.objects.filter(resident=cast.aino).update(last_login=NOW)
    matter = make_taken_matter(cast, cast.aino)
    actions.mark_read(matter, by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    actions.send(matter, "Vastaus", by=cast.actor("liisa"), now=NOW)
    assert Notification.objects.count() == 2


def test_a_mail_server_that_is_away_is_tried_again_and_in_the_end_given_up(
    cast: Cast, settings: Any, mailoutbox: Any
) -> None:
    make_taken_matter(cast)
    notification = Notification.objects.get()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "kehra.serve.messages.tests.mail_servers.Away"
    for state in [EmailState.QUEUED] * (jobs.TRIES - 1):
        with pytest.raises(jobs.NotSent):
            jobs.send_email(notification.pk)
        notification.refresh_from_db()
        assert notification.state == state
    jobs.send_email(notification.pk)
    notification.refresh_from_db()
    assert notification.state == EmailState.FAILED
    settings.EMAIL_BACKEND = works
    jobs.send_email(notification.pk)
    assert mail.outbox == []


def test_it_is_sent_once_when_the_mail_server_is_back(cast: Cast, settings: Any, mailoutbox: Any) -> None:
    make_taken_matter(cast)
    notification = Notification.objects.get()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "kehra.serve.messages.tests.mail_servers.Away"
    with pytest.raises(jobs.NotSent):
        jobs.send_email(notification.pk)
    settings.EMAIL_BACKEND = works
    for _time in range(2):
        jobs.send_email(notification.pk)
    notification.refresh_from_db()
    assert (notification.state, len(mail.outbox)) == (EmailState.SENT, 1)


def test_a_connection_lost_while_sending_is_unknown_and_not_tried_again(cast: Cast, settings: Any) -> None:
    make_taken_matter(cast)
    settings.EMAIL_BACKEND = "kehra.serve.messages.tests.mail_servers.LostWhileSending"
    notification = Notification.objects.get()
    jobs.send_email(notification.pk)
    notification.refresh_from_db()
    assert notification.state == EmailState.UNKNOWN


def test_what_the_database_could_not_note_is_looked_at_again(cast: Cast, mailoutbox: Any) -> None:
    """The mail server took it, then the database was away: nobody knows, and nothing is sent again."""
    make_taken_matter(cast)
    notification = Notification.objects.get()
    jobs.send_email(notification.pk)
    Notification.objects.update(state=EmailState.SENDING)
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="messages.send_email")
    assert jobs.Again().get_retry_decision(exception=OperationalError(), job=job) is not None
    assert jobs.Again().get_retry_decision(exception=ValueError(), job=job) is None
    jobs.send_email(notification.pk)
    notification.refresh_from_db()
    assert (notification.state, len(mail.outbox)) == (EmailState.UNKNOWN, 1)


def test_a_mail_server_knows_the_email_by_the_same_name_at_each_try(cast: Cast, mailoutbox: Any) -> None:
    make_taken_matter(cast)
    notification = Notification.objects.get()
    jobs.send_email(notification.pk)
    (sent,) = mail.outbox
    assert sent.message()["Message-ID"] == f"<notice-{notification.pk}@localhost>"
