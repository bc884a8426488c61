"""What rights make wait for somebody, and what they tell."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

EXPLAIN = TaskKind("rights.explain", _("A resident asks why their data was used"))
REVIEW = TaskKind("rights.review", _("Review an emergency access"))
ANSWER = TaskKind(
    "rights.answer", _("Explain your emergency access"), personal=True, page="rights:emergency_access"
)

EMERGENCY_OPENED = Activity(
    "rights.emergency_opened", _("A professional opened your data as an emergency access.")
)
