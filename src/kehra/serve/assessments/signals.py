"""What can happen to an assessment. It is told through `matters.signals.happened`, `about` the assessment
or the part."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

BEGUN = Activity("assessments.begun", _("The assessment of what you need began."))
INVITED = Activity(
    "assessments.invited", _("Another professional was asked to write a part of your assessment.")
)
WITHDRAWN = Activity("assessments.part_withdrawn", _("A part of the assessment is not needed."), shown=False)
SIGNED = Activity("assessments.part_signed", _("A professional signed their part of your assessment."))
CORRECTED = Activity(
    "assessments.part_corrected", _("A professional corrected their part of your assessment.")
)
OWN_WRITTEN = Activity("assessments.own_written", _("You wrote your own part of the assessment."))
OWN_TOLD = Activity("assessments.own_told", _("What you told was written into your assessment."))
COMPLETED = Activity("assessments.completed", _("The assessment of what you need is ready."))

PART = TaskKind("assessments.part", _("Your part of an assessment"), personal=True)
OWN_PART = TaskKind(
    "assessments.own_part", _("The resident wrote their own part of the assessment"), by_hand=True
)
