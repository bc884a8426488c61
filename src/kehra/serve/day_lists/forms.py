"""The words of what a manager gives, and of a day that is entered afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import Occurrence
from kehra.serve.day_lists.actions.entering import CAME, CANCELLED, NO_ANSWER, NO_SHOW, REACHED, Done
from kehra.serve.matters.models.matter import Urgency

BECAME = [
    ("", _("Not entered now")),
    (CAME, _("Came")),
    (NO_SHOW, _("Did not come")),
    (CANCELLED, _("Had cancelled before the time")),
]
ANSWERED = [("", _("Not entered now")), (REACHED, _("Was reached")), (NO_ANSWER, _("Was called, no answer"))]
_SHORT = "govuk-input govuk-input--width-5"
JUDGED = [
    ("", _("Not assessed")),
    (Urgency.EMERGENCY.value, _("At once")),
    (Urgency.URGENT.value, _("Today")),
    (Urgency.NON_URGENT.value, _("It can wait")),
]


class MachineForm(forms.Form):
    """A machine by the name that people there know it by."""

    name = forms.CharField(
        label=_("Name of the machine"),
        help_text=_("As people there call it, for example: Reception, machine 2"),
        max_length=100,
        error_messages={"required": _("Write a name for the machine.")},
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the day that can be entered: `key` is unique on the page, `thing` the appointment or the
    task, `name` the resident's. `at` is when it was to happen, if that was agreed."""

    key: str
    thing: Any
    name: str
    visit: bool
    at: datetime | None = None


class AfterwardsForm(forms.Form):
    """Every row of the day: what became of it, at what time, some words. Without a choice it is left out."""

    def __init__(self, data: Any, *, day: date, rows: Sequence[Row]) -> None:
        super().__init__(data)
        self.day, self.rows = day, rows
        for row in rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        named = {"name": row.name}
        self.fields[f"{row.key}-what"] = forms.ChoiceField(
            label=_("%(name)s: what happened") % named,
            choices=BECAME if row.visit else ANSWERED,
            required=False,
            widget=forms.Select(attrs={"class": "govuk-select"}),
        )
        self.fields[f"{row.key}-at"] = forms.TimeField(
            label=_("%(name)s: at what time") % named,
            required=False,
            input_formats=["%H.%M", "%H:%M"],
            widget=forms.TimeInput(format="%-H.%M", attrs={"autocomplete": "off", "class": _SHORT}),
            initial=helsinki.local(row.at).time() if row.at else None,
            error_messages={"invalid": _("Write the time so: 9.30")},
        )
        if not row.visit:
            self.fields[f"{row.key}-urgency"] = forms.TypedChoiceField(
                label=_("%(name)s: urgency that was assessed") % named,
                choices=JUDGED,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.Select(attrs={"class": "govuk-select"}),
            )
        self.fields[f"{row.key}-text"] = forms.CharField(
            label=_("%(name)s: a short entry") % named,
            max_length=4000,
            required=False,
            widget=forms.Textarea(attrs={"class": "govuk-textarea", "rows": 2}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for row in self.rows:
            what, at, text = (cleaned.get(f"{row.key}-{part}") for part in ("what", "at", "text"))
            if what and at is None and f"{row.key}-at" not in self.errors:
                self.add_error(f"{row.key}-at", _("Write at what time it happened."))
            if what and at is not None and self._moment(at) is None:
                self.add_error(f"{row.key}-at", _("The clock did not show this time on that day."))
            if text and not what and f"{row.key}-what" not in self.errors:
                self.add_error(f"{row.key}-what", _("Choose what happened, so that the entry can be saved."))
        return cleaned

    def done(self) -> Iterator[tuple[Row, Done]]:
        """What was entered, row by row."""
        for row in self.rows:
            what, at = self.cleaned_data.get(f"{row.key}-what"), self.cleaned_data.get(f"{row.key}-at")
            moment = self._moment(at) if what and at is not None else None
            if what and moment is not None:
                text, urgency = (self.cleaned_data.get(f"{row.key}-{part}") for part in ("text", "urgency"))
                yield row, Done(what, moment, text or "", urgency)

    def parts(self, row: Row) -> list[tuple[str, forms.BoundField]]:
        """The fields of a row with short labels (the name stands above), in the order in which they are
        asked."""
        labels = {
            "what": _("What happened"),
            "at": _("At what time"),
            "urgency": _("Assessed urgency"),
            "text": _("A short entry"),
        }
        named = [(str(label), f"{row.key}-{part}") for part, label in labels.items()]
        return [(label, self[name]) for label, name in named if name in self.fields]

    def _moment(self, wall: time) -> datetime | None:
        """The true time; of the doubled hour in October the first."""
        try:
            return helsinki.at(self.day, wall, Occurrence.FIRST)
        except helsinki.NoSuchTime:
            return None
