"""How a need came in: what was said, in which words and through which channel, and who wants a call."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from kehra.kernel.access.permissions import Concern, NotPossible
from kehra.kernel.accounts.models import User
from kehra.kernel.catalogue.models import Offering, Service
from kehra.kernel.organisations.models import County
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Channel, Matter
from kehra.serve.matters.models.record import PartKind


class ContactQuerySet(models.QuerySet["Contact"]):
    def drafts_of(self, writer_id: int | None, resident: Resident) -> Self:
        """What this user has begun for this resident and not sent, the latest first."""
        drafts = self.filter(writer=writer_id, resident=resident, sent_at__isnull=True)
        return drafts.select_related("service").order_by("-begun_at")


class Contact(models.Model):
    """One contact (yhteydenotto): a draft that only its writer sees, until sending makes it a matter.

    writer        who wrote it: the resident, one who acts for them, or a worker of a unit; nobody for
                  what came from another system
    typed         answers of the questionnaire by linkId as they were typed, while it is a draft
    response      the answers as a FHIR QuestionnaireResponse, once sent
    decision      what the decision table answered on them: table, version, row, what was missing
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="contacts")
    writer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, null=True, blank=True)
    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, null=True, blank=True)
    channel = models.TextField(choices=Channel.choices, default=Channel.DIGITAL)
    words = models.TextField(blank=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True)
    typed = models.JSONField(default=dict)
    response = models.JSONField(null=True, blank=True)
    decision = models.JSONField(null=True, blank=True)
    red_flag = models.BooleanField(default=False)
    wants_call = models.BooleanField(null=True, blank=True)  # None: not asked yet
    phone = models.TextField(blank=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    moved_at = None  # it goes with its matter, never alone

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, matter__isnull=True)
                | Q(sent_at__isnull=False, matter__isnull=False),
                name="contact_sent_is_a_matter",
            ),
        ]
        indexes = [
            models.Index(
                fields=["writer", "begun_at"], condition=Q(sent_at__isnull=True), name="contact_drafts"
            ),
        ]

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.resident_id,), self.matter_id)

    @property
    def sent(self) -> bool:
        return self.sent_at is not None

    def intake(self, now: datetime) -> Offering:
        """The offering whose unit receives such a need of this resident today. Raises NotPossible."""
        if self.service is None:
            raise NotPossible(_("Choose first what your need is about."))
        today = helsinki.today(now)
        offering = Offering.objects.intake_of(self.service, self.resident.municipality_id, today)
        if offering is None:
            raise NotPossible(
                _("Nobody receives this need through Kehrä yet. Call %(phone)s: they tell where to turn.")
                % {"phone": self.county.advice_phone}
            )
        return offering

    @property
    def part_kind(self) -> str:
        return PartKind.NEED

    @property
    def sector(self) -> str:
        """The sector whose record it is; a draft has none yet."""
        return self.matter.sector if self.matter else ""


class Notifier(models.Model):
    """Who gave a worried person's notice. A table of its own, so that no page about the matter shows
    it by accident: reading it is a permission of its own."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True)
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    relation = models.TextField(blank=True)  # to the resident, in the notifier's own words
    stays_unknown = models.BooleanField(default=False)  # to the resident and the family

    @property
    def matter(self) -> Matter | None:
        return self.contact.matter

    def concern(self) -> Concern:
        return self.contact.concern()


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def waiting(self) -> Self:
        """Those not called yet, what cannot wait first, then by the promised day."""
        return self.filter(done_at__isnull=True).order_by(
            "matter__urgency", models.F("promised_on").asc(nulls_last=True), "wanted_at"
        )


class CallBack(models.Model):
    """Somebody wants to be called. `promised_on` is the day of the promise that the call answers."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="call_backs")
    phone = models.TextField()
    wanted_at = models.DateTimeField()
    promised_on = models.DateField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(done_at__isnull=True), name="one_open_call_back"
            ),
            models.CheckConstraint(condition=~Q(phone=""), name="call_back_has_phone"),
        ]

    def concern(self) -> Concern:
        return self.matter.concern()

    def tried(self, now: datetime) -> None:
        """Called, and nobody answered."""
        self.tries += 1
        self.last_try_at = now
        self.save(update_fields=["tries", "last_try_at"])
