"""Who may be in the records twice: listed, compared side by side, joined, told apart, and separated again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people import actions as people
from kehra.kernel.people.actions import Search
from kehra.kernel.people.models import Address, Guardianship, Mandate, Resident
from kehra.kernel.time import helsinki
from kehra.serve.contacts.forms import FindForm
from kehra.serve.corrections.actions import likenesses, merging
from kehra.serve.corrections.forms import MergeForm, PairForm, ReasonForm
from kehra.serve.corrections.models import Likeness, Merge
from kehra.serve.corrections.permissions import COMPARE, KEEP_RECORDS, MERGE, SEPARATE, Pair, Records
from kehra.serve.matters.models.matter import Matter

NOTHING = "–"
MOST = 50  # pairs on a page; the next come when these have been judged
# Two who are not called alike take two searches: the session keeps whom the last ones found.
FOUND, MOST_FOUND = "found_to_compare", 8


@dataclass(frozen=True)
class Row:
    """One thing that two records say, and whether they say the same."""

    what: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        return self.one == self.other

    @property
    def unknown(self) -> bool:
        """Whether neither says anything of it."""
        return self.one == self.other == NOTHING


@asks(KEEP_RECORDS)
@require_http_methods(["GET", "POST"])
def records(request: Request) -> HttpResponse:
    """The pairs that wait, the latest joined, and a search for two who are not on the list."""
    by, now = request.actor, request.now
    waiting = [
        one
        for one in Likeness.objects.waiting().filter(county=by.county_id)[:MOST]
        if may(by, COMPARE, Pair(one.one, one.other), now=now)
    ]
    merges = [
        one
        for one in Merge.objects.filter(county=by.county_id).select_related("gone", "stays", "professional")[
            :MOST
        ]
        if may(by, KEEP_RECORDS, one, now=now)
    ]
    listed = [pk for pair in waiting for pk in (pair.one_id, pair.other_id)]
    listed += [pk for made in merges for pk in (made.gone_id, made.stays_id)]
    require(by, KEEP_RECORDS, Records(by.county_id, tuple(sorted(set(listed)))), now=now)
    posted = request.POST if request.method == "POST" else None
    chosen = posted is not None and "choose" in posted
    form = FindForm(None if chosen else posted, today=helsinki.today(now))
    nobody = False
    if form.is_valid():
        found = people.find(Search(**form.cleaned_data), by=by, now=now)
        nobody = not found
        kept = [one.pk for one in found] + request.session.get(FOUND, [])
        request.session[FOUND] = list(dict.fromkeys(kept))[:MOST_FOUND]
    pair = PairForm(posted if chosen else None, choices=_found(request))
    if pair.is_valid():
        return redirect("corrections:compare", *pair.cleaned_data["pair"])
    context = {
        "likenesses": waiting,
        "merges": merges,
        "form": form,
        "pair": pair,
        "nobody": nobody,
        "grounds": _grounds(),
    }
    status = 422 if form.errors or pair.errors else 200
    return render(request, "corrections/records.html", context, status=status)


@asks(COMPARE)
@require_http_methods(["GET", "POST"])
def compare(request: Request, one_id: int, other_id: int) -> HttpResponse:
    """Two records side by side, and the question whether they are one person."""
    by, now = request.actor, request.now
    one, other = (
        get_object_or_404(Resident.objects.select_related("municipality"), pk=pk) for pk in (one_id, other_id)
    )
    pair = Pair(one, other)
    require(by, COMPARE, pair, now=now)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        choices=[(record.pk, _called(record)) for record in (one, other)],
        initial={"stays": other.pk if other.identified and not one.identified else None},
    )
    if form.is_valid():
        data = form.cleaned_data
        stays, gone = (one, other) if data["stays"] == one.pk else (other, one)

        def make() -> str:
            merging.merge(gone, stays, data["reason"], by=by, now=now)
            return _back(by)

        try:
            path = once(data["once"], make, by=by, now=now)
        except NotPossible as impossible:
            form.add_error(None, str(impossible))
        else:
            notices.success(request, _("The two records are one now. It can be undone."))
            return redirect(path)
    likeness = Likeness.objects.waiting().filter(one=min(one_id, other_id), other=max(one_id, other_id))
    context = {
        "one": one,
        "other": other,
        "rows": _rows(by, one, other, now),
        "form": form,
        "merged": one.merged_into_id is not None or other.merged_into_id is not None,
        "likeness": likeness.first(),
        "back": _back(by),
        "keeps": by.role == "records",
    }
    return render(request, "corrections/compare.html", context, status=422 if form.errors else 200)


@asks(MERGE)
@require_POST
def two_persons(request: Request, likeness_id: int) -> HttpResponse:
    """The pair is of two persons, and is not shown again."""
    likeness = get_object_or_404(Likeness.objects.select_related("one", "other"), pk=likeness_id)
    likenesses.say_two(likeness, by=request.actor, now=request.now)
    notices.success(request, _("They are two persons. The pair is not shown again."))
    return redirect("corrections:records")


@asks(SEPARATE)
@require_http_methods(["GET", "POST"])
def separate(request: Request, merge_id: int) -> HttpResponse:
    """Asks once, and says what goes where."""
    by, now = request.actor, request.now
    made = get_object_or_404(Merge.objects.select_related("gone", "stays", "professional"), pk=merge_id)
    require(by, SEPARATE, made, now=now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            merging.separate(made, data["reason"], by=by, now=now)
            return reverse("corrections:records")

        try:
            path = once(data["once"], make, by=by, now=now)
        except NotPossible as impossible:
            form.add_error(None, str(impossible))
        else:
            notices.success(request, _("The two records are separate again. The officer was told."))
            return redirect(path)
    later = Matter.objects.filter(resident=made.stays, opened_at__gt=made.made_at).count()
    context = {"merge": made, "form": form, "moved": made.rows.count(), "later": later}
    return render(request, "corrections/separate.html", context, status=422 if form.errors else 200)


def _found(request: Request) -> list[tuple[int, str]]:
    """Whom this worker has found in this session, the latest search first."""
    kept: list[int] = request.session.get(FOUND, [])
    people_found = Resident.objects.standing().filter(county=request.actor.county_id).in_bulk(kept)
    return [(pk, _called(people_found[pk])) for pk in kept if pk in people_found]


def _back(by: Actor) -> str:
    return reverse("corrections:records") if by.role == "records" else reverse("tasks:desk")


def _grounds() -> dict[str, str]:
    return {
        "birth_date": _("same birth date, similar name"),
        "phone": _("same telephone number, similar name"),
        "email": _("same e-mail address, similar name"),
    }


def _called(record: Resident) -> str:
    code = record.identity_code or _("no identity code")
    return f"{record.name}, {code}"


def _rows(by: Actor, one: Resident, other: Resident, now: datetime) -> list[Row]:
    """What tells persons apart. Who only helps a stranger sees no more of the known one than a search shows;
    where a protected person lives, and how they are reached, is shown to nobody here."""
    said: list[tuple[str, Callable[[Resident], str]]] = [
        (_("Name"), lambda record: record.name),
        (_("Identity code"), lambda record: record.identity_code or _("none")),
        (_("Other codes"), lambda record: ", ".join(code.code for code in record.identifiers.order_by("pk"))),
        (_("Birth date"), _born),
        (_("Municipality"), lambda record: _unless_protected(record, str(record.municipality or ""))),
    ]
    if by.role == "records":
        today = helsinki.today(now)
        guardianships, mandates = Guardianship.objects.on(today), Mandate.objects.on(today)
        said += [
            (_("Address"), lambda record: _unless_protected(record, _address(record))),
            (_("Telephone"), lambda record: _unless_protected(record, record.phone)),
            (_("E-mail"), lambda record: _unless_protected(record, record.email)),
            (_("Matters"), _matters),
            (_("Guardians"), lambda record: _names(guardianships, record, "child", "guardian")),
            (_("Guardian of"), lambda record: _names(guardianships, record, "guardian", "child")),
            (_("Has authorised"), lambda record: _names(mandates, record, "principal", "delegate")),
            (_("Is authorised by"), lambda record: _names(mandates, record, "delegate", "principal")),
            (_("Restrictions in force"), _restrictions),
            (_("Signs in"), lambda record: _("yes") if record.user_set.exists() else _("no")),
        ]
    return [Row(what, words(one) or NOTHING, words(other) or NOTHING) for what, words in said]


def _born(record: Resident) -> str:
    return date_format(record.birth_date, "j.n.Y") if record.birth_date else ""


def _unless_protected(record: Resident, words: str) -> str:
    return _("protected: not shown") if record.address_protected else words


def _address(record: Resident) -> str:
    found = Address.objects.filter(resident=record).first()
    return f"{found.street}, {found.postcode} {found.post_office}" if found else ""


def _matters(record: Resident) -> str:
    matters = Matter.objects.filter(resident=record, mistaken_at=None)
    return _("%(open)s open, %(all)s in all") % {
        "open": matters.filter(closed_at=None).count(),
        "all": matters.count(),
    }


def _names(rows: Any, record: Resident, end: str, other_end: str) -> str:
    found = rows.filter(**{end: record}).select_related(other_end).order_by("pk")
    return ", ".join(getattr(row, other_end).name for row in found)


def _restrictions(record: Resident) -> str:
    found = record.restrictions.filter(withdrawn_at=None).select_related("unit").order_by("pk")
    return ", ".join(str(row.unit) if row.unit else _("those who act for them") for row in found)
