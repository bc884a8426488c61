"""Who may do what. Each app declares its own permissions as sentences; this is how they are
asked. One declaration answers two questions:

*exact*  "may she do this to this one, now?"  `require(by, permission, thing, now=now)`
*list*   "which ones may she see?"            `show(by, permission, queryset, now=now)`

The exact form evaluates the rules on rows as they are at this moment; it alone decides the
opening of one thing. The list form reads the arrays `viewers` and `barred` that actions keep on
the row, and the actor's holders, which are read anew at each request. A property test holds the
two forms equal. Denials override rules in both.

Both forms write the audit row, with the ground, in the caller's transaction: what cannot be
written to the log is not shown. A refusal is raised here and written by `guard` once the refused
transaction has been rolled back.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, Protocol, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from kehra.kernel.access.actors import Actor
from kehra.kernel.audit.models import AuditEntry, AuditKind

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose data a thing is: the county it belongs to, the residents, the matter."""

    county_id: str | None
    residents: tuple[int, ...] = ()
    matter_id: int | None = None


class Concerning(Protocol):
    """A thing that permissions are asked on says whom it concerns."""

    def concern(self) -> Concern: ...


@dataclass(frozen=True)
class Rule:
    """One sentence that allows. `relation` and `purpose` are codes that the log keeps (code
    systems "relation" and "purpose"); `sentence` begins with who: "a professional of …"."""

    sentence: str
    relation: str
    purpose: str
    holds: Callable[[Actor, Any, datetime], bool]


@dataclass(frozen=True)
class Denial:
    """One sentence that refuses, whatever rule allows."""

    sentence: str
    code: str
    holds: Callable[[Actor, Any, datetime], bool]


@dataclass(frozen=True)
class Permission:
    """What may be done, by whom, and by whom never.

    `sentence` says what, beginning with a verb; it is translated, for the resident reads it in their log.
    `hidden_behind` is the permission without which the thing does not exist for the actor: who
    lacks it gets 404, who has it but lacks this one gets 403. Without it refusal is always 404.
    `session` marks signing in and out and changing the role, which the log keeps apart.
    `path` leads from a listed row to the row with `viewers` and `barred` ("matter__").
    `listed` narrows the list form where `viewers` alone would show more than the rules allow: what the
    actor may see besides is found in the thing it belongs to, by the exact form.
    """

    name: str
    sentence: str | Promise
    rules: tuple[Rule, ...]
    denials: tuple[Denial, ...] = ()
    writes: bool = False
    session: bool = False
    hidden_behind: "Permission | None" = None
    path: str = ""
    listed: Callable[[Actor], Q] = lambda _by: Q()

    declared: ClassVar[dict[str, "Permission"]] = {}

    def __post_init__(self) -> None:
        if self.name in self.declared:
            raise ValueError(f"The permission {self.name} is declared twice.")
        self.declared[self.name] = self

    @property
    def audit_kind(self) -> AuditKind:
        """As what the log keeps a use of this permission."""
        if self.session:
            return AuditKind.SESSION
        return AuditKind.WRITE if self.writes else AuditKind.READ


class Refused(Exception):
    """The actor may not; `hidden` when they may not even know that the thing exists."""

    def __init__(
        self, by: Actor, permission: Permission, concern: Concern, reason: str, *, hidden: bool
    ) -> None:
        super().__init__(f"{permission.name}: {reason}")
        self.by = by
        self.permission = permission
        self.concern = concern
        self.reason = reason
        self.hidden = hidden


class NotPossible(Exception):
    """The actor may, but not in this state. The message, in the reader's language, says why and
    what to do instead."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with its ground: the rule that allows, or the reason of a refusal."""

    rule: Rule | None
    reason: str = ""

    @property
    def allowed(self) -> bool:
        return self.rule is not None


def is_program(by: Actor, _thing: Any, _now: datetime) -> bool:
    """For rules that allow the program itself: what the clock, a restore or another system makes it do."""
    return by.kind == "system"


FOREIGN_COUNTY: Final = "another_county"
NO_RULE: Final = "no_rule"

# Which permissions the request under way has asked; the guard refuses a page that asked none.
_asked: ContextVar[set[str]] = ContextVar("asked_permissions")


@dataclass(slots=True)
class Asking:
    """Notes the permissions that are asked while it is open (one request, one thread)."""

    asked: set[str] = field(default_factory=set)
    _token: Any = None

    def __enter__(self) -> "Asking":
        self._token = _asked.set(self.asked)
        return self

    def __exit__(self, *_error: object) -> None:
        _asked.reset(self._token)


