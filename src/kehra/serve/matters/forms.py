"""The shape and words of what is asked when somebody works in a matter."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.models import WORKING_ROLES, Assignment
from kehra.kernel.accounts.once import OnceForm
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional
from kehra.library.operating_models.models import PauseReason
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.record import DisclosurePermit, PartKind

KINDS_FOR_STAFF = [
    (PartKind.NEED, _("What the resident has told")),
    (PartKind.ENTRY, _("What professionals have written")),
    (PartKind.ASSESSMENT, _("The assessment")),
    (PartKind.APPOINTMENT, _("Appointments")),
    (PartKind.MESSAGE, _("Messages")),
]
KINDS_FOR_RESIDENT = [
    (PartKind.NEED, _("What you have told")),
    (PartKind.ENTRY, _("What professionals have written")),
    (PartKind.ASSESSMENT, _("The assessment of your need")),
    (PartKind.APPOINTMENT, _("Your appointments")),
    (PartKind.MESSAGE, _("Messages between you and the unit")),
]


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


class EntryForm(OnceForm):
    """What a professional writes in a matter."""

    text = forms.CharField(label=_("Write an entry"), max_length=20_000, widget=forms.Textarea)


class UrgencyForm(forms.Form):
    """A professional's judgement of the urgency."""

    urgency = forms.TypedChoiceField(
        label=_("How urgent is it?"),
        coerce=int,
        choices=[
            (Urgency.EMERGENCY, _("It cannot wait: help is needed at once")),
            (Urgency.URGENT, _("Urgent: today or tomorrow")),
            (Urgency.NON_URGENT, _("Not urgent: in the time that the law gives")),
            (Urgency.UNKNOWN, _("Not known yet")),
        ],
        widget=forms.RadioSelect,
    )


class PauseForm(forms.Form):
    """The reasons whose dated rows allow a pause of this promise today."""

    reason = forms.ModelChoiceField(
        PauseReason.objects.none(), label=_("Why?"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, reasons: list[PauseReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = PauseReason.objects.filter(pk__in=[reason.pk for reason in reasons])
        self.fields["reason"].queryset = allowed.order_by("pk")  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """How the matter ended: the county's codes of the system "outcome"."""

    outcome = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Code.objects.on(today).filter(system__uri="outcome").order_by("pk")
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (code.code, _first_upper(localised(code.names))) for code in codes
        ]


class OfferForm(OnceForm):
    """What both ways of handing over ask: what the receiver may see, and a word to them."""

    shares = forms.MultipleChoiceField(
        label=_("What may they see to judge it?"),
        choices=KINDS_FOR_STAFF,
        initial=[PartKind.NEED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Parts of the other sector are shown only by the resident's permit."),
    )
    note = forms.CharField(
        label=_("A word to the receiver"), required=False, max_length=2000, widget=forms.Textarea
    )


class TransferForm(OfferForm):
    """Another unit of the county is asked to answer for the matter."""

    to = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Which unit is asked?"), empty_label=_("Choose a unit")
    )
    field_order = ("to", "shares", "note")

    def __init__(self, *args: Any, matter: Matter, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.on(today).filter(county=matter.county_id).exclude(pk=matter.unit_id)
        self.fields["to"].queryset = units.order_by("names__fi")  # type: ignore[attr-defined]


class GuideForm(OfferForm):
    """Another producer is asked to give a named offering."""

    to = forms.ModelChoiceField(
        Offering.objects.none(), label=_("Which service, by whom?"), empty_label=_("Choose a service")
    )
    field_order = ("to", "shares", "note")

    def __init__(self, *args: Any, matter: Matter, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offerings = Offering.objects.on(today).filter(county=matter.county_id).exclude(unit=matter.unit_id)
        self.fields["to"].queryset = offerings.select_related("service", "unit").order_by(  # type: ignore[attr-defined]
            "service__names__fi", "unit__names__fi"
        )


class RefuseForm(forms.Form):
    """Why the receiver does not take it."""

    reason = forms.CharField(label=_("Why can you not take it?"), max_length=2000, widget=forms.Textarea)


class PermitForm(forms.Form):
    """What the resident lets be shown, one kind at a time."""

    kinds = forms.MultipleChoiceField(
        label=_("What may be shown?"), choices=KINDS_FOR_RESIDENT, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, permit: DisclosurePermit) -> None:
        super().__init__(data, prefix=f"permit-{permit.pk}", initial={"kinds": permit.kinds})
        if permit.given_at is not None:  # it can only be narrowed
            given = [choice for choice in KINDS_FOR_RESIDENT if choice[0] in permit.kinds]
            self.fields["kinds"].choices = given  # type: ignore[attr-defined]


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
