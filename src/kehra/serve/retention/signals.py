"""What retention makes wait, and what it notes in the journal."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

DUE = TaskKind("retention.due", _("Data whose time of keeping is up"), page="retention:due")

DELETED = Activity(
    "retention.deleted", _("The data was deleted when its time of keeping was up."), shown=False
)
