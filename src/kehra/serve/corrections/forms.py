"""The shape and words of what is asked when something is corrected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.people.forms import IdentityCodeField
from kehra.serve.corrections.models import Verdict
from kehra.serve.matters.models.matter import Matter

LONGEST = 2000


class IdentifyForm(OnceForm):
    """Who an unidentified resident is. The names are used only for somebody new to the county."""

    code = IdentityCodeField()
    given_names = forms.CharField(label=_("Given names"), max_length=200)
    family_name = forms.CharField(label=_("Family name"), max_length=200)


class ReasonForm(OnceForm):
    """Why it is corrected."""

    reason = forms.CharField(label=_("Why?"), max_length=LONGEST, widget=forms.Textarea)


class MoveForm(ReasonForm):
    """To which matter, and why."""

    to = forms.TypedChoiceField(
        label=_("To which matter does it belong?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the matter to which it belongs.")},
    )
    field_order = ("to", "reason")

    def __init__(self, *args: Any, matters: list[Matter], words: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = zip(matters, words, strict=True)
        self.fields["to"].choices = [(matter.pk, said) for matter, said in chosen]  # type: ignore[attr-defined]


class MergeForm(ReasonForm):
    """Which of two records of one person stays, and how one knows."""

    stays = forms.TypedChoiceField(
        label=_("Which record stays?"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("Everything of the other one comes to it. Nothing is deleted."),
        error_messages={"required": _("Choose the record that stays.")},
    )
    field_order = ("stays", "reason")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stays"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].label = _("How do you know that they are one person?")


class PairForm(forms.Form):
    """Two of those who were found."""

    pair = forms.TypedMultipleChoiceField(
        label=_("Which two may be one person?"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].choices = choices  # type: ignore[attr-defined]

    def clean_pair(self) -> list[int]:
        pair: list[int] = self.cleaned_data["pair"]
        if len(pair) != 2:
            raise forms.ValidationError(_("Choose two."))
        return pair


class JudgeForm(OnceForm):
    """What the officer judges, and what was done."""

    verdict = forms.ChoiceField(
        label=_("What do you judge?"),
        choices=[
            (Verdict.NO_RISK, _("No risk is likely: it is recorded here, and not notified")),
            (Verdict.AUTHORITY, _("The Data Protection Ombudsman has been notified")),
            (
                Verdict.AUTHORITY_AND_PERSON,
                _("The Data Protection Ombudsman and the person whose data it was have been notified"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("The grounds, the effects and what was done"), max_length=LONGEST, widget=forms.Textarea
    )
