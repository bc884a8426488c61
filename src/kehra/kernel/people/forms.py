"""Fields of a person that several apps ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.people.rules import BadIdentityCode, identity_code


class IdentityCodeField(forms.CharField):
    """A Finnish personal identity code, in its written form; small letters and spaces around it are
    mended, anything else is told."""

    default_error_messages = {
        "bad_code": _(
            "This is no Finnish personal identity code. Check each sign: birth date, a sign, three digits"
            " and a check sign."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Personal identity code"))
        kwargs.setdefault("max_length", 40)
        super().__init__(
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), **kwargs
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return identity_code(text)
        except BadIdentityCode:
            raise forms.ValidationError(self.error_messages["bad_code"], code="bad_code") from None


class BirthDateField(forms.DateField):
    """A birth date as it is written in Finland, 31.12.1980, or as 1980-12-31."""

    default_error_messages = {
        "invalid": _("Write the birth date as day, month and year, for example 31.12.1980."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Birth date"))
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(input_formats=["%d.%m.%Y", "%Y-%m-%d"], widget=widget, **kwargs)
