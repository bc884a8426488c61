"""The kinds of tasks that follow from what happens in a matter."""

from django.utils.translation import gettext_lazy as _

from kehra.serve.tasks.rules import TaskKind

MATTER = TaskKind("matters.new", _("A resident's matter"), promised=True)
HANDOVER = TaskKind("matters.handover", _("Another unit asks you to take over or take part"))
PERMIT_ANSWERED = TaskKind(
    "matters.permit_answered", _("The resident answered about the permit"), by_hand=True
)
CAME_BACK = TaskKind(
    "matters.came_back", _("The other unit did not take it: decide what next"), by_hand=True, promised=True
)
