"""What happens to the interpreting of a visit. Told through `matters.signals.happened`, `about` the
request."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

REQUESTED = Activity("interpreting.requested", _("An interpreter was ordered for your time: %(day)s."))
CONFIRMED = Activity("interpreting.confirmed", _("An interpreter comes to your time: %(day)s."))
NOT_AVAILABLE = Activity(
    "interpreting.not_available",
    _("No interpreter has been found for your time %(day)s. The unit arranges it in another way."),
)

CALL_SERVICE = TaskKind("interpreting.call_service", _("Order an interpreter by telephone"), by_hand=True)
MISSING = TaskKind(
    "interpreting.missing", _("No interpreter for a visit: arrange it in another way"), by_hand=True
)
