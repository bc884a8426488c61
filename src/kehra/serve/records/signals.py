"""What this app declares for the apps below it to show."""

from django.utils.translation import gettext_lazy as _

from kehra.serve.tasks.rules import TaskKind

REFUSED = TaskKind("records.refused", _("An entry did not get into the other system"))
