"""Shape and words of what residents, professionals and the officer write about rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.people import rules
from kehra.kernel.people.actions import Search
from kehra.serve.rights.models import RemarkKind
from kehra.serve.rights.rules import says_enough

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


class FindForm(forms.Form):
    """One resident, exactly: by identity code, or by name and birth date together."""

    code = forms.CharField(
        label=_("Identity code"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("With the birth date. The beginning of each name is enough."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    born = forms.DateField(
        label=_("Birth date"),
        help_text=_("For example 31 12 1980"),
        required=False,
        widget=forms.SelectDateWidget,
        error_messages={"invalid": _("Write the birth date as day, month and year.")},
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        try:
            return rules.identity_code(code) if code.strip() else ""
        except rules.BadIdentityCode:
            raise forms.ValidationError(
                gettext("This is no Finnish identity code. Check the digits and the last character.")
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        by_name = cleaned.get("name") and cleaned.get("born")
        if not self.errors and not cleaned.get("code") and not by_name:
            self.add_error("code", gettext("Write an identity code, or a name with the birth date."))
        return cleaned

    def search(self) -> Search:
        """What is looked for; asked of a valid form."""
        data = self.cleaned_data
        return Search(code=data["code"], name=data["name"], born=data["born"])


class CodeForm(FindForm):
    """Only by identity code."""

    code = forms.CharField(
        label=_("Identity code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write an identity code.")},
    )
    name = None  # type: ignore[assignment]
    born = None  # type: ignore[assignment]

    def search(self) -> Search:
        return Search(code=self.cleaned_data["code"])


class EmergencyForm(OnceForm):
    """Which of those that were found, and why."""

    resident = forms.TypedChoiceField(
        label=_("Whose data?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    reason = _text(
        _("Reason"),
        required=_("Write the reason."),
        hint=_("What has happened, and why do you need the data now? The resident sees this at once."),
    )

    def __init__(self, *args: Any, found: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].choices = found  # type: ignore[attr-defined]
        if len(found) == 1:
            self.initial["resident"] = found[0][0]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not says_enough(reason):
            raise forms.ValidationError(gettext("Write the reason in at least three words."))
        return reason


class ReviewForm(OnceForm):
    """What the officer judges, and why."""

    kind = forms.ChoiceField(
        label=_("What do you judge?"),
        widget=forms.RadioSelect,
        choices=[
            (RemarkKind.LAWFUL.value, _("It was lawful")),
            (RemarkKind.ASKED.value, _("I ask the professional to explain")),
            (RemarkKind.UNLAWFUL.value, _("It was unlawful")),
        ],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    words = _text(_("In your own words"), required=_("Write why."))


class ExplainForm(OnceForm):
    """What the professional answers to the officer."""

    words = _text(_("Your explanation"), required=_("Write your explanation."))
