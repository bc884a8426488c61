"""The words of what a manager gives."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MachineForm(forms.Form):
    """A machine by the name that people there know it by."""

    name = forms.CharField(
        label=_("Name of the machine"),
        help_text=_("As people there call it, for example: Reception, machine 2"),
        max_length=100,
        error_messages={"required": _("Write a name for the machine.")},
    )
