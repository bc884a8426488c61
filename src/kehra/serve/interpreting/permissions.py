"""Who may say what became of an order for an interpreter. Seeing it is seeing the appointment."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Permission
from kehra.serve.booking.permissions import UNIT_VISITED, WORKS_AND_SEES
from kehra.serve.matters import permissions as matters

ANSWER = Permission(
    "interpreting.answer",
    _("note what the interpreting service answered"),
    (UNIT_VISITED, WORKS_AND_SEES),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
