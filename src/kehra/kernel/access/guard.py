"""No page without a permission. A view says which permissions it asks (`asks`) or why it is for
everybody (`public`); one that says neither is not served, and one that promised to ask and did
not is not shown."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

from kehra.kernel.access.permissions import Asking, Permission, Refused
from kehra.kernel.audit.models import AuditEntry, AuditKind

View = TypeVar("View", bound=Callable[..., Any])


class Unguarded(ImproperlyConfigured):
    """A view that declares no permission, or asked none of those it declares."""


def asks(*permissions: Permission) -> Callable[[View], View]:
    """The view asks at least one of these permissions on every way through it."""

    def mark(view: View) -> View:
        view.asks = frozenset(permission.name for permission in permissions)  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """The view shows no person's data; `reason` says why anybody may see it."""

    def mark(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """The view's form has files: a request to it may be this large. Any other may be as large as text is."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def check_declared(view: Callable[..., Any]) -> None:
    """Raises Unguarded for a view that declares neither permission nor being public."""
    if not hasattr(view, "asks") and not hasattr(view, "public"):
        raise Unguarded(f"{view.__module__}.{view.__name__} declares no permission: use @asks or @public.")


def check_asked(view: Callable[..., Any], asking: Asking) -> None:
    """Raises Unguarded for a view that showed its page without asking what it declares."""
    declared: frozenset[str] = getattr(view, "asks", frozenset())
    if declared and not declared & asking.asked:
        raise Unguarded(f"{view.__module__}.{view.__name__} asked none of {', '.join(sorted(declared))}.")


def record_refusal(refused: Refused, *, at: datetime) -> None:
    """Writes a refusal to the log, after the refused transaction has been rolled back."""
    AuditEntry.objects.record(
        refused.by,
        at=at,
        kind=AuditKind.REFUSAL,
        action=refused.permission.name,
        rule=refused.reason,
        county_id=refused.concern.county_id,
        residents=refused.concern.residents,
        matter_id=refused.concern.matter_id,
    )
