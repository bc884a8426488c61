"""What matters tell: the activities of the journal, and signals to the apps above."""

from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity

OPENED = Activity("matters.opened", _("Your matter was received."))
PROMISED = Activity("matters.promised", _("You are promised an answer by %(due_on)s."))
TAKEN = Activity("matters.taken", _("A professional took your matter."))
GIVEN = Activity("matters.given", _("Your matter was given to another professional of the unit."))
WRITTEN = Activity("matters.written", _("A professional wrote an entry."))
CORRECTED = Activity("matters.corrected", _("An entry was corrected."))
URGENCY_SET = Activity("matters.urgency_set", _("The urgency of your matter was assessed."))
CLOCK_STOPPED = Activity("matters.clock_stopped", _("The promise was answered."))
PAUSED = Activity("matters.paused", _("The promise was paused. By law the day is %(statutory_on)s."))
RESUMED = Activity("matters.resumed", _("The promise goes on. The new day is %(due_on)s."))
HANDOVER_OFFERED = Activity("matters.handover_offered", _("Another unit was asked to take part."))
HANDOVER_ACCEPTED = Activity("matters.handover_accepted", _("The other unit accepted."))
HANDOVER_REFUSED = Activity(
    "matters.handover_refused", _("The other unit could not accept. Your matter stays where it was.")
)
HANDOVER_WITHDRAWN = Activity("matters.handover_withdrawn", _("The request to the other unit was withdrawn."))
HANDOVER_EXPIRED = Activity(
    "matters.handover_expired",
    _("The other unit did not answer in time. Your matter came back to the unit that asked."),
)
PERMIT_ASKED = Activity(
    "matters.permit_asked", _("You were asked whether the other sector may see parts of this matter.")
)
PERMIT_GIVEN = Activity("matters.permit_given", _("You gave a permit to show parts of this matter."))
PERMIT_NARROWED = Activity("matters.permit_narrowed", _("You narrowed your permit."))
PERMIT_REFUSED = Activity("matters.permit_refused", _("You did not give the permit."))
PERMIT_REVOKED = Activity("matters.permit_revoked", _("You took back your permit."))
CLOSED = Activity("matters.closed", _("Your matter was closed."))

# Something happened in a matter: sends `matter`, `activity` (Activity), `by` (Actor), `now`, and
# `about` (the row it is about: a Handover, a Clock …, or the matter). Heard by tasks and messages.
happened = Signal()
# Who may see a matter changed: sends `matter`, with its new `viewers` and `barred`. Heard by tasks, which
# keeps the same arrays on its rows.
viewers_changed = Signal()
