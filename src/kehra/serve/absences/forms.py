"""Shape and words of marking somebody as away, and of the one screen on which their work is shared out."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.people.models import Professional
from kehra.serve.absences.actions.sharing import MATTER, OFFER, TASK, VISIT, Choice
from kehra.serve.absences.rules import Deed
from kehra.serve.booking.forms import DayField

_ROW = re.compile(rf"(?P<kind>{VISIT}|{OFFER}|{MATTER}|{TASK})-(?P<pk>\d{{1,12}})")
_VALUE = re.compile(r"(?P<deed>[a-z]+)(?::(?P<target>\d{1,12}))?")
_WITH_TARGET = {Deed.GIVE, Deed.MOVE}


class MarkForm(OnceForm):
    """Who is away, and from when until when."""

    who = forms.TypedMultipleChoiceField(
        label=_("Who is away?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one worker.")},
    )
    first = DayField(label=_("First day away"))
    last = DayField(label=_("Last day away"), help_text=_("You can end it earlier."))
    kind = forms.ChoiceField(
        label=_("What is shown to the unit?"),
        help_text=_("Never write why somebody is away."),
        choices=Absence.Kind.choices,
        initial=Absence.Kind.ABSENT,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any, *, workers: Iterable[Professional], today: date, **more: Any) -> None:
        super().__init__(data, initial={"first": today, "last": today}, **more)
        self.today = today
        self.workers = {one.pk: one for one in workers}
        field = self.fields["who"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(one.pk, one.name) for one in self.workers.values()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < max(first, self.today):
            self.add_error("last", _("The last day must be today or later, not before the first."))
        return cleaned

    def chosen(self) -> list[Professional]:
        """The workers who were ticked."""
        return [self.workers[pk] for pk in self.cleaned_data["who"]]


class PlanForm(OnceForm):
    """The rows of the screen as they were sent: "visit-12" = "give:5". Whether a row still holds is told by
    the action, so that one that does not hold leaves the others be."""

    def sent(self) -> dict[str, str]:
        """What was chosen in each row, as it was sent."""
        return {name: self.data[name] for name in self.data if _ROW.fullmatch(name)}

    def choices(self) -> list[Choice]:
        """What is to be done. A row with nothing chosen, or something that means nothing, is left out."""
        read = (_choice(name, value) for name, value in self.sent().items())
        return [choice for choice in read if choice is not None]


class EndForm(OnceForm):
    """One button."""


def _choice(name: str, value: str) -> Choice | None:
    row, said = _ROW.fullmatch(name), _VALUE.fullmatch(value)
    if row is None or said is None or said["deed"] not in set(Deed):
        return None
    deed = Deed(said["deed"])
    if (deed in _WITH_TARGET) != (said["target"] is not None):
        return None
    target = int(said["target"]) if said["target"] else None
    return Choice(row["kind"], int(row["pk"]), deed, target)


def clashes(choices: Iterable[Choice], spans: Mapping[int, Any], times: Mapping[int, Any]) -> dict[str, str]:
    """The rows of visits that cannot all be done, with the words why: one colleague twice at once, or one
    free time twice. `spans` are the visits' times, `times` the free times as (professional, span)."""
    found: dict[str, str] = {}
    taken: list[tuple[int | None, Any]] = []
    for choice in choices:
        if choice.kind != VISIT or choice.deed not in _WITH_TARGET or choice.pk not in spans:
            continue
        who, span = choice.target, spans[choice.pk]
        if choice.deed == Deed.MOVE:
            if (time := times.get(choice.target or 0)) is None:
                continue  # gone meanwhile: the action says so
            who, span = time
        if any(who == other and span.meets(its) for other, its in taken):
            found[f"{VISIT}-{choice.pk}"] = str(_("This colleague would have two visits at the same time."))
        taken.append((who, span))
    return found
