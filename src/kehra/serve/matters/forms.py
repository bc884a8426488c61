"""The shape and words of what is asked when somebody works in a matter."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.models import WORKING_ROLES, Assignment
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional


class GiveForm(forms.Form):
    """A colleague who works in the unit today; nobody means back to wait."""

    professional = forms.ModelChoiceField(
        Professional.objects.none(),
        label=_("To whom?"),
        empty_label=_("Nobody: back to wait for whoever takes it"),
        required=False,
    )

    def __init__(self, *args: Any, unit: Unit | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = Assignment.objects.on(today).filter(unit=unit, role__in=WORKING_ROLES)
        colleagues = Professional.objects.filter(pk__in=working.values("professional"))
        self.fields["professional"].queryset = colleagues.order_by("family_name", "given_names")  # type: ignore[attr-defined]
