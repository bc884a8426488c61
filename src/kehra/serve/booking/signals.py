"""What can happen to an appointment. They are told through `matters.signals.happened`, `about` the
appointment or the offer."""

from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

OFFERED = Activity("booking.offered", _("You were offered a time. Answer by %(answer_by)s."))
OFFER_DECLINED = Activity("booking.offer_declined", _("You declined the times that were offered."))
OFFER_EXPIRED = Activity("booking.offer_expired", _("The offered times were not answered in time."))
OFFER_WITHDRAWN = Activity("booking.offer_withdrawn", _("The offered times were withdrawn."))
BOOKED = Activity("booking.booked", _("A time was booked: %(day)s."))
MOVED = Activity("booking.moved", _("The time was moved. The new time is %(day)s."))
GIVEN = Activity(
    "booking.given",
    _("You will be met by another professional. The day and time stay as they were: %(day)s."),
)
CANCELLED = Activity("booking.cancelled", _("The time was cancelled: %(day)s."))
ARRIVED = Activity("booking.arrived", _("You arrived."), shown=False)
DONE = Activity("booking.done", _("The visit took place: %(day)s."))
NO_SHOW = Activity("booking.no_show", _("The time passed without a visit: %(day)s."))

TIME_NEEDED = TaskKind("booking.time_needed", _("A time was declined, cancelled or missed: decide what next"))

# Appointments are about to be shown; sends `appointments`. Who hears it answers with what it knows of them,
# {appointment's pk: a line of text}: see views/notes.py.
listed = Signal()
