"""Code systems and their codes as dated rows with their source: professions, roles, purposes,
outcomes, service classes. The program knows a few codes by name; the lists are the county's."""

from django.db import models

from kehra.kernel.codes.texts import LocalisedField
from kehra.kernel.time.models import ValidInTime


class CodeSystem(models.Model):
    """A published or own list of codes; `uri` names it (an OID where there is one)."""

    uri = models.TextField(unique=True)
    names = LocalisedField()
    source = models.TextField()

    def __str__(self) -> str:
        return self.uri


class Code(ValidInTime):
    """One code, valid in time. `certainty` is "verified" or "unverified" by the county."""

    system = models.ForeignKey(CodeSystem, on_delete=models.PROTECT, related_name="codes", to_field="uri")
    code = models.TextField()
    names = LocalisedField()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    source = models.TextField(blank=True)
    certainty = models.TextField(default="verified")

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(fields=["system", "code", "valid_from"], name="code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.system_id}|{self.code}"
