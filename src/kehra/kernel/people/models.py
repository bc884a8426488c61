"""Residents, those who may act for them, professionals, and the two things that change who may
see a resident's data whatever their work is: a restriction and an emergency access."""

import re
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import County, Municipality, Unit
from kehra.kernel.people import rules
from kehra.kernel.time.models import ValidInTime, ValidQuerySet

WRITTEN_LANGUAGES = ("fi", "sv", "en")
MOST_FOUND = 10  # more hits than this is no finding of one person
CODE_SHAPE = r"^\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$"


class ResidentQuerySet(models.QuerySet["Resident"]):
    def standing(self) -> Self:
        """Without the rows that were joined to another row of the same person."""
        return self.filter(merged_into__isnull=True)

    def with_code(self, code: str, county_id: str) -> Self:
        """The one who has this identity code or had it before, no more than one in a county; of a person
        who was found twice, the row that stays."""
        of_now = self.model._default_manager.filter(county=county_id, identity_code=code).values("pk")
        earlier = Identifier.objects.filter(county=county_id, code=code).values("resident")
        found = self.model._default_manager.filter(pk__in=of_now.union(earlier)).first()
        return self.filter(pk=found.who_stays().pk) if found is not None else self.none()

    def alike(self, county_id: str) -> list[tuple[int, int, str]]:
        """Pairs of residents of a county who may be one person: similar names, and the same birth date,
        telephone or e-mail address. The lower id first, each pair once, with the first ground found."""
        pairs: dict[tuple[int, int], str] = {}
        with connection.cursor() as cursor:
            for ground, shared in _SHARED.items():
                values: dict[str, str | float] = {
                    "ground": ground,
                    "county": county_id,
                    "least": LEAST_SIMILAR,
                }
                cursor.execute(_ALIKE.format(shared=shared), values)
                for one, other, why in cursor.fetchall():
                    pairs.setdefault((one, other), why)
        return [(one, other, ground) for (one, other), ground in sorted(pairs.items())]

    def called(self, name: str, born: date, county_id: str) -> Self:
        """Those born on that day whose names begin with the words given, in any order. Without a birth
        date there is no looking by name: a vague search would be a list of people."""
        found = self.standing().filter(county=county_id, birth_date=born)
        for word in name.split()[:6]:
            begins = rf"(^|[ -]){re.escape(word)}"
            found = found.filter(Q(family_name__iregex=begins) | Q(given_names__iregex=begins))
        return found.order_by("family_name", "given_names", "pk")[:MOST_FOUND]


# One row for each pair, the older record first: the sums of the night, not of a page. Similarity of names is
# that of pg_trgm; a family shares a telephone, so that alone is no ground.
_ALIKE = """
    SELECT one.id, other.id, %(ground)s
    FROM people_resident one JOIN people_resident other ON {shared} AND one.id < other.id
    WHERE one.county_id = %(county)s AND other.county_id = %(county)s
      AND one.merged_into_id IS NULL AND other.merged_into_id IS NULL
      AND similarity(one.given_names || ' ' || one.family_name, other.given_names || ' ' || other.family_name)
          >= %(least)s
"""
_SHARED = {
    "birth_date": "one.birth_date = other.birth_date",
    "phone": "one.phone = other.phone AND one.phone <> ''",
    "email": "lower(one.email) = lower(other.email) AND one.email <> ''",
}
LEAST_SIMILAR = 0.5  # of 1: "Matti Virtanen" and "Matti Juhani Virtanen" are 0.65


