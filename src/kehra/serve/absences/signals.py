"""The kind of task that follows when a visit changes at short notice."""

from django.utils.translation import gettext_lazy as _

from kehra.serve.tasks.rules import TaskKind

CALL = TaskKind("absences.call", _("Call or write: the resident's visit changed"), by_hand=True)
