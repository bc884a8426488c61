"""What a reader sees of the assessments of a matter: whose part says what, in the order in which they are
read, the resident's own first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.booking.views.timetable import profession_names
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import DECIDE_OWN, WORK, parts_seen

PERMITTED = ("health", "social")  # between these two it takes the resident's permit


@dataclass
class ShownPart:
    """A part as one reader sees it. `says` tells whether its words are shown: not those of the other
    sector without a permit, nor anybody's but one's own before they are signed."""

    part: AssessmentPart
    seen: bool
    is_mine: bool
    may_write: bool
    profession: str
    earlier: list[AssessmentPart] = field(default_factory=list)

    @property
    def says(self) -> bool:
        return self.seen and (self.part.signed_at is not None or self.is_mine)


@dataclass
class ShownAssessment:
    """An assessment as one reader sees it, with what they may do."""

    assessment: Assessment
    parts: list[ShownPart]
    may_lead: bool
    may_write_own: bool

    @property
    def result_seen(self) -> bool:
        """Whether this reader may know what came of it: who reads what its own sector wrote."""
        return any(one.seen and one.part.sector == self.assessment.sector for one in self.parts)

    @property
    def own_is_written(self) -> bool:
        """Whether the resident has written a part by themselves."""
        return any(shown.part.is_own and shown.part.professional_id is None for shown in self.parts)

    @property
    def waits_for(self) -> list[ShownPart]:
        """Those that have not been signed."""
        return [shown for shown in self.parts if shown.part.is_waiting]


def assessments_of(by: Actor, matter: Matter, now: datetime) -> list[ShownAssessment]:
    """The matter's assessments, the latest first. As many queries for many as for one."""
    parts = list(
        AssessmentPart.objects.filter(assessment__matter=matter, withdrawn_at__isnull=True)
        .select_related("assessment__matter", "professional", "unit", "written_by")
        .order_by("invited_at", "pk")
    )
    seen = {part.pk: sees for part, sees in parts_seen(by, matter, parts, now=now)}
    works = matter.is_open and may(by, WORK, matter, now=now)
    owns = matter.is_open and by.kind == "resident" and may(by, DECIDE_OWN, matter, now=now)
    professions = profession_names(part.profession for part in parts)
    shown = [_shown(part, seen[part.pk], by, works, professions) for part in parts]
    return [
        ShownAssessment(
            assessment=assessment,
            parts=_in_order(one for one in shown if one.part.assessment_id == assessment.pk),
            may_lead=works and assessment.is_open and assessment.sector == by.sector,
            may_write_own=(works or owns) and assessment.is_open,
        )
        for assessment in matter.assessments.select_related("unit")
    ]


def permits_needed(by: Actor, matter: Matter, shown: Iterable[ShownAssessment]) -> list[tuple[str, str]]:
    """The sectors whose parts this worker cannot read, each with how the resident's permit stands: "asked",
    "given" (for other things) or "" (can be asked). One query."""
    standing = dict(
        matter.permits.filter(refused_at__isnull=True, revoked_at__isnull=True).values_list(
            "from_sector", "given_at"
        )
    )
    hidden = {one.part.sector for each in shown for one in each.parts if not one.seen}
    return [
        (sector, "" if sector not in standing else "given" if standing[sector] else "asked")
        for sector in PERMITTED
        if sector in hidden and sector != by.sector
    ]


def section_for(by: Actor, matter: Matter, now: datetime) -> dict[str, Any]:
    """What the partial assessments/section.html shows on the matter's page, as `assessing`: the latest
    assessment, and how many came before it."""
    shown = assessments_of(by, matter, now)
    return {
        "assessing": {
            "matter": matter,
            "latest": shown[0] if shown else None,
            "earlier": len(shown) - 1,
            "is_resident": by.kind == "resident",
        }
    }


def _shown(
    part: AssessmentPart, seen: bool, by: Actor, works: bool, professions: dict[str, str]
) -> ShownPart:
    is_mine = by.professional_id is not None and part.professional_id == by.professional_id
    return ShownPart(
        part=part,
        seen=seen,
        is_mine=is_mine,
        may_write=is_mine and works and part.unit_id == by.unit_id and not part.is_own,
        profession=professions.get(part.profession, part.profession),
    )


def _in_order(parts: Iterable[ShownPart]) -> list[ShownPart]:
    """The resident's own words, then what they told, then each professional's, as they came. What was
    written anew or corrected stands under the part that took its place once that is signed."""
    by_id = {shown.part.pk: shown for shown in parts}
    for shown in by_id.values():  # the oldest first, so that chains grow from their beginning
        before = by_id.get(shown.part.supersedes_id or 0)
        if before is not None and shown.part.signed_at is not None:
            shown.earlier = [*before.earlier, before.part]
    gone = {part.pk for shown in by_id.values() for part in shown.earlier}
    current = [shown for shown in by_id.values() if shown.part.pk not in gone]
    return sorted(current, key=_place)


def _place(shown: ShownPart) -> tuple[bool, bool, int]:
    """A part that took the place of another stands where that one stood."""
    first = shown.earlier[0] if shown.earlier else shown.part
    return (not shown.part.is_own, shown.part.professional_id is not None, first.pk)
