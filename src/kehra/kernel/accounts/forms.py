"""The choice of role or person, as a form sends it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.models import Choice


def written(choice: Choice) -> str:
    """The choice as one word: "self", "resident-12" or "assignment-5"."""
    if choice.assignment_id is not None:
        return f"assignment-{choice.assignment_id}"
    return "self" if choice.resident_id is None else f"resident-{choice.resident_id}"


class ChoiceForm(forms.Form):
    """Which role or person; whether it may be chosen is asked by the action."""

    choice = forms.CharField(label=_("Act as"), error_messages={"required": _("Choose as whom you go on.")})

    def clean_choice(self) -> Choice:
        text: str = self.cleaned_data["choice"]
        match = re.fullmatch(r"self|(resident|assignment)-(\d{1,18})", text, re.ASCII)
        if match is None:
            raise forms.ValidationError(_("Choose as whom you go on."))
        kind, number = match.groups()
        return Choice(**{f"{kind}_id": int(number)}) if kind else Choice()