class Resident(models.Model):
    """A person who may need something. Without `identity_code` they are unidentified for now:
    care is given all the same, and they are identified later.

    interpreter_language   a language or a sign language (ISO 639); empty: no interpreter is needed
    contact_language       in which of the three written languages we write; empty: the nearest
    phone, sms             where they are called, and where text messages reach them
    letters                they want letters, whatever else reaches them
    wishes                 what makes dealing with us possible, in their own words
    merged_into   the row of the same person that stays, when the person was found twice; nothing else
                  names this row then, until the two are separated again
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="residents")
    identity_code = models.CharField(max_length=11, null=True, blank=True)
    given_names = models.TextField()
    family_name = models.TextField()
    birth_date = models.DateField(null=True, blank=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)
    language = models.CharField(max_length=3, default="fi")
    interpreter_language = models.CharField(max_length=3, blank=True)
    contact_language = models.CharField(max_length=2, blank=True)
    email = models.EmailField(blank=True)
    phone = models.TextField(blank=True)
    sms = models.TextField(blank=True)
    letters = models.BooleanField(default=False)
    wishes = models.TextField(blank=True)
    # When a message last came back from there: until the resident gives another one, it is not used.
    email_failed_at = models.DateTimeField(null=True, blank=True)
    sms_failed_at = models.DateTimeField(null=True, blank=True)
    address_protected = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    objects = ResidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "identity_code"], name="resident_identity_once"),
            models.CheckConstraint(
                condition=Q(identity_code__isnull=True) | Q(identity_code__regex=CODE_SHAPE),
                name="resident_identity_shape",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="merged_into_another"),
        ]
        indexes = [
            models.Index(fields=["county", "family_name", "given_names"], name="resident_name"),
            models.Index(fields=["county", "birth_date"], name="resident_birth_date"),
        ]

    def __str__(self) -> str:
        return f"Resident {self.pk}"  # never a name where logs could keep it

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def written_language(self) -> str:
        """The language of what is sent: the one chosen, else their own if we write it, else Finnish."""
        own = self.language if self.language in WRITTEN_LANGUAGES else "fi"
        return self.contact_language or own

    @property
    def identified(self) -> bool:
        return self.identity_code is not None

    def who_stays(self) -> "Resident":
        """This row, or the one that it was joined to; rows of one person can have been joined in turn."""
        stays = self
        while stays.merged_into is not None:
            stays = stays.merged_into
        return stays

    def known_as(self) -> list[int]:
        """The ids of all rows of this person, this one first: the log names each as it was at its time."""
        known, newest = [self.pk], [self.pk]
        while newest:
            joined = Resident.objects.filter(merged_into__in=newest).order_by("pk")
            newest = list(joined.values_list("pk", flat=True))
            known += newest
        return known

    def age_on(self, day: date) -> int | None:
        """Full years on that day; None while the birth date is unknown."""
        return None if self.birth_date is None else rules.age_on(self.birth_date, day)

    def concern(self) -> Concern:
        return Concern(self.county_id, (self.pk,))


class Identifier(models.Model):
    """Another code by which a resident is known: a temporary one (yksilöintitunnus) given to somebody
    without a Finnish identity code, or one that was changed. They are found by it also when it is no longer
    in use.

    since   the first day on which it was known here
    until   the day on which the identity code took its place; empty while it is in use
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="identifiers")
    county = models.ForeignKey(County, on_delete=models.PROTECT)
    code = models.CharField(max_length=11)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="identifier_once"),
            models.CheckConstraint(condition=Q(code__regex=CODE_SHAPE), name="identifier_shape"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="identifier_ends_later"
            ),
        ]

    def concern(self) -> Concern:
        return self.resident.concern()


class Address(models.Model):
    """Where a resident lives. A table of its own, so that no list of residents can show a
    protected address by accident: reading it is a permission of its own."""

    resident = models.OneToOneField(Resident, on_delete=models.PROTECT, primary_key=True)
    street = models.TextField()
    postcode = models.CharField(max_length=5)
    post_office = models.TextField()

    def concern(self) -> Concern:
        return self.resident.concern()


class GuardianshipQuerySet(ValidQuerySet["Guardianship"]):
    """Guardianships by the day on which they hold."""

    def on(self, day: date) -> Self:
        """Those that hold on `day`. Whatever the row says, none outlasts the child's eighteenth
        birthday (act on child custody 361/1983, 3 §)."""
        return super().on(day).exclude(child__birth_date__lte=rules.of_age_born_by(day))

    def to_act_on(self, day: date) -> Self:
        """Those by which a guardian acts for the child through Kehrä on `day`. A child's pages tell at which
        station or school it can be met, so nobody acts for a child whose address is protected; and if a
        guardian's own is, the other guardians do not act. So do Suomi.fi authorisations (suomi.fi, "Milloin
        asiointi lapsen puolesta ei ole mahdollista?"). They deal with the unit instead."""
        protected = self.model._default_manager.on(day).filter(
            child=OuterRef("child"), guardian__address_protected=True
        )
        from_another = protected.exclude(guardian=OuterRef("guardian"))
        return self.on(day).filter(~Exists(from_another), child__address_protected=False)


