"""What corrections tell, and what they make wait for the data protection officer."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.journal.models import Activity
from kehra.serve.tasks.rules import TaskKind

MOVED_OUT = Activity(
    "corrections.moved_out", _("Something was in the wrong matter. It was moved from here to the right one.")
)
MOVED_IN = Activity(
    "corrections.moved_in", _("Something was moved here from the wrong matter, with its true time.")
)
FILE_MOVED = Activity("corrections.file_moved", _("A file was moved here from the wrong matter."))
WRONG_PERSON = Activity(
    "corrections.wrong_person", _("The matter had been opened for the wrong person."), shown=False
)
RIGHT_PERSON = Activity(
    "corrections.right_person",
    _("Your matter had first been opened for another person by mistake. It was corrected."),
)
JOINED = Activity("corrections.joined", _("You were in our records twice. The two records are now one."))
SEPARATED = Activity(
    "corrections.separated", _("Two persons' records had been joined by mistake. They were separated again.")
)

BREACH = TaskKind(
    "corrections.breach",
    _("Another person may have seen somebody's data: judge and notify"),
    page="corrections:incident",
)
