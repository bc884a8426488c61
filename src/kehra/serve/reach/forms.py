"""Shape and words of how one is reached, and of a mandate that was given on paper."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.people.forms import IdentityCodeField
from kehra.kernel.people.models import Identification, Resident
from kehra.serve.booking.forms import DayField
from kehra.serve.interpreting.rules import language_name
from kehra.serve.messages.forms import Files, FilesField
from kehra.serve.messages.rules import File
from kehra.serve.reach import rules
from kehra.serve.reach.actions.mandates import Delegate, Given
from kehra.serve.reach.actions.ways import Ways

WRITTEN = (
    ("fi", _("Finnish")),
    ("sv", _("Swedish")),
    ("en", _("English")),
)


def _languages() -> list[tuple[str, Any]]:
    named = sorted(((code, language_name(code)) for code in rules.LANGUAGES), key=lambda one: one[1])
    return [("", _("No interpreter is needed")), *named]


class NumberField(forms.CharField):
    """A telephone number, or empty."""

    default_error_messages = {
        "bad_number": _("Write a telephone number, for example 040 123 4567."),
    }

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        super().__init__(required=False, max_length=30, widget=widget, **more)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return rules.number(text) if text else ""
        except ValueError:
            raise forms.ValidationError(self.error_messages["bad_number"], code="bad_number") from None


class WaysForm(OnceForm):
    """How a resident is reached."""

    phone = NumberField(label=_("Telephone for calls"))
    sms = NumberField(
        label=_("Number for text messages"),
        help_text=_("We send reminders there. They name neither you nor the matter."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the e-mail address in full, for example name@example.fi.")},
    )
    letters = forms.BooleanField(
        label=_("Send me letters by post"),
        required=False,
        help_text=_(
            "Then what is new comes in an envelope. Reminders still come to your telephone or e-mail."
        ),
    )
    contact_language = forms.ChoiceField(
        label=_("In which language we write"), choices=WRITTEN, required=False, widget=forms.RadioSelect
    )
    interpreter_language = forms.ChoiceField(label=_("Interpreter"), choices=_languages, required=False)
    wishes = forms.CharField(
        label=_("What makes dealing with us easier for you"),
        required=False,
        max_length=500,
        widget=forms.Textarea,
        help_text=_("For example large print, a room that can be reached by wheelchair, or time to speak."),
    )

    @classmethod
    def of(cls, resident: Resident, data: Any) -> "WaysForm":
        """The form with what is known now."""
        form = cls(data, initial={name: getattr(resident, name) for name in Ways.__slots__})
        field = form.fields["interpreter_language"]
        known = resident.interpreter_language
        if known and known not in rules.LANGUAGES and isinstance(field, forms.ChoiceField):
            field.choices = [*_languages(), (known, language_name(known))]
        return form

    def ways(self) -> Ways:
        """What was asked for."""
        return Ways(**{name: self.cleaned_data[name] for name in Ways.__slots__})


class MandateForm(OnceForm):
    """A mandate as the paper gives it, and how it was received."""

    code = IdentityCodeField(label=_("Identity code of the person who may act"))
    given_names = forms.CharField(
        label=_("Given names"),
        required=False,
        max_length=100,
        help_text=_("Needed only if the person does not live in this wellbeing services county."),
    )
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=100)
    start = DayField(label=_("Holds from"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Empty: until it is ended."))
    informed = forms.BooleanField(
        label=_("This person is told too when there is something new, and reminded of times"), required=False
    )
    identified_by = forms.ChoiceField(
        label=_("How did you check who gave the paper?"),
        choices=Identification.choices,
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("Where the original is kept"),
        required=False,
        max_length=200,
        help_text=_("For example: seen, kept in the archive of the health station, folder 12."),
    )
    paper = FilesField(
        label=_("The scanned paper"),
        required=False,
        widget=Files,
        help_text=_("One PDF, PNG or JPEG file, at most 10 megabytes."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, last = data.get("start"), data.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day must not be before the first one."))
        if len(data.get("paper") or []) > 1:
            self.add_error("paper", _("Choose one file. Scan several pages into one PDF."))
        if not data.get("evidence") and not data.get("paper") and "paper" not in self.errors:
            self.add_error("evidence", _("Add the scanned paper, or say where the original is kept."))
        return data

    def delegate(self) -> Delegate:
        """To whom."""
        data = self.cleaned_data
        return Delegate(data["code"], data["given_names"].strip(), data["family_name"].strip())

    def given(self) -> Given:
        """What the paper says."""
        data = self.cleaned_data
        papers: list[File] = data["paper"] or []
        last: date | None = data["last"]
        return Given(
            start=data["start"],
            until=last + timedelta(days=1) if last else None,
            evidence=data["evidence"].strip(),
            identified_by=data["identified_by"],
            informed=data["informed"],
            paper=papers[0] if papers else None,
        )
