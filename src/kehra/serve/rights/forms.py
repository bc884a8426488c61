"""Shape and words of what residents, professionals and the officer write about rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm

MAX_TEXT = 5000


def _text(label: object, *, required: object, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=hint,  # type: ignore[arg-type]
        max_length=MAX_TEXT,
        widget=forms.Textarea,
        error_messages={
            "required": required,  # type: ignore[dict-item]
            "max_length": _("The text is too long. Shorten it to 5,000 characters."),
        },
    )


class AskWhyForm(OnceForm):
    text = _text(
        _("What would you like to know?"),
        required=_("Write what you would like to know."),
        hint=_("You can write in your own words. You need not give a reason."),
    )


class AnswerForm(OnceForm):
    text = _text(
        _("Your answer"),
        required=_("Write the answer."),
        hint=_(
            "Say who used the data, for what and on what ground. The resident reads this as you write it."
        ),
    )


class ForbidForm(forms.Form):
    """Whom to forbid: one of the units offered, or all who act for the resident."""

    target = forms.ChoiceField(
        label=_("Who must not see your matters?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]
