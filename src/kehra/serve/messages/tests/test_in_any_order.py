"""The resident, a guardian and the unit write and read in any order, e-mails are sent by jobs that die half
way, and strangers try: what each has said is there once, and nobody is told twice by one e-mail."""

from collections import Counter
from typing import Any

import pytest
from django.core import mail
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import Cast
from kehra.kernel.accounts.tests.machines import CastMachine, run
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages import actions, jobs
from kehra.serve.messages.models import EmailState, Message, Notification
from kehra.serve.messages.rules import File
from kehra.serve.messages.tests.files import PDF
from kehra.serve.tasks.models import Task

STRANGERS = ("eero", "elsa", "pekka", "noora", "sami", "pia", "mikko", "karl")
OVER = (EmailState.SENT, EmailState.UNKNOWN)


class Thread(CastMachine):
    """Aino's matter: she has signed in herself, and Marja is her guardian."""

    @initialize()
    def begin(self) -> None:
        cast = self.cast
        mail.outbox.clear()
        self.matter = make_taken_matter(cast, cast.aino)
        self.aino, self.marja = cast.actor("aino"), cast.actor("marja", acting_for=cast.aino)
        self.liisa = cast.actor("liisa")
        self.said: list[str] = []
        self.unread = Message.objects.unread_for(self.aino).count()
        self.waits = self.closed = False

    @rule(guardian=st.booleans(), files=st.integers(0, 2))
    def resident_writes(self, guardian: bool, files: int) -> None:
        attached = [File("a.pdf", "application/pdf", PDF)] * files
        if self.says(self.marja if guardian else self.aino, attached):
            self.waits = True

    @rule()
    def worker_writes(self) -> None:
        if self.says(self.liisa, []):
            self.waits = False
            self.unread += 1

    @rule(name=st.sampled_from(STRANGERS))
    def a_stranger_tries(self, name: str) -> None:
        with pytest.raises(Refused) as refused:
            actions.send(self.matter, "Minäkin", by=self.cast.actor(name), now=self.now)
        assert refused.value.hidden

    @rule(guardian=st.booleans())
    def somebody_reads(self, guardian: bool) -> None:
        count = actions.mark_read(self.matter, by=self.marja if guardian else self.aino, now=self.now)
        assert count == self.unread
        self.unread = 0

    @rule(dies=st.booleans(), data=st.data())
    def a_job_runs(self, dies: bool, data: Any) -> None:
        """Of any notification, also of one that was sent before: a job may run twice."""
        found = Notification.objects.order_by("pk")
        if not found:
            return
        notification = data.draw(st.sampled_from(list(found)))
        before = notification.state
        jobs.send_email(notification.pk)
        notification.refresh_from_db()
        assert (before == EmailState.QUEUED) == (notification.state != before)
        if dies and before == EmailState.QUEUED:
            Notification.objects.filter(pk=notification.pk).update(state=EmailState.SENDING, sent_at=None)
            jobs.send_email(notification.pk)
            notification.refresh_from_db()
            assert notification.state == EmailState.UNKNOWN

    @rule(minutes=st.sampled_from([1, 60]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)

    @rule(sure=st.integers(0, 5))
    def matter_is_closed(self, sure: int) -> None:
        if sure or self.closed:
            return
        work.close(self.matter, "solved", by=self.liisa, now=self.now)
        self.closed = True
        self.waits = False
        self.unread = Message.objects.unread_for(self.aino).count()  # The notice of it is new.

    @invariant()
    def each_text_is_there_once(self) -> None:
        if hasattr(self, "said"):
            texts = Message.objects.filter(matter=self.matter).exclude(text="").order_by("pk")
            assert list(texts.values_list("text", flat=True)) == self.said
            assert Message.objects.unread_for(self.aino).count() == self.unread
            assert Message.objects.unread_for(self.cast.actor("eero")).count() == 0

    @invariant()
    def the_unit_waits_while_nobody_has_answered(self) -> None:
        if hasattr(self, "said") and not self.closed:
            open_tasks = Task.objects.filter(kind="messages.unread", done_at=None)
            assert open_tasks.count() == (1 if self.waits else 0)

    @invariant()
    def no_email_is_sent_twice(self) -> None:
        sent = Counter(letter.extra_headers["Message-ID"] for letter in mail.outbox)
        assert all(number == 1 for number in sent.values())
        told = Notification.objects.filter(state__in=OVER)
        assert len(sent) == told.count()

    def says(self, by: Any, files: list[File]) -> bool:
        text = f"Sana {len(self.said)}"
        try:
            actions.send(self.matter, text, files, by=by, now=self.now)
        except NotPossible:
            assert self.closed
            return False
        assert not self.closed
        self.said.append(text)
        return True


def test_writing_in_any_order(cast: Cast, mailoutbox: Any) -> None:
    run(Thread, cast)
