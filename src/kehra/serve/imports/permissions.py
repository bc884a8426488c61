"""Who may bring in what already waits in the system before Kehrä."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Permission, Rule, is_program

BRING = Permission(
    "imports.bring",
    _("bring along what already waited in the earlier system"),
    (Rule("the program, when the county starts", "system", "care", is_program),),
    writes=True,
)
