"""Situations in which an assessment can be."""

from datetime import datetime

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.assessments import actions
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_taken_matter

TEXTS = {
    "situation": "Polvi turpoaa illalla.",
    "need": "Tarvitsee apua liikkumiseen.",
    "proposal": "Käynti fysioterapeutilla.",
}
OWN = {
    "own_words": "Haluan päästä marjaan.",
    "strengths": "Naapuri auttaa kaupassa.",
    "matters_to_me": "Oma koti.",
}


def make_shared_matter(cast: Cast) -> Matter:
    """Eero's health matter, taken by the nurse Liisa, in which social work works too."""
    matter = make_taken_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    matter.refresh_viewers(NOW)
    return matter


def make_assessment(cast: Cast, matter: Matter | None = None) -> Assessment:
    """Begun by Liisa in Eero's matter; her own part waits for her."""
    return actions.begin(matter or make_taken_matter(cast), by=cast.actor("liisa"), now=NOW)


def part_of(cast: Cast, assessment: Assessment, name: str) -> AssessmentPart:
    """The latest part of a professional."""
    return assessment.parts.filter(kind="professional", professional=cast.professional(name)).latest("pk")


def write_and_sign(cast: Cast, assessment: Assessment, name: str, now: datetime = NOW) -> AssessmentPart:
    """The professional's part, written in full and signed."""
    by = cast.actor(name, now=now)
    part = actions.write_part(part_of(cast, assessment, name), **TEXTS, by=by, now=now)
    return actions.sign_part(part, by=by, now=now)
