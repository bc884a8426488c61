"""Who may bring in what already waits in the system before Kehrä."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, Rule


def _is_program(by: Actor, _thing: Any, _now: datetime) -> bool:
    return by.kind == "system"


BRING = Permission(
    "imports.bring",
    _("bring along what already waited in the earlier system"),
    (Rule("the program, when the county starts", "system", "care", _is_program),),
    writes=True,
)
