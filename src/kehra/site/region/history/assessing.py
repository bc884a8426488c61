"""Needs assessments of the past year, each by one professional."""

from datetime import datetime
from random import Random

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.organisations.models import Sector
from kehra.serve.assessments import permissions, signals
from kehra.serve.assessments.actions import BY_BEGINNING, BY_COMPLETING, BY_SIGNING
from kehra.serve.assessments.models import Assessment, AssessmentPart, Kind
from kehra.serve.matters.permissions import UNIT_WORKS, WORK
from kehra.site.region.copying import Table
from kehra.site.region.facts import Facts
from kehra.site.region.history.steps import Row, Running, Steps

Texts = dict[str, str]


def read_texts(facts: Facts) -> dict[str, list[Texts]]:
    """What professionals write, by sector."""
    texts: dict[str, list[Texts]] = {}
    for row in facts.rows("history/assessments.csv", "sector situation need proposal source"):
        sector = row.code("sector", Sector.values)
        texts.setdefault(sector, []).append(
            {name: row.text(name) for name in ("situation", "need", "proposal")}
        )
    return texts


class Assessments:
    """Writes what `assessments.actions` would have written."""

    def __init__(self, steps: Steps, texts: dict[str, list[Texts]], rng: Random) -> None:
        self.steps, self.texts, self.rng = steps, texts, rng
        self.assessments = Table(Assessment)
        self.parts = Table(AssessmentPart)

    def begin(self, matter: Running, by: Actor, at: datetime) -> tuple[Row, Row, Row]:
        """As `begin`: the assessment, the part of the one who begins, and its task."""
        self.steps.log(by, WORK, UNIT_WORKS, matter, at)
        assessment = self.assessments.add(
            matter_id=matter.row["id"], unit_id=by.unit_id, sector=by.sector, opened_at=at
        )
        self.steps.tell(signals.BEGUN, matter, by, at, assessment=assessment["id"], sector=by.sector)
        self.steps.stop_clocks(matter, by, at, *BY_BEGINNING)
        part = self.parts.add(
            assessment_id=assessment["id"],
            kind=Kind.PROFESSIONAL.value,
            professional_id=by.professional_id,
            profession=by.profession,
            unit_id=by.unit_id,
            sector=by.sector,
            invited_at=at,
        )
        return assessment, part, self._task(matter, part, by, at)

    def sign(self, matter: Running, part: Row, task: Row, by: Actor, at: datetime) -> None:
        """As `write_part` and `sign_part`."""
        for _action in ("write", "sign"):
            self.steps.log(by, permissions.WRITE, permissions.AUTHOR, matter, at)
        part.update(self.rng.choice(self.texts[by.sector]), signed_at=at)
        task["done_at"] = at
        ids = {"assessment": part["assessment_id"], "part": part["id"]}
        self.steps.tell(
            signals.SIGNED, matter, by, at, **ids, profession=part["profession"], sector=part["sector"]
        )
        self.steps.stop_clocks(matter, by, at, *BY_SIGNING)

    def complete(
        self, matter: Running, assessment: Row, by: Actor, at: datetime, *, need_found: bool
    ) -> None:
        """As `complete`, at the moment of the signature."""
        self.steps.log(by, permissions.LEAD, permissions.LEADER, matter, at)
        assessment["completed_at"], assessment["need_found"] = at, need_found
        self.steps.tell(
            signals.COMPLETED,
            matter,
            by,
            at,
            assessment=assessment["id"],
            sector=assessment["sector"],
            need_found=need_found,
        )
        self.steps.stop_clocks(matter, by, at, *BY_COMPLETING)
        if need_found:
            self.steps.start_clocks(matter, "assessed", by, at)
            self.steps.start_clocks(matter, "need_found", by, at)

    def tables(self) -> list[Table]:
        """In the order of copying."""
        return [self.assessments, self.parts]

    def _task(self, matter: Running, part: Row, by: Actor, at: datetime) -> Row:
        return self.steps.tasks.add(
            county_id=matter.unit.county_id,
            unit_id=by.unit_id,
            resident_id=matter.person.id,
            matter_id=matter.row["id"],
            professional_id=by.professional_id,
            kind=signals.PART.name,
            key=str(part["id"]),
            urgency=matter.row["urgency"],
            opened_at=at,
            viewers=[actors.unit_holder(by.unit_id or 0)],
            barred=matter.row["barred"],
        )
