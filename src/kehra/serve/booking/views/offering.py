"""Staff offer or book a time from a matter; the resident answers an offer."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages as notices
from django.db import transaction
from django.db.models import Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import OnceForm, once
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import booking, offering
from kehra.serve.booking.forms import OfferForm
from kehra.serve.booking.models.appointments import Appointment, Offer, State
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.permissions import ANSWER, CHOOSE, GIVE_BACK, OFFER, SEE
from kehra.serve.booking.rules import kept_by_visit
from kehra.serve.booking.views.asking import require_page
from kehra.serve.booking.views.choosing import find_matter, table_context
from kehra.serve.booking.views.timetable import profession_names
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter


@asks(CHOOSE)
@require_http_methods(["GET", "POST"])
def offer(request: Request, matter_id: int) -> HttpResponse:
    """Free times with their promise beside them: some are offered to the resident, or one is booked."""
    now = request.now
    matter = find_matter(matter_id)
    require_page(request, matter, reads=CHOOSE, leads_to=OFFER)
    choosable = FreeTime.objects.choosable(matter, by_resident=False, now=now)
    data = request.POST if request.method == "POST" else None
    # Taken ones are choices too: a form that is sent twice must be understood the second time.
    form = OfferForm(data, choosable=choosable, initial={"answer_by": _in_a_week(now)})
    if request.method == "POST":
        booking_now = "book" in request.POST
        if booking_now:
            form.fields["answer_by"].required = False
        if form.is_valid():
            try:
                make = _book if booking_now else _offer
                return _go(request, matter, form, make)
            except NotPossible as reason:
                form.add_error("times", str(reason))
    context = table_context(request, matter) | {
        "form": form,
        "chosen": _numbers(form["times"].value()),
        "promised_on": promised_visit(matter),
        "open_offer": _open_offer(matter, now),
    }
    return render(request, "booking/offer.html", context, status=422 if form.errors else 200)


@asks(GIVE_BACK)
@require_POST
def withdraw(request: Request, offer_id: int) -> HttpResponse:
    """The unit takes an offer back."""
    found = _find(offer_id)
    offering.withdraw_offer(found, by=request.actor, now=request.now)
    notices.success(request, _("The offer was withdrawn."))
    return redirect("booking:offer", found.matter_id)


@asks(SEE)
@require_http_methods(["GET", "POST"])
def answer(request: Request, offer_id: int) -> HttpResponse:
    """The resident takes one of the offered times, or none."""
    by, now = request.actor, request.now
    found = _find(offer_id)
    require_page(request, found, reads=SEE, leads_to=ANSWER)
    form = OnceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            path = once(form.cleaned_data["once"], lambda: _answer(request, found), by=by, now=now)
        except NotPossible as reason:
            notices.error(request, str(reason))
            return redirect("booking:answer", found.pk)
        return redirect(path)
    times = list(found.times.filter(state=State.OFFERED).with_names().order_by("period__startswith"))
    context = {
        "offer": found,
        "matter": found.matter,
        "times": times if found.waits_at(now) else [],
        "professions": profession_names(time.professional.profession for time in times),
        "form": form,
    }
    return render(request, "booking/answer.html", context)


def promised_visit(matter: Matter) -> date | None:
    """The first promised day of a visit that runs in the matter; None if no visit is promised."""
    running = Clock.objects.filter(matter=matter, stopped_on__isnull=True)
    found: date | None = running.filter(limit__promise__in=kept_by_visit("")).aggregate(
        first=Min("promised_on")
    )["first"]
    return found


def _go(request: Request, matter: Matter, form: OfferForm, make: Any) -> HttpResponse:
    path = once(
        form.cleaned_data["once"],
        lambda: make(request, matter, form),
        by=request.actor,
        now=request.now,
    )
    notices.success(request, _("The resident is told."))
    return redirect(path)


def _book(request: Request, matter: Matter, form: OfferForm) -> str:
    times = list(form.cleaned_data["times"])
    if len(times) != 1:
        raise NotPossible(_("Choose exactly one time to book."))
    appointment = booking.book(matter, times[0], by=request.actor, now=request.now)
    return reverse("booking:appointment", args=[appointment.pk])


def _offer(request: Request, matter: Matter, form: OfferForm) -> str:
    times = list(form.cleaned_data["times"])
    offering.offer(matter, times, answer_by=form.until(), by=request.actor, now=request.now)
    return reverse("booking:offer", args=[matter.pk])


def _answer(request: Request, found: Offer) -> str:
    by, now = request.actor, request.now
    chosen = request.POST.get("time", "")
    if chosen == "none":
        offering.decline_offer(found, by=by, now=now)
        notices.success(request, _("You declined. The unit will be in touch."))
        return reverse("booking:mine")
    taken = get_object_or_404(
        Appointment.objects.select_related("matter"),
        offer=found,
        pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0,
    )
    with transaction.atomic():
        booked = offering.accept_offer(taken, by=by, now=now)
    notices.success(request, _("The time is booked."))
    return reverse("booking:appointment", args=[booked.pk])


def _find(offer_id: int) -> Offer:
    rows = Offer.objects.select_related("matter__service", "matter__resident", "professional", "unit")
    return get_object_or_404(rows, pk=offer_id)


def _open_offer(matter: Matter, now: datetime) -> Offer | None:
    waiting = Offer.objects.filter(matter=matter, state=Offer.State.OPEN, answer_by__gt=now)
    return waiting.prefetch_related("times__professional").first()


def _in_a_week(now: datetime) -> date:
    return date.fromordinal(helsinki.today(now).toordinal() + 7)


def _numbers(values: Any) -> set[int]:
    return {int(value) for value in values or [] if str(value).isdecimal()}
