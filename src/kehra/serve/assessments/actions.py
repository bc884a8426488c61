"""An assessment is begun, written and signed part by part, and completed.

Which promises it answers: a social assessment that must begin in time, when it begins; the assessment of
the need for care, and with it the contact, by the first signature (the law asks for a professional's
assessment, not for the whole team's); an assessment that must be ready in time, when it is completed. Only
parts of the matter's own sector answer its promises: those of the other sector are about another law.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.models import Assignment
from kehra.kernel.journal.models import Activity
from kehra.serve.assessments import signals
from kehra.serve.assessments.models import Assessment, AssessmentPart, Kind
from kehra.serve.assessments.permissions import LEAD, WITHDRAW, WRITE, WRITE_OWN
from kehra.serve.matters.actions import work
from kehra.serve.matters.actions.telling import tell, tell_promises, tell_stopped
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import WORK
from kehra.serve.tasks import actions as tasks

BY_BEGINNING = ("assessment_start",)
BY_SIGNING = ("contact", "assessment", "urgent_assessment")
BY_COMPLETING = (*BY_BEGINNING, *BY_SIGNING, "assessment_ready")


@transaction.atomic
def begin(matter: Matter, *, by: Actor, now: datetime) -> Assessment:
    """The actor's sector begins to assess what the resident needs; the actor's own part waits for them.
    Begun twice is begun once."""
    matter = matter.locked()
    require(by, WORK, matter, now=now)
    work.must_be_open(matter)
    standing = matter.assessments.filter(sector=by.sector, completed_at__isnull=True).first()
    if standing is not None:
        return standing
    mine = _own_assignment(by)
    assessment = Assessment.objects.create(matter=matter, unit=mine.unit, sector=by.sector, opened_at=now)
    tell(signals.BEGUN, matter, by=by, now=now, about=assessment, assessment=assessment.pk, sector=by.sector)
    _answer_promises(assessment, BY_BEGINNING, by.sector, by=by, now=now)
    _ask_for_part(assessment, mine, by=by, now=now)
    return assessment


@transaction.atomic
def invite(assessment: Assessment, assignment: Assignment, *, by: Actor, now: datetime) -> AssessmentPart:
    """A colleague of another profession is asked to write a part, or the actor takes one: see
    `Assessment.colleagues`. Asked twice is asked once."""
    assessment = _locked(assessment)
    require(by, LEAD, assessment, now=now)
    _must_be_written(assessment)
    waiting = assessment.parts.unsigned().filter(professional=assignment.professional_id).first()
    if waiting is not None:
        return waiting
    if not assessment.colleagues(by, now).filter(pk=assignment.pk).exists():
        raise NotPossible(_("This person cannot be asked now. Choose another."))
    part = _ask_for_part(assessment, assignment, by=by, now=now)
    if assignment.professional_id != by.professional_id:
        _tell(signals.INVITED, part, by=by, now=now)
    return part


@transaction.atomic
def write_part(
    part: AssessmentPart, *, situation: str, need: str, proposal: str, by: Actor, now: datetime
) -> AssessmentPart:
    """Its author writes on; nobody else sees it before it is signed."""
    part = _locked_part(part)
    require(by, WRITE, part, now=now)
    _must_wait(part)
    part.situation, part.need, part.proposal = situation.strip(), need.strip(), proposal.strip()
    part.save(update_fields=["situation", "need", "proposal"])
    return part


@transaction.atomic
def sign_part(part: AssessmentPart, *, by: Actor, now: datetime) -> AssessmentPart:
    """Its author stands behind it from now on, and it is never changed. Signed twice is signed once."""
    part = _locked_part(part)
    require(by, WRITE, part, now=now)
    if part.signed_at is not None:
        return part
    _must_wait(part)
    if not part.is_written:
        raise NotPossible(_("Write the situation, the need and the proposal before you sign."))
    part.signed_at = now
    part.save(update_fields=["signed_at"])
    _finish_task(part, by=by, now=now)
    _tell(signals.CORRECTED if part.supersedes_id else signals.SIGNED, part, by=by, now=now)
    _answer_promises(part.assessment, BY_SIGNING, part.sector, by=by, now=now)
    return part


@transaction.atomic
def supersede_part(part: AssessmentPart, *, by: Actor, now: datetime) -> AssessmentPart:
    """Its author corrects what they signed: a new part with the same texts, to be written and signed. The
    one that was signed stays, also after the assessment is ready. Asked twice it is the same new part."""
    part = _locked_part(part)
    require(by, WRITE, part, now=now)
    work.must_be_open(part.matter)
    waiting = part.assessment.parts.unsigned().filter(professional=part.professional_id).first()
    if waiting is not None and waiting.supersedes_id == part.pk:
        return waiting
    if part.signed_at is None or waiting is not None or hasattr(part, "superseded_by"):
        raise NotPossible(_("This part cannot be corrected. Correct the latest one that you signed."))
    texts = {"situation": part.situation, "need": part.need, "proposal": part.proposal}
    return _ask_for_part(part.assessment, _own_assignment(by), supersedes=part, by=by, now=now, **texts)


@transaction.atomic
def withdraw_part(part: AssessmentPart, *, by: Actor, now: datetime) -> AssessmentPart:
    """A part that was not signed is not needed, or its author cannot write it. Twice is once."""
    part = _locked_part(part)
    require(by, WITHDRAW, part, now=now)
    if part.withdrawn_at is not None:
        return part
    if part.signed_at is not None:
        raise NotPossible(_("This part has been signed. It can only be corrected."))
    part.withdrawn_at, part.supersedes = now, None
    part.save(update_fields=["withdrawn_at", "supersedes"])
    _finish_task(part, by=by, now=now)
    _tell(signals.WITHDRAWN, part, by=by, now=now)
    return part


@transaction.atomic
def write_own(
    assessment: Assessment, *, own_words: str, strengths: str, matters_to_me: str, by: Actor, now: datetime
) -> AssessmentPart:
    """The resident's own part: by the resident, by one who acts for them, or by a worker as the resident
    tells it. Written anew it takes the place of what the same one wrote before; the same words sent again
    are one part."""
    assessment = _locked(assessment)
    require(by, WRITE_OWN, assessment, now=now)
    _must_be_written(assessment)
    texts = {
        "own_words": own_words.strip(),
        "strengths": strengths.strip(),
        "matters_to_me": matters_to_me.strip(),
    }
    if not any(texts.values()):
        raise NotPossible(_("Write something in at least one of the fields."))
    by_resident = by.kind == "resident"
    earlier = assessment.own_part_of(by)
    if earlier is not None and all(getattr(earlier, name) == text for name, text in texts.items()):
        return earlier
    part = AssessmentPart.objects.create(
        assessment=assessment,
        kind=Kind.OWN,
        resident=assessment.matter.resident,
        written_by_id=by.own_resident_id if by_resident else None,
        professional_id=by.professional_id,
        profession=by.profession,
        unit_id=by.unit_id,
        sector=assessment.sector if by_resident else by.sector,
        invited_at=now,
        signed_at=now,
        supersedes=earlier,
        **texts,
    )
    if by_resident:
        _wait_for_reader(assessment, by=by, now=now)
    _tell(signals.OWN_WRITTEN if by_resident else signals.OWN_TOLD, part, by=by, now=now)
    return part


@transaction.atomic
def complete(
    assessment: Assessment, *, need_found: bool, urgency: int | None = None, by: Actor, now: datetime
) -> Assessment:
    """The assessment is ready, with every part signed. If a need was found, the promises begin that the law
    counts from it. Raises NotPossible saying whose part is missing. Completed twice is completed once."""
    assessment = _locked(assessment)
    require(by, LEAD, assessment, now=now)
    if not assessment.is_open:
        return assessment
    work.must_be_open(assessment.matter)
    _must_be_signed(assessment)
    assessment.completed_at, assessment.need_found = now, need_found
    assessment.save(update_fields=["completed_at", "need_found"])
    matter = assessment.matter
    tasks.finish_tasks(matter=matter, kind=signals.OWN_PART, key=str(assessment.pk), by=by, now=now)
    tell(
        signals.COMPLETED,
        matter,
        by=by,
        now=now,
        about=assessment,
        assessment=assessment.pk,
        sector=assessment.sector,
        need_found=need_found,
    )
    _answer_promises(assessment, BY_COMPLETING, assessment.sector, by=by, now=now)
    if need_found:
        _begin_promises(assessment, by=by, now=now)
    if urgency is not None:
        work.set_urgency(matter, urgency, by=by, now=now)
    return assessment


def _locked(assessment: Assessment) -> Assessment:
    """The row locked and fresh, after its matter."""
    assessment.matter.locked()
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("matter__resident", "matter__service", "matter__unit", "unit")
        .get(pk=assessment.pk)
    )


def _locked_part(part: AssessmentPart) -> AssessmentPart:
    """The part with its assessment locked: whoever signs, withdraws or completes waits for each other."""
    assessment = _locked(part.assessment)
    part = AssessmentPart.objects.get(pk=part.pk)
    part.assessment = assessment
    return part


def _own_assignment(by: Actor) -> Assignment:
    return Assignment.objects.select_related("unit", "professional").get(pk=by.assignment_id or 0)


def _must_be_written(assessment: Assessment) -> None:
    work.must_be_open(assessment.matter)
    if not assessment.is_open:
        raise NotPossible(_("The assessment is ready. Nothing is added to it any more."))


def _must_wait(part: AssessmentPart) -> None:
    """The part can be written and signed: a correction also after the assessment is ready."""
    work.must_be_open(part.matter)
    if part.signed_at is not None:
        raise NotPossible(_("This part has been signed. It can only be corrected."))
    if part.withdrawn_at is not None:
        raise NotPossible(_("This part is not needed any more."))


def _must_be_signed(assessment: Assessment) -> None:
    unsigned = assessment.parts.unsigned().select_related("professional")
    missing = [str(part.professional) for part in unsigned]
    if missing:
        raise NotPossible(
            _("Not everybody has signed their part yet. Missing: %(names)s.") % {"names": ", ".join(missing)}
        )
    if not assessment.parts.asked().exists():
        raise NotPossible(_("At least one professional must write and sign a part."))


def _ask_for_part(
    assessment: Assessment,
    assignment: Assignment,
    *,
    by: Actor,
    now: datetime,
    supersedes: AssessmentPart | None = None,
    **texts: str,
) -> AssessmentPart:
    """An unsigned part, and the task of its author."""
    unit, professional = assignment.unit, assignment.professional
    part = AssessmentPart.objects.create(
        assessment=assessment,
        kind=Kind.PROFESSIONAL,
        professional=professional,
        profession=professional.profession,
        unit=unit,
        sector=unit.sector,
        invited_at=now,
        supersedes=supersedes,
        **texts,
    )
    matter = assessment.matter
    tasks.open_task(
        kind=signals.PART,
        unit=unit,
        matter=matter,
        professional=professional,
        key=str(part.pk),
        urgency=matter.urgency,
        by=by,
        now=now,
    )
    return part


def _finish_task(part: AssessmentPart, *, by: Actor, now: datetime) -> None:
    tasks.finish_tasks(matter=part.matter, kind=signals.PART, key=str(part.pk), by=by, now=now)


def _wait_for_reader(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """Those who assess should know that the resident has said something."""
    matter = assessment.matter
    tasks.open_task(
        kind=signals.OWN_PART,
        unit=assessment.unit,
        matter=matter,
        professional=matter.responsible if matter.unit_id == assessment.unit_id else None,
        key=str(assessment.pk),
        urgency=matter.urgency,
        by=by,
        now=now,
    )


def _answer_promises(
    assessment: Assessment, promises: Collection[str], sector: str, *, by: Actor, now: datetime
) -> None:
    matter = assessment.matter
    if sector == matter.sector:
        tell_stopped(Clock.objects.stop_for(matter, promises=promises, now=now), by=by, now=now)


def _begin_promises(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """What the law counts from the assessment is counted from the day when the first professional of the
    sector signed theirs, unless the urgency was judged before; what it counts from the need, from now, when
    the need is found."""
    matter = assessment.matter
    if assessment.sector != matter.sector:
        return
    first = assessment.parts.asked().filter(sector=matter.sector).order_by("signed_at").first()
    counted = matter.clocks.filter(limit__event="assessed").exists()
    begun = (
        []
        if first is None or counted
        else Clock.objects.start_for(matter, "assessed", now=first.signed_at or now)
    )
    begun += Clock.objects.start_for(matter, "need_found", now=now)
    tell_promises(begun, by=by, now=now)


def _tell(activity: Activity, part: AssessmentPart, *, by: Actor, now: datetime) -> None:
    tell(
        activity,
        part.matter,
        by=by,
        now=now,
        about=part,
        assessment=part.assessment_id,
        part=part.pk,
        profession=part.profession or "resident",
        sector=part.sector,
    )
