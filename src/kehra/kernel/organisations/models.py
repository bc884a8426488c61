"""Counties, municipalities, organisations, their units and sites, and every relation between
them valid in time. No organisation is named in code: the structure is data, so that the step
from many organisations to one is a change of rows with a date."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from kehra.kernel.codes.texts import LocalisedField, localised
from kehra.kernel.organisations import rules
from kehra.kernel.time.models import ValidInTime


class Sector(models.TextChoices):
    """Between social and health care data passes only by the resident's permit (703/2023 53 §)."""

    HEALTH = "health"
    SOCIAL = "social"
    OTHER = "other"


class County(models.Model):
    """A wellbeing services county. Every row about a person belongs to one; each sees its own."""

    code = models.CharField(max_length=2, primary_key=True)
    names = LocalisedField()
    oid = models.TextField(unique=True)
    languages = models.JSONField(default=list)  # languages that services must work in
    advice_phone = models.TextField(default="116 117")

    def __str__(self) -> str:
        return localised(self.names)


class Municipality(ValidInTime):
    """A municipality with the facts that planning reads; `population` is of `population_year`."""

    code = models.CharField(max_length=3, primary_key=True)
    names = LocalisedField()
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="municipalities")
    bilingual = models.BooleanField(default=False)
    population = models.IntegerField()
    population_year = models.SmallIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    source = models.TextField()

    def __str__(self) -> str:
        return localised(self.names)


class Organisation(ValidInTime):
    """A legal person that arranges, produces or takes part; `kind` is a code of the system
    "organisation-kind" (county, private, third-sector, municipality, parish, education …)."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="organisations")
    names = LocalisedField()
    kind = models.TextField()
    business_id = models.TextField(blank=True)
    oid = models.TextField(blank=True)

    def __str__(self) -> str:
        return localised(self.names)


class Site(ValidInTime):
    """A place with a door; several producers may share it."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="sites")
    names = LocalisedField()
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="sites")
    street = models.TextField()
    postcode = models.CharField(max_length=5)
    latitude = models.FloatField()
    longitude = models.FloatField()
    access_notes = LocalisedField(default=dict)  # how to get in: ramp, lift, bus

    def __str__(self) -> str:
        return localised(self.names)


class Unit(ValidInTime):
    """Where work is done and for whom rights are given. `opening_hours` says when somebody
    reads what arrives: {"mon": [["08:00", "16:00"]], …}; a missing day is closed."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="units")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="units")
    names = LocalisedField()
    sector = models.TextField(choices=Sector.choices)
    oid = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    opening_hours = models.JSONField(default=dict)

    def __str__(self) -> str:
        return localised(self.names)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody reads what arrives at this moment (working days, Helsinki time)."""
        return rules.is_open(self.opening_hours, now)

    def opens_at(self, now: datetime) -> datetime | None:
        """When somebody reads next, within two weeks; None if the hours say nothing."""
        return rules.opens_at(self.opening_hours, now)


class RelationKind(models.TextChoices):
    ARRANGES = "arranges"
    PRODUCES = "produces"
    OWNS = "owns"
    FUNDS = "funds"
    SUPERVISES = "supervises"
    BELONGS_TO = "belongs_to"


class Relation(ValidInTime):
    """ "Subject does this to object", valid in time: an organisation to an organisation or a unit.
    `service_group` narrows it to some services ("" means all)."""

    county = models.ForeignKey(County, on_delete=models.PROTECT)
    kind = models.TextField(choices=RelationKind.choices)
    subject = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="relations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="related_by"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="related_by")
    service_group = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(unit__isnull=True), name="relation_has_one_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.organisation or self.unit}"
