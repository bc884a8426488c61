"""Who may sign in, and act as what. These are asked anew each time, on rows as they are now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern, Permission, Rule
from kehra.kernel.accounts.models import Choice, User


@dataclass(frozen=True)
class Acting:
    """A user acting in one of their roles, or for somebody: what a change of role asks for."""

    user: User
    choice: Choice

    def concern(self) -> Concern:
        """The resident acted for; no county, for one person may work in two."""
        return Concern(None, (self.choice.resident_id,) if self.choice.resident_id else ())


def _is_user(by: Actor, user: User, _now: datetime) -> bool:
    return by.user_id == user.pk


def _as_themselves(by: Actor, acting: Acting, _now: datetime) -> bool:
    return by.user_id == acting.user.pk and acting.choice == Choice() and acting.user.resident_id is not None


def _as_guardian(by: Actor, acting: Acting, now: datetime) -> bool:
    held = acting.user.guardianships(now).filter(child=acting.choice.resident_id)
    return by.user_id == acting.user.pk and held.exists()


def _by_mandate(by: Actor, acting: Acting, now: datetime) -> bool:
    held = acting.user.mandates(now).filter(principal=acting.choice.resident_id)
    return by.user_id == acting.user.pk and held.exists()


def _in_assignment(by: Actor, acting: Acting, now: datetime) -> bool:
    assignment_id = acting.choice.assignment_id
    return (
        by.user_id == acting.user.pk
        and assignment_id is not None
        and acting.user.assignments(now).filter(pk=assignment_id).exists()
    )


_USER = Rule("whom the identity provider has identified as this user", "self", "own_affairs", _is_user)

SIGN_IN = Permission("accounts.sign_in", _("sign in"), (_USER,), session=True)
SIGN_OUT = Permission("accounts.sign_out", _("sign out"), (_USER,), session=True)
SEE_ROLES = Permission("accounts.see_roles", _("see in which roles and for whom one may act"), (_USER,))
ACT_AS = Permission(
    "accounts.act_as",
    _("act in a role or for a person from now on"),
    (
        Rule("the resident, for themselves", "self", "own_affairs", _as_themselves),
        Rule("a guardian of the child, today", "guardianship", "own_affairs", _as_guardian),
        Rule("one to whom the resident has given a mandate, today", "mandate", "own_affairs", _by_mandate),
        Rule("a professional in an assignment that holds today", "assignment", "care", _in_assignment),
    ),
    session=True,
)
