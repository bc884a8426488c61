"""Shape and words of what the officer decides about keeping data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm

MAX_REASON = 500


class ApproveForm(OnceForm):
    """A single button."""


class HoldForm(OnceForm):
    matter = forms.IntegerField(
        label=_("Number of the matter"),
        min_value=1,
        error_messages={"required": _("Write the number of the matter."), "invalid": _("Write a number.")},
    )
    reason = forms.CharField(
        label=_("Why must it be kept?"),
        help_text=_("For example a trial or a complaint. Write no names."),
        max_length=MAX_REASON,
        widget=forms.Textarea,
        error_messages={
            "required": _("Write why it must be kept."),
            "max_length": _("The text is too long. Shorten it to 500 characters."),
        },
    )