class Guardianship(ValidInTime):
    """A guardian (huoltaja) may deal with a child's matters, unless it has been restricted."""

    guardian = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="guardian_of")
    child = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="guardians")
    source = models.TextField()

    objects = GuardianshipQuerySet.as_manager()  # type: ignore[misc] # narrows that of ValidInTime

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.CheckConstraint(condition=~Q(guardian=F("child")), name="guardian_is_another"),
        ]


class Identification(models.TextChoices):
    """How it was checked who gave a paper."""

    DOCUMENT = "document", _("Passport or identity card seen")
    KNOWN = "known", _("Known to the worker from before")
    CALLED = "called", _("Called at the number that was in our records")


class MandateQuerySet(ValidQuerySet["Mandate"]):
    """Mandates by the day on which they hold."""

    def on(self, day: date) -> Self:
        """Those that hold on `day`; one that was withdrawn holds no more from that moment on."""
        return super().on(day).filter(withdrawn_at__isnull=True)


class Mandate(ValidInTime):
    """An adult lets another deal with their matters.

    evidence       how it was given; for a paper, where the original is kept
    informed       the delegate is told too what the principal is told
    received_by    the professional who received the paper, in the unit `received_in`, and checked by
                   `identified_by` who gave it; empty for an electronic mandate
    """

    principal = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="mandates_given")
    delegate = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="mandates_held")
    evidence = models.TextField()
    informed = models.BooleanField(default=False)
    identified_by = models.TextField(choices=Identification.choices, blank=True)
    received_by = models.ForeignKey(
        "Professional", on_delete=models.PROTECT, null=True, blank=True, related_name="mandates_received"
    )
    received_in = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates_received"
    )
    received_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()  # type: ignore[misc] # narrows that of ValidInTime

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="delegate_is_another"),
        ]

    def concern(self) -> Concern:
        return Concern(self.principal.county_id, (self.principal_id, self.delegate_id))

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None if it goes on."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    def holds_on(self, day: date) -> bool:
        """Whether the delegate may act by it on `day`."""
        return self.withdrawn_at is None and self.valid_on(day)


class Professional(models.Model):
    """Somebody who works: with a registered profession (Terhikki, Suosikki) or for a partner.
    `resident` is the same human's own record, which they may not handle in this role."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="professionals")
    given_names = models.TextField()
    family_name = models.TextField()
    profession = models.TextField()  # code system "profession"
    register_number = models.TextField(blank=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=3), default=list, blank=True
    )  # besides that of the unit

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class Restriction(models.Model):
    """What a resident, or a minor able to decide (703/2023 51 §), has forbidden: a unit, or those
    who act on their behalf, may not see their matters. In force until withdrawn."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="restrictions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    from_those_acting_for = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, from_those_acting_for=False)
                | Q(unit__isnull=True, from_those_acting_for=True),
                name="restriction_has_one_target",
            ),
            models.UniqueConstraint(
                fields=["resident", "unit", "from_those_acting_for"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="restriction_once",
            ),
        ]

    def concern(self) -> Concern:
        return self.resident.concern()


class EmergencyAccess(models.Model):
    """A professional opened a resident's data without another ground, with a typed reason, for a
    limited time. The resident sees it at once; the data protection officer reviews it."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="emergency_accesses")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="emergency_ends_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_reason"),
        ]
        indexes = [models.Index(fields=["professional", "ends_at"], name="emergency_by_professional")]

    def concern(self) -> Concern:
        return self.resident.concern()

    def open_at(self, now: datetime) -> bool:
        return self.opened_at <= now < self.ends_at
