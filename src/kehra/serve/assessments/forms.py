"""The shape and words of what is written in an assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.models import Assignment
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.matters.forms import UrgencyForm

LONGEST = 10_000  # characters of one field: some five pages


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST, widget=forms.Textarea
    )


class PartForm(forms.Form):
    """A professional's part. A draft may be saved half written; to sign it, all of it must be there."""

    situation = _text(
        _("The situation"), _("What the situation is now, and what in it helps or makes things harder.")
    )
    need = _text(_("The need"), _("What the resident needs, judged by your profession."))
    proposal = _text(_("The proposal"), _("What you propose: care, services, support or own means."))
    then = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("situation", "need", "proposal"):
            # Not marked as optional: the part is not signed without them.
            self.fields[name].required = self.data.get("then") == "sign" or not self.is_bound
            self.fields[name].error_messages["required"] = gettext("Write this before you sign.")

    @classmethod
    def of(cls, part: AssessmentPart) -> "PartForm":
        """The form with what has been written so far."""
        return cls(initial={"situation": part.situation, "need": part.need, "proposal": part.proposal})

    def texts(self) -> dict[str, str]:
        """What was written, by the names of the part's fields."""
        return {name: self.cleaned_data[name] for name in ("situation", "need", "proposal")}


class OwnForm(forms.Form):
    """The resident's own part. Each field may be left empty, but not all."""

    own_words = _text(_("What do you need, in your own words?"))
    strengths = _text(
        _("What are your strengths?"),
        _("What helps you in your everyday life: what you can do, who helps you, what gives you strength."),
    )
    matters_to_me = _text(_("What matters to you?"), _("What you want to go on as it is, or to change."))

    def __init__(self, *args: Any, told: bool, earlier: AssessmentPart | None, **kwargs: Any) -> None:
        if earlier is not None:
            kwargs["initial"] = {name: getattr(earlier, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if told:
            self.fields["own_words"].label = gettext("What the resident needs, in their own words")
            self.fields["strengths"].label = gettext("Their strengths")
            self.fields["strengths"].help_text = gettext(
                "What helps them in their everyday life: what they can do, who helps them, what gives them"
                " strength."
            )
            self.fields["matters_to_me"].label = gettext("What matters to them")
            self.fields["matters_to_me"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error("own_words", gettext("Write something in at least one of the fields."))
        return cleaned


class _Colleagues(forms.ModelChoiceField):
    professions: dict[str, str] = {}

    def label_from_instance(self, assignment: Assignment) -> str:
        professional = assignment.professional
        profession = self.professions.get(professional.profession, professional.profession)
        return f"{professional.name}, {profession}, {assignment.unit}"


class InviteForm(forms.Form):
    """Whom to ask; `professions` are their names in words by code."""

    colleague = _Colleagues(
        Assignment.objects.none(), label=_("Who is asked to write a part?"), empty_label=_("Choose a person")
    )

    def __init__(self, *args: Any, colleagues: Any, professions: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["colleague"]
        field.professions = professions
        field.queryset = colleagues


class CompleteForm(forms.Form):
    """What came of the assessment."""

    need_found = forms.TypedChoiceField(
        label=_("Does the resident need care or services?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    urgency = forms.TypedChoiceField(
        label=_("How urgent is it?"),
        choices=[
            ("", _("As it has been judged already")),
            *UrgencyForm.base_fields["urgency"].choices,  # type: ignore[attr-defined]
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )


def own_form(data: Any, assessment: Assessment, by: Any) -> OwnForm:
    """The resident's own part as this actor would write it, with what they wrote before."""
    return OwnForm(data or None, told=by.kind != "resident", earlier=assessment.own_part_of(by))
