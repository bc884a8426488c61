"""The rows of the log that concern one resident, counted exactly and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission
from kehra.kernel.accounts.models import User
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.kernel.time import helsinki
from kehra.serve.rights import rules
from kehra.serve.rights.models import Threshold
from kehra.serve.rights.permissions import RESTRICTED

LINES_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log as a person reads it."""

    id: int
    at: datetime
    who: str
    unit: str
    what: str
    ground: str
    refused: bool
    own: bool  # the reader's own use


def since(now: datetime) -> datetime:
    """From when on the log is shown (703/2023 11 §)."""
    return rules.months_before(now, Threshold.objects.of("log_age", helsinki.today(now)).amount)


def entries_of(resident: Resident, now: datetime) -> QuerySet[AuditEntry]:
    """All that the log keeps of the resident's data within that time, by the index of residents. It names a
    person who was in the records twice as they were named at the time."""
    return AuditEntry.objects.filter(residents__overlap=resident.known_as(), at__gte=since(now), at__lte=now)


def page_of(resident: Resident, wish: QueryDict, *, by: Actor, now: datetime) -> dict[str, Any]:
    """A page of the log, what can be chosen, and how many rows there are in all. At most six queries.
    A resident who opens their log looks for others: their own visits are counted, and shown when asked."""
    entries = entries_of(resident, now)
    own_rows, with_own = 0, by.kind != "resident" or wish.get("own") == "1"
    if not with_own:
        own_rows = entries.filter(actor_user_id=by.user_id).count()
        entries = entries.exclude(actor_user_id=by.user_id, actor_user_id__isnull=False)
    counts = list(entries.order_by().values("kind", "unit_id").annotate(rows=Count("id")))
    units = Unit.objects.in_bulk({row["unit_id"] for row in counts if row["unit_id"] is not None})
    kind = wish.get("kind") if wish.get("kind") in AuditKind.values else None
    wished = wish.get("unit", "")
    unit = units.get(int(wished)) if wished.isdecimal() else None
    chosen = [
        row
        for row in counts
        if (kind is None or row["kind"] == kind) and (unit is None or row["unit_id"] == unit.pk)
    ]
    if kind:
        entries = entries.filter(kind=kind)
    if unit:
        entries = entries.filter(unit_id=unit.pk)
    page = _Counted(
        entries.order_by("-at", "-id"), LINES_ON_PAGE, rows=sum(row["rows"] for row in chosen)
    ).get_page(wish.get("page"))
    lines = _lines(page.object_list, resident, units, by=by, now=now)
    return {
        "since": since(now),
        "total": sum(row["rows"] for row in counts),
        "page": page,
        "days": [
            (day, list(same)) for day, same in groupby(lines, key=lambda line: helsinki.local(line.at).date())
        ],
        "kinds": [(value, KINDS[value]()) for value in AuditKind.values],
        "units": sorted((str(one), one.pk) for one in units.values()),
        "kind": kind or "",
        "unit": unit.pk if unit else "",
        "own_rows": own_rows,
        "with_own": with_own,
        "before": "".join(
            f"{key}={value}&"
            for key, value in (
                ("kind", kind),
                ("unit", unit and unit.pk),
                ("own", wish.get("own") == "1" and 1),
            )
            if value
        ),
    }


KINDS = {
    AuditKind.READ.value: lambda: _("Was looked at"),
    AuditKind.WRITE.value: lambda: _("Was changed"),
    AuditKind.REFUSAL.value: lambda: _("Was tried, and refused"),
    AuditKind.SESSION.value: lambda: _("Somebody signed in or began to act for somebody"),
}


class _Counted(Paginator):
    """A paginator that has been told how many rows there are, so that they are counted once."""

    def __init__(self, rows_of: Any, on_page: int, *, rows: int) -> None:
        super().__init__(rows_of, on_page)
        self.__dict__["count"] = rows


