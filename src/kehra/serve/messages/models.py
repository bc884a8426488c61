"""One thread per matter between the resident and those who work in it, and the outbox of what tells the
resident so: e-mails and text messages that say no more than that there is something, and letters."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Sector, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Right
from kehra.serve.matters.models.record import Movable, PartKind


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_for(self, by: Actor) -> Self:
        """What the resident whom the actor speaks for has not opened yet; nothing for one whom the resident
        has forbidden to see their matters."""
        new = self.filter(matter__resident=by.resident_id, to_resident=True, read_at__isnull=True)
        new = new.filter(moved_at__isnull=True, matter__mistaken_at__isnull=True)
        return new.exclude(matter__barred__overlap=sorted(by.holders))

    def reader(self, matter: Matter, now: datetime) -> Unit:
        """Who reads what the resident writes in the thread now: the unit that wrote to them last, if it is
        of another sector than the unit that answers for the matter, works in it still and has not been
        forbidden; else the unit that answers, whose own sector it may be that the matter is not of."""
        asked = self.filter(matter=matter, to_resident=True, professional__isnull=False)
        last = asked.select_related("unit").order_by("sent_at", "pk").last()
        unit = last.unit if last else None
        if unit is None or unit.sector == matter.unit.sector:
            return matter.unit
        works = matter.participations.at(now).filter(unit=unit, right=Right.WORK).exists()
        return unit if works and actors.unit_holder(unit.pk) not in matter.barred else matter.unit


class Message(Movable):
    """A text in the thread of a matter. `to_resident` tells the direction. A notice is written by
    the program when something happens in the matter: `activity` names what, and there is no text."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="messages")
    sector = models.TextField(choices=Sector.choices)
    to_resident = models.BooleanField()
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    # Who wrote for the resident, when it was somebody acting for them.
    written_by = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField(blank=True)
    activity = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") ^ ~Q(activity=""), name="message_text_or_notice"),
        ]
        indexes = [
            models.Index(
                fields=["matter"], condition=Q(to_resident=True, read_at__isnull=True), name="message_unread"
            ),
        ]

    @property
    def part_kind(self) -> str:
        return PartKind.MESSAGE

    def concern(self) -> Concern:
        return self.matter.concern()

    def carry(self, now: datetime, **changed: Any) -> Self:
        """The message in the right matter, with its files."""
        message = super().carry(now, **changed)
        for attachment in self.attachments.filter(moved_at__isnull=True).order_by("pk"):
            attachment.carry(now, message=message)
        return message


class Attachment(Movable):
    """A file of a message. Its content is a row beside it, so that a message and its files are
    committed, backed up and restored together."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.TextField()
    content_type = models.TextField()
    size = models.IntegerField()

    part_kind = PartKind.MESSAGE

    @property
    def matter(self) -> Matter:
        return self.message.matter

    @property
    def sector(self) -> str:
        return self.message.sector

    def concern(self) -> Concern:
        return self.message.concern()

    def carry(self, now: datetime, **changed: Any) -> Self:
        """The file in another message, with its content."""
        attachment = super().carry(now, **changed)
        AttachmentContent.objects.create(attachment=attachment, content=self.attachmentcontent.content)
        return attachment


class AttachmentContent(models.Model):
    """The bytes of an attachment, apart from it so that no list reads them by accident."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True)
    content = models.BinaryField()


class Channel(models.TextChoices):
    """By what a resident is told, in neutral words; only a letter, in its envelope, says more. Orders to
    the interpreting service leave through the same outbox, with no resident named in them."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    LETTER = "letter", _("Letter")
    INTERPRETER = "interpreter", _("Order to the interpreting service")


class EmailState(models.TextChoices):
    """Of an e-mail, text message or letter. SENDING is written before the gateway is asked: a job that
    dies there leaves UNKNOWN, never a second message. FAILED was refused, or given up after the last try;
    QUEUED waits for the next, or for somebody to print it; WITHDRAWN is not needed any more."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Wording(models.TextChoices):
    """What the words say: that there is something new, or that a time is near; or they are an order."""

    NEWS = "news"
    REMINDER = "reminder"
    ORDER = "order"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def letters_of(self, unit_id: int | None) -> Self:
        """What waits to be printed in the unit, the oldest first."""
        waiting = self.filter(unit=unit_id, channel=Channel.LETTER, state=EmailState.QUEUED)
        return waiting.order_by("queued_at", "pk")


class Notification(models.Model):
    """An e-mail or text message that says that there is something new or near, and nothing else; or what
    waits to be told by letter. Without a message it is about something that belongs to no thread.

    receiver   who is told: the resident, or somebody who acts for them
    matter     what it is about, if it is a matter
    unit       who prints it, if it is a letter
    text       what a letter says when there is no message to tell; what is ordered
    key        the same thing is told once, within its wording: see the constraint
    """

    county_id = models.CharField(max_length=2)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    receiver = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.TextField(choices=Channel.choices, default=Channel.EMAIL)
    wording = models.TextField(choices=Wording.choices, default=Wording.NEWS)
    key = models.TextField(blank=True)
    text = models.TextField(blank=True)
    about_at = models.DateTimeField(null=True, blank=True)
    addresses = ArrayField(models.TextField())
    language = models.CharField(max_length=3)
    state = models.TextField(choices=EmailState.choices, default=EmailState.QUEUED)
    tries = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wording", "key"],
                condition=~Q(key="") & ~Q(state="failed"),
                name="notification_told_once",
            ),
            models.CheckConstraint(
                condition=~Q(channel="letter") | Q(unit__isnull=False), name="letter_has_a_printer"
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "queued_at"],
                condition=Q(channel="letter", state="queued"),
                name="notification_to_print",
            ),
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.receiver_id,) if self.receiver_id else ())


class SentCopy(models.Model):
    """What the fake gateway of the demo has taken, as it would have been sent. Nothing else writes here."""

    channel = models.TextField(choices=Channel.choices)
    addresses = ArrayField(models.TextField())
    subject = models.TextField(blank=True)
    text = models.TextField()
    at = models.DateTimeField()
