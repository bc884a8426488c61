"""Who leads an assessment, and who writes which part of it. What a part says is seen by
`matters.permissions.SEE_PART`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, Rule
from kehra.serve.assessments.models import Assessment
from kehra.serve.matters import permissions as matters
from kehra.serve.matters.models.participation import Right
from kehra.serve.matters.permissions import ACTING_FOR, DENIALS, RESIDENT, UNIT_WORKS


def _works(by: Actor, thing: Any, now: datetime) -> bool:
    return matters.right_of(by, matters.matter_of(thing), now) == Right.WORK


def _is_author(by: Actor, part: Any, now: datetime) -> bool:
    """In the unit for which they were asked: in another one they act for somebody else."""
    return (
        by.professional_id is not None
        and (part.professional_id, part.unit_id) == (by.professional_id, by.unit_id)
        and not part.is_own
        and _works(by, part, now)
    )


def _leads(by: Actor, thing: Any, now: datetime) -> bool:
    assessment = thing if isinstance(thing, Assessment) else thing.assessment
    return assessment.sector == by.sector and _works(by, thing, now)


AUTHOR = Rule("the professional whose part it is", "author", "care", _is_author)
LEADER = Rule(
    "a worker of a unit of the sector that began the assessment and works in the matter",
    "unit_works",
    "care",
    _leads,
)

LEAD = Permission(
    "assessments.lead",
    _("ask colleagues to take part in an assessment, and complete it"),
    (LEADER,),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
WRITE = Permission(
    "assessments.write",
    _("write, sign and correct one's own part of an assessment"),
    (AUTHOR,),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
WITHDRAW = Permission(
    "assessments.withdraw",
    _("say that an unsigned part of an assessment is not needed"),
    (AUTHOR, LEADER),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
WRITE_OWN = Permission(
    "assessments.write_own",
    _("write the resident's own part of an assessment, as the resident or as the resident tells it"),
    (RESIDENT, ACTING_FOR, UNIT_WORKS),
    DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
