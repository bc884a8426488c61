"""The words and shapes of input, from the resident's first words to a worker's search."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.catalogue.models import Service
from kehra.kernel.people.forms import BirthDateField, IdentityCodeField
from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import Occurrence
from kehra.library.forms.answering import AnswerError, Fault, answers_from
from kehra.library.forms.questions import Question
from kehra.library.forms.values import Form, ItemType
from kehra.serve.contacts.actions.reception import Notice, Told
from kehra.serve.contacts.models import Contact
from kehra.serve.matters.models.matter import Channel, Urgency

LONGEST = 4000  # characters of own words: some two pages

CHANNELS = [
    (Channel.PHONE.value, gettext_lazy("By telephone")),
    (Channel.WALK_IN.value, gettext_lazy("The resident came here")),
    (Channel.REFERRAL.value, gettext_lazy("A referral")),
    (Channel.LETTER.value, gettext_lazy("A letter or a paper form")),
    (Channel.NOTICE.value, gettext_lazy("Somebody is worried about the resident")),
]
URGENCIES = [
    (Urgency.EMERGENCY.value, gettext_lazy("At once")),
    (Urgency.URGENT.value, gettext_lazy("Today")),
    (Urgency.NON_URGENT.value, gettext_lazy("It can wait")),
    (Urgency.UNKNOWN.value, gettext_lazy("Not known yet")),
]

_FAULTS: dict[Fault, str | Promise] = {
    Fault.REQUIRED: gettext_lazy("Choose an answer."),
    Fault.NOT_BOOLEAN: gettext_lazy("Choose yes or no."),
    Fault.NOT_INTEGER: gettext_lazy("Write a whole number with digits, for example 3."),
    Fault.NOT_DECIMAL: gettext_lazy("Write a number with digits, for example 36,6."),
    Fault.NOT_DATE: gettext_lazy("Write the day as day, month and year, for example 3.12.2026."),
    Fault.NOT_OPTION: gettext_lazy("Choose one of the answers shown."),
    Fault.ONLY_ONE: gettext_lazy("Choose only one answer."),
    Fault.BAD_CHARACTERS: gettext_lazy("There are characters here that cannot be stored. Write it anew."),
    Fault.TOO_LONG: gettext_lazy("This is too long: write at most %(limit)s characters."),
    Fault.TOO_SMALL: gettext_lazy("The smallest possible answer is %(limit)s."),
    Fault.TOO_BIG: gettext_lazy("The largest possible answer is %(limit)s."),
}


def fault_words(error: AnswerError) -> str:
    """What is wrong with an answer and what to do."""
    return str(_FAULTS[error.fault]) % dict(error.parameters)


def own_words() -> forms.CharField:
    """A field for what somebody says in their own words."""
    return forms.CharField(
        label=gettext_lazy("Tell in your own words what you need"),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={
            "required": gettext_lazy("Tell what you need, in a few words, or choose the nearest below."),
            "max_length": gettext_lazy("This is too long: write at most %(limit_value)d characters."),
        },
    )


class StartForm(OnceForm):
    """Own words, or one of the everyday choices (a button named `need`)."""

    words = own_words()
    need = forms.IntegerField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = not self.data.get("need")


class WordsForm(forms.Form):
    """Own words, changed afterwards. After an everyday choice they may be left out."""

    words = own_words()

    def __init__(self, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = required
        self.fields["words"].error_messages["required"] = _("Tell what you need, in a few words.")


class QuestionForm(OnceForm):
    """One question of a questionnaire; the library of forms judges the answer."""

    def __init__(self, form: Form, question: Question, contact: Contact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.question, self.contact = form, question, contact
        self.fields["answer"] = _field(question)
        given = contact.typed.get(question.link_id, [])
        self.initial["answer"] = given if question.multiple else "".join(given[:1])

    @property
    def typed(self) -> dict[str, list[str]]:
        """The answer as it was typed, by the question's linkId."""
        given = self.data.getlist("answer") if hasattr(self.data, "getlist") else self.data.get("answer", [])
        return {self.question.link_id: given if isinstance(given, list) else [given]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        _answers, errors = answers_from(self.form, {**self.contact.typed, **self.typed})
        if self.question.link_id in errors:
            self.errors.pop("answer", None)
            self.add_error("answer", fault_words(errors[self.question.link_id]))
        return cleaned


def _field(question: Question) -> forms.Field:
    """A field that shows the question; what it accepts is judged by the library."""
    texts: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": question.required,
        "error_messages": {"required": _FAULTS[Fault.REQUIRED]},
    }
    if question.type is ItemType.BOOLEAN:
        yes_or_no = [("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(choices=yes_or_no, widget=forms.RadioSelect, **texts)
    if question.type is ItemType.CHOICE and question.multiple:
        return forms.MultipleChoiceField(
            choices=question.options, widget=forms.CheckboxSelectMultiple, **texts
        )
    if question.type is ItemType.CHOICE:
        return forms.ChoiceField(choices=question.options, widget=forms.RadioSelect, **texts)
    if question.type is ItemType.TEXT:
        return forms.CharField(widget=forms.Textarea, **texts)
    if question.type is ItemType.DATE and not question.help:
        texts["help_text"] = _("For example 3.12.2026")
    return forms.CharField(**texts)


def phone_field(*, required: bool = False) -> forms.RegexField:
    """A telephone number as people write it."""
    return forms.RegexField(
        r"^\+?[0-9][0-9 ()-]{4,24}$",
        label=gettext_lazy("Telephone number"),
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={
            "invalid": gettext_lazy("Write the number with digits, for example 040 123 4567."),
            "required": gettext_lazy("Write the number to call."),
        },
    )


class ReachForm(forms.Form):
    """How the resident wants to be answered."""

    wants_call = forms.ChoiceField(
        label=gettext_lazy("How do you want us to answer?"),
        choices=[
            ("no", gettext_lazy("With a message here")),
            ("yes", gettext_lazy("With a telephone call")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you want us to answer.")},
    )
    phone = phone_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("wants_call") == "yes" and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write the number to call."))
        return cleaned


class AdditionForm(OnceForm):
    """More about a need that was sent."""

    text = forms.CharField(
        label=gettext_lazy("Tell more about your need"),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={
            "required": gettext_lazy("Write what you want to add."),
            "max_length": gettext_lazy("This is too long: write at most %(limit_value)d characters."),
        },
    )


class CallForm(OnceForm):
    """A wish to be called."""

    phone = phone_field(required=True)


class FindForm(forms.Form):
    """An identity code, or a name with a birth date."""

    code = IdentityCodeField(required=False)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born = BirthDateField(required=False, help_text=gettext_lazy("For example 31.12.1980"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or cleaned.get("code"):
            return cleaned
        if not cleaned.get("name") and not cleaned.get("born"):
            self.add_error("code", _("Write the identity code, or the name and the birth date."))
        elif not cleaned.get("name"):
            self.add_error("name", _("Write the name too: a birth date alone is not enough."))
        elif not cleaned.get("born"):
            self.add_error("born", _("Write the birth date too: a name alone is not enough."))
        return cleaned

    def clean_born(self) -> date | None:
        born: date | None = self.cleaned_data["born"]
        if born is not None and born > self.today:
            raise forms.ValidationError(_("A birth date cannot be in the future."))
        return born


class OpenForm(OnceForm):
    """What a worker heard from or about a resident."""

    description = forms.CharField(
        label=gettext_lazy("Describe the person, so that they are known again"),
        help_text=gettext_lazy("Age by the look, clothes, where they are now. No guesses about who it is."),
        max_length=200,
    )
    temporary_code = IdentityCodeField(
        label=gettext_lazy("Temporary code, if the person has been given one"), required=False
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=CHANNELS, widget=forms.RadioSelect, initial="phone"
    )
    words = forms.CharField(
        label=gettext_lazy("The need, in the words in which it was told"),
        help_text=gettext_lazy("The resident sees this text. Do not write here who gave a notice."),
        max_length=LONGEST,
        widget=forms.Textarea,
    )
    service = forms.TypedChoiceField(label=gettext_lazy("What it is about"), coerce=int)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How soon help is needed"),
        choices=URGENCIES,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Urgency.UNKNOWN.value,
    )
    call_phone = phone_field()
    notifier_name = forms.CharField(label=gettext_lazy("Who is worried"), max_length=200, required=False)
    notifier_phone = phone_field()
    notifier_relation = forms.CharField(
        label=gettext_lazy("Who they are to the resident"), max_length=200, required=False
    )
    stays_unknown = forms.BooleanField(
        label=gettext_lazy("They want to stay unknown to the resident and the family"), required=False
    )

    happened_day = forms.DateField(
        label=gettext_lazy("On what day it happened"),
        help_text=gettext_lazy("For example 3.12.2026"),
        required=False,
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%-d.%-m.%Y", attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("Write the day as day, month and year, for example 3.12.2026.")
        },
    )
    happened_time = forms.TimeField(
        label=gettext_lazy("At what time it happened"),
        help_text=gettext_lazy("For example 9.30"),
        required=False,
        input_formats=["%H.%M", "%H:%M"],
        widget=forms.TimeInput(format="%-H.%M", attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the time so: 9.30")},
    )

    def __init__(self, *args: Any, services: Sequence[Service], unidentified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {service.pk: service for service in services}
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((pk, str(service)) for pk, service in self.services.items()),
        ]
        self.fields["call_phone"].label = _("Number to call, if the resident wants a call")
        self.fields["notifier_phone"].label = _("Telephone number of the one who is worried")
        if not unidentified:
            del self.fields["description"], self.fields["temporary_code"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, wall = cleaned.get("happened_day"), cleaned.get("happened_time")
        if day and not wall and "happened_time" not in self.errors:
            self.add_error("happened_time", _("Write also at what time it happened."))
        if wall and not day and "happened_day" not in self.errors:
            self.add_error("happened_day", _("Write also on what day it happened."))
        if day and wall:
            try:
                cleaned["happened_at"] = helsinki.at(day, wall, Occurrence.FIRST)
            except helsinki.NoSuchTime:
                self.add_error("happened_time", _("The clock did not show this time on that day."))
        return cleaned

    def told(self) -> Told:
        """What was heard, for the action."""
        given = self.cleaned_data
        notice = Notice(
            name=given["notifier_name"],
            phone=given["notifier_phone"],
            relation=given["notifier_relation"],
            stays_unknown=given["stays_unknown"],
        )
        return Told(
            channel=given["channel"],
            words=given["words"],
            service=self.services[given["service"]],
            urgency=given["urgency"],
            call_phone=given["call_phone"],
            notice=notice if given["channel"] == Channel.NOTICE else None,
        )
