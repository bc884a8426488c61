"""The page that shows every component in all its states, for those who make pages or judge them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public


class Example(forms.Form):
    """One field of each kind, with words that a real form could have."""

    name = forms.CharField(
        label=gettext_lazy("What shall we call you?"),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        help_text=gettext_lazy("We call only if you ask us to."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    days = forms.IntegerField(label=gettext_lazy("How many days has it lasted?"), min_value=0)
    since = forms.DateField(
        label=gettext_lazy("When did it begin?"),
        help_text=gettext_lazy("For example 3 12 2026"),
        widget=forms.SelectDateWidget,
    )
    story = forms.CharField(
        label=gettext_lazy("Tell us in your own words"), max_length=2000, widget=forms.Textarea
    )
    centre = forms.ChoiceField(
        label=gettext_lazy("Where would you like to come?"),
        choices=[
            ("", gettext_lazy("Choose")),
            ("1", gettext_lazy("The nearest centre")),
            ("2", gettext_lazy("By video")),
        ],
    )
    hurry = forms.ChoiceField(
        label=gettext_lazy("Can it wait until tomorrow?"),
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            ("unknown", gettext_lazy("I do not know")),
        ],
        widget=forms.RadioSelect,
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("What would help?"),
        choices=[("call", gettext_lazy("A telephone call")), ("interpreter", gettext_lazy("An interpreter"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read how my information is used"))
    picture = forms.FileField(
        label=gettext_lazy("A picture"), required=False, help_text=gettext_lazy("At most 10 megabytes.")
    )


@public("shows made-up examples only")
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """All components; `?errors=1` shows the form as it comes back."""
    wrong = {"phone": "040 123", "since_day": "31", "since_month": "2", "since_year": "2026", "hurry": "no"}
    context = {
        "empty_form": Example(prefix="empty"),
        "wrong_form": Example(wrong),
        "path": _path(),
        "first_round": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "second_round": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        "a_day": date(2026, 12, 3),
        "a_moment": datetime(2026, 12, 3, 12, 30, tzinfo=UTC),
        "a_while": timedelta(days=2, hours=3, minutes=20),
        "bars": [
            {"label": _("Centre A"), "value": 41, "low": 35, "high": 48},
            {"label": _("Centre B"), "value": 12, "low": 9, "high": 16},
            {"label": _("Centre C"), "value": None},
        ],
        "page": Paginator(range(200), 20).page(4),
    }
    return render(request, "site/gallery.html", context)


def _path() -> list[dict[str, Any]]:
    return [
        {
            "state": "done",
            "title": _("You told what you need"),
            "when": _("Monday 23 November at 9:12"),
            "text": _("Pain in the knee for three weeks."),
        },
        {
            "state": "now",
            "title": _("A nurse reads it"),
            "when": _("by Wednesday 25 November"),
            "who": _("The nearest centre"),
        },
        {"state": "next", "title": _("You get an answer and, if you need it, a time")},
    ]
