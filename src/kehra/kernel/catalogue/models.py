"""What is offered, by whom and where. A service is what a resident can need; an offering is one
unit's promise to give it at a place or remotely."""

import re
from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db import models
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Greatest

from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import LocalisedField, localised
from kehra.kernel.organisations.models import County, Sector, Site, Unit
from kehra.kernel.time.models import ValidInTime, ValidQuerySet

MOST_WORDS = 20
LONG_WORD = 5  # letters: shorter words are near to too many others
NEAR = 0.5  # similarity of trigrams from which a misspelt word counts as the same
NO_RANK = 1e-6  # PostgreSQL ranks what does not match at 1e-20, not at nothing
SEARCH_LANGUAGES = {"fi": "finnish", "sv": "swedish", "en": "english"}


class ServiceQuerySet(ValidQuerySet["Service"]):
    def search(self, words: str, language: str) -> "ServiceQuerySet":
        """Services that answer to a resident's own words, best first: stems of the language, and near
        spellings of longer words, over names, summaries and keywords. One word that fits is enough, for
        people tell a need in sentences. At most 20 different words are read."""
        said = list(dict.fromkeys(re.findall(r"\w+", words.lower())))[:MOST_WORDS]
        if not said:
            return self.none()
        config = SEARCH_LANGUAGES.get(language, "simple")
        text = f"search_{language}" if language in SEARCH_LANGUAGES else "search_fi"
        query = reduce(or_, (SearchQuery(word, config=config) for word in said))
        near = [TrigramWordSimilarity(word, text) for word in said if len(word) >= LONG_WORD]
        return (
            self.annotate(
                rank=SearchRank(SearchVector(text, config=config), query),
                near=Greatest(Value(0.0), Value(0.0), *near, output_field=FloatField()),
            )
            .filter(Q(rank__gt=NO_RANK) | Q(near__gte=NEAR))
            .annotate(score=F("rank") + F("near"))
            .order_by("-score", "pk")
        )


class Service(ValidInTime):
    """A service of the county's catalogue.

    limit_group     which dated time limits apply (`library.operating_models`), "" for none
    search_fi …     what the search reads in each language: name, summary and residents' words
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=64)
    names = LocalisedField()
    summaries = LocalisedField()
    sector = models.TextField(choices=Sector.choices)
    limit_group = models.TextField(blank=True)
    search_fi = models.TextField(blank=True)
    search_sv = models.TextField(blank=True)
    search_en = models.TextField(blank=True)
    classes = models.ManyToManyField(Code, blank=True)

    objects = ServiceQuerySet.as_manager()  # type: ignore[misc]

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["county", "code"], name="service_code_once"),
        ]
        indexes = [GinIndex(fields=["search_fi"], opclasses=["gin_trgm_ops"], name="service_search_fi")]

    def __str__(self) -> str:
        return localised(self.names)


class OfferingQuerySet(ValidQuerySet["Offering"]):
    def intake_of(self, service: Service, municipality_id: str | None, day: date) -> "Offering | None":
        """Where new matters for a service come first, for one who lives in this municipality: the
        intake that names it, else one that names none, else any intake of the service."""
        intakes = (
            self.on(day).filter(service=service, intake=True).select_related("unit", "service").order_by("pk")
        )
        named = intakes.filter(municipalities=municipality_id).first() if municipality_id else None
        return named or intakes.filter(municipalities=None).first() or intakes.first()

    def shown(self, day: date) -> "OfferingQuerySet":
        """Those in force, with what a page says of each: who gives it where."""
        related = ("service", "unit__organisation", "site__municipality")
        return self.on(day).select_related(*related).order_by("service__code", "pk")

    def nearest_first(self, municipality_id: str | None) -> "OfferingQuerySet":
        """Of each service, first what takes in the needs of one who lives in this municipality, then what is
        given there, then the rest."""
        serving = self.model.municipalities.through.objects.filter(
            offering=models.OuterRef("pk"), municipality=municipality_id
        )
        distance = models.Case(
            models.When(models.Exists(serving), then=0),
            models.When(site__municipality=municipality_id, then=1),
            default=2,
            output_field=models.IntegerField(),
        )
        return self.order_by("service__code", distance, "pk")


class Offering(ValidInTime):
    """A unit gives a service at a site, or remotely where `site` is empty. `intake` says that
    new matters for the service and the municipalities named come to this unit first."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="offerings")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offerings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="offerings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="offerings")
    instructions = LocalisedField(default=dict)
    intake = models.BooleanField(default=False)
    municipalities = models.ManyToManyField("organisations.Municipality", blank=True)
    bookable = models.BooleanField(default=False)  # the resident may book without an invitation

    objects: ClassVar[OfferingQuerySet] = OfferingQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.service}: {self.unit}"


class EverydayNeed(models.Model):
    """One of the few everyday choices of the first page, in everyday words."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="everyday_needs")
    names = LocalisedField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    order = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "order"], name="everyday_need_order")]
        ordering = ["order"]

    def __str__(self) -> str:
        return localised(self.names)