def decide(by: Actor, permission: Permission, thing: Concerning, *, now: datetime) -> Verdict:
    """The exact form, without writing anything: for buttons that are shown only if they work.
    A thing of another county is refused before any rule is read."""
    county_id = thing.concern().county_id
    if county_id is not None and county_id != by.county_id:
        return Verdict(None, FOREIGN_COUNTY)
    for denial in permission.denials:
        if denial.holds(by, thing, now):
            return Verdict(None, denial.code)
    for rule in permission.rules:
        if rule.holds(by, thing, now):
            return Verdict(rule)
    return Verdict(None, NO_RULE)


def may(by: Actor, permission: Permission, thing: Concerning, *, now: datetime) -> bool:
    """Whether the actor may; writes nothing."""
    return decide(by, permission, thing, now=now).allowed


def require(by: Actor, permission: Permission, thing: Concerning, *, now: datetime) -> Rule:
    """The ground that allows the actor to do this to this thing, written to the log.
    Raises Refused."""
    _note(permission)
    verdict = decide(by, permission, thing, now=now)
    concern = thing.concern()
    if verdict.rule is None:
        behind = permission.hidden_behind
        hidden = behind is None or not may(by, behind, thing, now=now)
        raise Refused(by, permission, concern, verdict.reason, hidden=hidden)
    _record(by, permission, verdict.rule, concern.residents, concern.county_id, concern.matter_id, now)
    return verdict.rule


def visible(by: Actor, permission: Permission, rows: QuerySet[Row]) -> QuerySet[Row]:
    """The list form as a filter. For counting, or inside `show`: what is shown is audited."""
    _note(permission)
    holders, path = sorted(by.holders), permission.path
    county = f"{path}county_id"
    seen = Q(**{county: by.county_id, f"{path}viewers__overlap": holders})
    return rows.filter(seen, permission.listed(by)).exclude(**{f"{path}barred__overlap": holders})


def show(by: Actor, permission: Permission, rows: QuerySet[Row], *, now: datetime) -> list[Row]:
    """The rows of a page that the actor may see, written to the log. For a page of a longer list,
    slice what `visible` gives and pass it to `shown`."""
    return shown(by, permission, visible(by, permission, rows), now=now)


def shown(by: Actor, permission: Permission, rows: Iterable[Row], *, now: datetime) -> list[Row]:
    """Evaluates rows that `visible` has filtered and writes whom the page shows to the log: one
    row for each kind of holder through which they are seen, as a rule a single one.
    Raises ValueError for a row that `visible` would have left out: nothing is shown then."""
    _note(permission)
    listed = list(rows)
    by_kind: dict[str, set[int]] = {}
    for row in listed:
        residents = by_kind.setdefault(_holder_kind(by, permission, row), set())
        residents.update(_concern(row).residents)
    for kind, residents in by_kind.items():
        if residents:
            _record(by, permission, _list_ground(by, kind), residents, by.county_id, None, now)
    return listed


_LIST_PURPOSES: Final = {"resident": "own_affairs", "emergency": "emergency", "officer": "supervision"}


def _list_ground(by: Actor, kind: str) -> Rule:
    relation = kind
    if kind == "resident":
        relation = "self" if by.on_behalf_of_id is None else "acting_for"
    return Rule(f"listed for the {kind}", relation, _LIST_PURPOSES.get(kind, "care"), lambda *_: True)


def _holder_kind(by: Actor, permission: Permission, row: Any) -> str:
    """Through which kind of holder the row is seen. An emergency access is the ground only of what
    nothing else shows, as in the exact form."""
    for step in permission.path.split("__")[:-1]:
        row = getattr(row, step)
    kinds = {holder.split(":")[0] for holder in by.holders.intersection(row.viewers)}
    if not kinds or row.county_id != by.county_id or by.holders.intersection(row.barred):
        raise ValueError(f"{permission.name}: rows that were not filtered by `visible` are not shown.")
    return min(kinds, key=lambda kind: (kind == "emergency", kind))


def _concern(row: Any) -> Concern:
    concern: Concern = row.concern()
    return concern


def _note(permission: Permission) -> None:
    asked = _asked.get(None)
    if asked is not None:
        asked.add(permission.name)


def _record(
    by: Actor,
    permission: Permission,
    rule: Rule,
    residents: Iterable[int],
    county_id: str | None,
    matter_id: int | None,
    now: datetime,
) -> None:
    AuditEntry.objects.record(
        by,
        at=now,
        kind=permission.audit_kind,
        action=permission.name,
        rule=rule.sentence,
        relation=rule.relation,
        purpose=rule.purpose,
        county_id=county_id,
        residents=tuple(residents),
        matter_id=matter_id,
    )
