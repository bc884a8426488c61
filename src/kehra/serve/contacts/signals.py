"""What contacts tell: the activities of the journal, and the kinds of tasks that they make."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

ANSWERED = Activity(
    "contacts.answered", _("Your answers were read by the questionnaire's table."), shown=False
)
RED_FLAG = Activity(
    "contacts.red_flag", _("Your answers told of a danger. A professional of the unit was alerted at once.")
)
ADDED = Activity("contacts.added", _("You told more about your need."))
CALL_WANTED = Activity("contacts.call_wanted", _("You asked to be called."))
NO_ANSWER = Activity("contacts.no_answer", _("We called you, but got no answer (call number %(tries)s)."))
CALLED = Activity("contacts.called", _("We called you."))
IDENTIFIED = Activity("contacts.identified", _("The matter was joined to the right person."))

ALERT = TaskKind("contacts.alert", _("Red flag: call the resident now"), personal=True)
ADDITION = TaskKind("contacts.addition", _("The resident told more about the need"))
CALL = TaskKind("contacts.call", _("The resident wants to be called"))
