"""Shape and words of what is asked when times are changed, offered and published."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.catalogue.models import Service
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import UNIT_REASONS
from kehra.serve.booking.models.times import BookingList, FreeTime, Manner

LENGTHS = (15, 20, 30, 45, 60, 90, 120)  # minutes
MOST_DAYS = 62  # at once: about two months

DAY_ERRORS = {"invalid": _("Write the day so: 3.12.2026"), "required": _("Write the day so: 3.12.2026")}
TIME_ERRORS = {"invalid": _("Write the time so: 9.30"), "required": _("Write the time so: 9.30")}


class DayField(forms.DateField):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            input_formats=["%d.%m.%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%-d.%-m.%Y", attrs={"autocomplete": "off"}),
            error_messages=DAY_ERRORS,
            **more,
        )


class TimeField(forms.TimeField):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            input_formats=["%H.%M", "%H:%M", "%H"],
            widget=forms.TimeInput(format="%-H.%M", attrs={"autocomplete": "off"}),
            error_messages=TIME_ERRORS,
            **more,
        )


class ReasonForm(OnceForm):
    """Why the unit cancels."""

    reason = forms.ChoiceField(
        label=_("Why is the time cancelled?"),
        choices=[(reason.value, reason.label) for reason in UNIT_REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the time is cancelled.")},
    )


class OfferForm(OnceForm):
    """Which times are offered, and by when the resident answers."""

    times = forms.ModelMultipleChoiceField(
        label=_("The times to offer"),
        queryset=FreeTime.objects.none(),
        error_messages={
            "required": _("Choose at least one time to offer."),
            "invalid_choice": _("One of the times cannot be chosen any more. Choose again."),
        },
    )
    answer_by = DayField(label=_("Answer by"), help_text=_("The last day on which the resident can answer."))

    def __init__(self, data: Any, *, choosable: Any, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["times"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = choosable

    def until(self) -> datetime:
        """The moment when the day of the answer ends, or the first offered time begins."""
        end = helsinki.start_of_day(self.cleaned_data["answer_by"] + timedelta(days=1))
        return min([end, *(time.starts_at for time in self.cleaned_data["times"])])


class ListField(forms.ModelChoiceField):
    """Booking lists by whose they are and where."""

    def label_from_instance(self, obj: BookingList) -> str:
        where = obj.site or _("remote")
        return f"{obj.professional.name}, {where}"


class PublishForm(OnceForm):
    """Days, hours, length, place and service of new free times."""

    booking_list = ListField(queryset=BookingList.objects.none(), label=_("Whose times"), empty_label=None)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False, help_text=_("Empty: only the first day."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which weekdays"),
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        choices=[
            (0, _("Monday")),
            (1, _("Tuesday")),
            (2, _("Wednesday")),
            (3, _("Thursday")),
            (4, _("Friday")),
            (5, _("Saturday")),
            (6, _("Sunday")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    first_time = TimeField(label=_("From what time"), help_text=_("For example 9.00"))
    last_time = TimeField(label=_("To what time"), help_text=_("For example 12.00"))
    length = forms.TypedChoiceField(
        label=_("Length of one time"),
        coerce=int,
        choices=[(minutes, _("%(minutes)s minutes") % {"minutes": minutes}) for minutes in LENGTHS],
        initial=30,
    )
    manner = forms.ChoiceField(label=_("How you meet"), choices=Manner.choices, widget=forms.RadioSelect)
    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        label=_("Only for this service"),
        required=False,
        empty_label=_("All services of the list"),
    )
    bookable = forms.BooleanField(
        label=_("Residents may book these themselves"), required=False, initial=True
    )

    def __init__(self, data: Any, *, lists: Any, **more: Any) -> None:
        super().__init__(data, **more)
        for name, queryset in (
            ("booking_list", lists),
            ("service", Service.objects.filter(booking_lists__in=lists).distinct()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
            field.queryset = queryset

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and not first <= last <= first + timedelta(days=MOST_DAYS):
            self.add_error("last_day", _("The last day must be after the first one, at most two months."))
        if data.get("last_time") and data.get("first_time") and self._ends_early(data):
            self.add_error("last_time", _("The end must be later than the beginning."))
        booking_list, service = data.get("booking_list"), data.get("service")
        if booking_list and service and service not in booking_list.services.all():
            self.add_error("service", _("This list does not serve that service."))
        return data

    def starts(self) -> list[datetime]:
        """The moments at which times begin, each long enough before the end of its day's hours."""
        data = self.cleaned_data
        length = timedelta(minutes=data["length"])
        hours = data["first_time"], data["last_time"]
        return [moment for day in self._days() for moment in times_on(day, *hours, length)]

    def _days(self) -> Iterable[date]:
        first = self.cleaned_data["first_day"]
        last = self.cleaned_data["last_day"] or first
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if day.weekday() in self.cleaned_data["weekdays"] or last == first]

    @staticmethod
    def _ends_early(data: dict[str, Any]) -> bool:
        return data["last_time"] != time.min and data["last_time"] <= data["first_time"]


def times_on(day: date, first: time, last: time, length: timedelta) -> list[datetime]:
    """The moments at which times of this length begin between two hours of a day (00:00: its end). What
    does not fit before the end is left out: also on the odd nights, when there are fewer hours or more."""
    moments = list(helsinki.times_of_day(day, first, last, length))
    minutes = list(helsinki.times_of_day(day, first, last, timedelta(minutes=1)))
    return [moment for moment in moments if moment + length <= minutes[-1] + timedelta(minutes=1)]
