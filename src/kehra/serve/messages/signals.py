"""What messages tell."""

from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

RESIDENT_WROTE = Activity("messages.resident_wrote", _("You sent a message."))
UNIT_WROTE = Activity("messages.unit_wrote", _("You got a message."))

UNREAD = TaskKind("messages.unread", _("A message from the resident"))
UNREACHED = TaskKind(
    "messages.unreached", _("A message did not reach the resident: call or write a letter"), by_hand=True
)

# An e-mail or text message reached nobody; sends `notification`, `wrong_address` (bool), `now`.
unreached = Signal()
