"""The journal: what happened in a matter, in order. It is the resident's timeline and the log
that measuring reads, so it holds neither names nor free text: only codes, numbers and dates.

Rows are only added (see `append_only`), partitioned by month. `seq` orders what happened at the
same instant. What can happen is declared by the app in which it happens, in its `signals.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")
_WORD_WITH_A_CAPITAL = re.compile(r"[A-Za-z]*[A-Z][A-Za-z]*")  # as a name is written; no code of ours is
_IDENTITY_CODE = re.compile(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", re.IGNORECASE)


@dataclass(frozen=True)
class Activity:
    """Something that can happen in a matter.

    `sentence` is what the resident reads, translated when it is said; it may name values of the
    entry's data as %(name)s. An activity with `shown=False` is for measuring only.
    """

    name: str
    sentence: str | Promise
    shown: bool = True

    _declared: ClassVar[dict[str, "Activity"]] = {}

    def __post_init__(self) -> None:
        if self.name in self._declared:
            raise ValueError(f"The activity {self.name} is declared twice.")
        self._declared[self.name] = self

    def say(self, data: Mapping[str, Any]) -> str:
        """The sentence with the values of `data`, in the language in use; dates with weekday, and a `day`
        with the hour of the `clock` beside it (what was written before there were clocks has none)."""
        spoken = {name: _spoken(value) for name, value in data.items()}
        if "day" in spoken and "clock" in spoken:
            spoken["day"] = _("%(day)s at %(clock)s") % spoken
        return str(self.sentence) % spoken

    @classmethod
    def named(cls, name: str) -> "Activity":
        """The declared activity; KeyError for a name that no app declares."""
        return cls._declared[name]


class JournalManager(models.Manager["JournalEntry"]):
    def note(
        self,
        activity: Activity,
        *,
        at: datetime,
        county_id: str,
        matter_id: int,
        unit_id: int | None = None,
        role: str = "",
        happened_at: datetime | None = None,
        **data: str | int | bool | date,
    ) -> "JournalEntry":
        """Adds one row in the caller's transaction. `role` is the profession or "resident".
        `happened_at` differs from `at` only for what is entered afterwards.
        Raises ValueError for data that could be free text."""
        return self.create(
            at=at,
            happened_at=happened_at or at,
            activity=activity.name,
            county_id=county_id,
            matter_id=matter_id,
            unit_id=unit_id,
            role=role,
            data={name: coded(value) for name, value in data.items()},
        )


def coded(value: str | int | bool | date) -> str | int | bool:
    """The value as the journal keeps it; ValueError for text that is no code."""
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    no_code = not _CODE.fullmatch(value) or _WORD_WITH_A_CAPITAL.fullmatch(value)
    if no_code or _IDENTITY_CODE.search(value):
        raise ValueError("The journal holds codes, numbers and dates; neither text nor identity codes.")
    return value


class JournalEntry(models.Model):
    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("at", "seq")
    seq = models.BigIntegerField(db_default=RawSQL("nextval('journal_journalentry_seq_seq')", []))
    at = models.DateTimeField()
    happened_at = models.DateTimeField()
    activity = models.TextField()
    county_id = models.CharField(max_length=2)
    matter_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    role = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    objects = JournalManager()

    class Meta:
        indexes = [
            models.Index(fields=["seq"], name="journal_seq"),  # what is new since the last seal
            models.Index(fields=["matter_id", "seq"], name="journal_matter"),
            models.Index(fields=["county_id", "activity", "at"], name="journal_activity"),
        ]

    def sentence(self) -> str:
        """What the resident reads of this, in the language in use; dates with their weekday."""
        return Activity.named(self.activity).say(self.data)


def _spoken(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date_format(date.fromisoformat(value), "l j.n.Y")
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value):
        hour, minute = value.split(":")
        return f"{int(hour)}{':' if get_language() == 'en' else '.'}{minute}"
    return value