def lines_by_id(ids: Iterable[int], resident: Resident, *, by: Actor, now: datetime) -> list[Line]:
    """These rows of the resident's log, the newest first; others are left out."""
    entries = list(entries_of(resident, now).filter(id__in=list(ids)).order_by("-at", "-id"))
    units = Unit.objects.in_bulk({entry.unit_id for entry in entries if entry.unit_id is not None})
    return _lines(entries, resident, units, by=by, now=now)


def lines_of_emergency(access: EmergencyAccess, *, by: Actor, now: datetime) -> list[Line]:
    """What the professional looked at or changed while the access was open; at most a hundred rows."""
    entries = entries_of(access.resident, now).filter(
        at__gte=access.opened_at,
        at__lte=access.ends_at,
        unit_id=access.unit_id,
        actor_user_id__in=User.objects.filter(professional=access.professional).values("pk"),
    )
    return _lines(
        entries.order_by("-at", "-id")[:100],
        access.resident,
        {access.unit_id: access.unit},
        by=by,
        now=now,
    )


def lines_of_residents(
    resident: Resident,
    matter_id: int | None,
    *,
    since: datetime,
    until: datetime,
    by: Actor,
    now: datetime,
) -> list[Line]:
    """What residents themselves looked at in a matter, or, without one, of this resident, between two
    moments: what somebody saw who should not have. At most a hundred rows, the newest first."""
    entries = AuditEntry.objects.filter(actor_kind="resident", at__gte=since, at__lte=until)
    whose = {"matter_id": matter_id} if matter_id else {"residents__contains": [resident.pk]}
    entries = entries.filter(**whose).order_by("-at", "-id")
    return _lines(entries[:100], resident, {}, by=by, now=now)


def _lines(
    entries: Iterable[AuditEntry], resident: Resident, units: dict[int, Unit], *, by: Actor, now: datetime
) -> list[Line]:
    words = _code_words(helsinki.today(now))
    own_users = set(User.objects.filter(resident=resident).values_list("pk", flat=True))
    return [
        Line(
            id=entry.id,
            at=entry.at,
            who=_who(entry, resident, own_users, by),
            unit=str(units[entry.unit_id]) if entry.unit_id in units else "",
            what=said(entry.action),
            ground=_ground(entry, words),
            refused=entry.kind == AuditKind.REFUSAL,
            own=entry.actor_user_id is not None and entry.actor_user_id == by.user_id,
        )
        for entry in entries
    ]


def said(action: str) -> str:
    """What a permission lets do, in the reader's language; the name of one that is declared no more."""
    permission = Permission.declared.get(action)
    return action if permission is None else _(str(permission.sentence))


def _who(entry: AuditEntry, resident: Resident, own_users: set[int], by: Actor) -> str:
    """One who acts for the resident is not told who else does: that is for the resident alone."""
    if entry.actor_kind == "system":
        return _("The program, by the clock")
    if entry.actor_user_id is not None and entry.actor_user_id == by.user_id:
        return _("You")
    if entry.actor_kind == "professional":
        return entry.actor_name
    if entry.actor_user_id in own_users:
        return resident.name
    if by.on_behalf_of_id is not None or not entry.actor_name:
        return _("Somebody else")
    return entry.actor_name


def _ground(entry: AuditEntry, words: dict[tuple[str, str], str]) -> str:
    """The relation and the purpose in plain words; the rule itself where the county has no word for it.
    What was refused had no ground; the one reason that the resident gave themselves is told."""
    if entry.kind == AuditKind.REFUSAL:
        return _("a restriction forbids it") if entry.rule == RESTRICTED.code else ""
    relation = words.get(("relation", entry.relation)) or (_(entry.rule) if entry.rule else "")
    purpose = words.get(("purpose", entry.purpose), "")
    return ", ".join(part for part in (relation, purpose) if part)


def _code_words(today: date) -> dict[tuple[str, str], str]:
    codes = Code.objects.on(today).filter(system__in=["relation", "purpose"])
    return {(code.system_id, code.code): localised(code.names) for code in codes}
