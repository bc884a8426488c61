"""The audit log: who saw or did what with a person's data, and on what ground.

The log outlives what it tells of, so its rows hold no foreign keys: names and ids are copied
as they were. The application's own role may only add rows (see `append_only`). The table is
partitioned by month; `make_partitions` keeps months ready ahead of time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import DatabaseError, connection, models
from django.db.models.expressions import RawSQL


class Who(Protocol):
    """What the log keeps of the one who acts; `kehra.kernel.access.actors.Actor` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def county_id(self) -> str | None: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def role(self) -> str: ...
    @property
    def on_behalf_of_id(self) -> int | None: ...


class AuditKind(models.TextChoices):
    READ = "read"
    WRITE = "write"
    REFUSAL = "refusal"
    SESSION = "session"  # signing in and out, changing role or person


class NotLogged(Exception):
    """A row of the log could not be written: nobody's data may be shown. No error of the database, so
    that nothing that copes with those copes with this."""


class AuditManager(models.Manager["AuditEntry"]):
    def record(
        self,
        who: Who,
        *,
        at: datetime,
        kind: AuditKind,
        action: str,
        rule: str = "",
        relation: str = "",
        purpose: str = "",
        county_id: str | None = None,
        residents: Sequence[int] = (),
        matter_id: int | None = None,
    ) -> "AuditEntry":
        """Adds one row in the caller's transaction. `action` is a permission's name; `rule`,
        `relation` and `purpose` are the ground that allowed it (empty for a refusal). Raises NotLogged."""
        entry = self.model(
            at=at,
            kind=kind,
            action=action,
            rule=rule,
            relation=relation,
            purpose=purpose,
            county_id=county_id or who.county_id,
            actor_kind=who.kind,
            actor_user_id=who.user_id,
            actor_name=who.name,
            actor_role=who.role,
            unit_id=who.unit_id,
            on_behalf_of_id=who.on_behalf_of_id,
            residents=sorted(set(residents)),
            matter_id=matter_id,
        )
        try:
            entry.save(force_insert=True)
        except DatabaseError as error:
            raise NotLogged from error
        return entry


class AuditEntry(models.Model):
    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("at", "id")
    id = models.BigIntegerField(db_default=RawSQL("nextval('audit_auditentry_id_seq')", []))
    at = models.DateTimeField()
    kind = models.TextField(choices=AuditKind.choices)
    action = models.TextField()
    rule = models.TextField(blank=True)
    relation = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    county_id = models.CharField(max_length=2, null=True)
    actor_kind = models.TextField()
    actor_user_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_role = models.TextField(blank=True)
    unit_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    # A page that shows many people is one row: a fifth of the space of a row each.
    residents = ArrayField(models.BigIntegerField(), default=list)
    matter_id = models.BigIntegerField(null=True)

    objects = AuditManager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="audit_id"),  # what is new since the last seal
            GinIndex(fields=["residents"], name="audit_residents"),
            models.Index(fields=["matter_id", "at"], name="audit_matter"),
            models.Index(fields=["actor_user_id", "at"], name="audit_actor"),
            models.Index(fields=["county_id", "kind", "at"], name="audit_county_kind"),
        ]


def make_partitions(table: str, first: datetime, last: datetime) -> None:
    """Makes the monthly partitions of `table` that are missing from `first` to `last` (both
    months included, in UTC). Safe to repeat; the database function refuses any other table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_month_partitions(%s, %s, %s)", _months(table, first, last))


def _months(table: str, first: datetime, last: datetime) -> list[Any]:
    return [table, *(moment.astimezone(UTC).date().replace(day=1) for moment in (first, last))]
