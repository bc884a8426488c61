"""Free times are published and taken back."""

from datetime import timedelta

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import publishing
from kehra.serve.booking.forms import PublishForm
from kehra.serve.booking.models.appointments import not_taken
from kehra.serve.booking.models.times import BookingList, FreeTime
from kehra.serve.booking.permissions import PUBLISH
from kehra.serve.booking.views.choosing import find_time
from kehra.serve.booking.views.timetable import place_of

SHOWN = 30  # free times on one page under the form


@asks(PUBLISH)
@require_http_methods(["GET", "POST"])
def publish(request: Request) -> HttpResponse:
    """The form, and under it the times of the unit's lists that nobody has taken."""
    by, now = request.actor, request.now
    lists = _lists(request)
    own = lists.filter(professional=by.professional_id).first() or lists.first()
    if own is None:
        raise Http404
    require(by, PUBLISH, own, now=now)
    data = request.POST if request.method == "POST" else None
    tomorrow = helsinki.today(now) + timedelta(days=1)
    form = PublishForm(data, lists=lists, initial={"booking_list": own, "first_day": tomorrow})
    if request.method == "POST" and form.is_valid():
        try:
            path = once(form.cleaned_data["once"], lambda: _publish(request, form), by=by, now=now)
            return redirect(path)
        except NotPossible as reason:
            form.add_error(None, str(reason))
    free = not_taken(FreeTime.objects.filter(booking_list__in=lists, period__startswith__gt=now), now)
    times = free.select_related("professional", "booking_list__site").order_by("period__startswith", "pk")
    page = Paginator(times, SHOWN).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "times": [(time, place_of(time)) for time in page]}
    return render(request, "booking/publish.html", context, status=422 if form.errors else 200)


@asks(PUBLISH)
@require_POST
def withdraw(request: Request, time_id: int) -> HttpResponse:
    """A time that nobody has is taken back."""
    publishing.withdraw_time(find_time(time_id), by=request.actor, now=request.now)
    notices.success(request, _("The time was taken back."))
    return redirect("booking:publish")


def _lists(request: Request) -> "QuerySet[BookingList]":
    today = helsinki.today(request.now)
    lists = BookingList.objects.on(today).filter(unit=request.actor.unit_id)
    return lists.select_related("professional", "unit", "site").order_by("professional__family_name", "pk")


def _publish(request: Request, form: PublishForm) -> str:
    data = form.cleaned_data
    made = publishing.publish_times(
        data["booking_list"],
        form.starts(),
        length=timedelta(minutes=data["length"]),
        manner=data["manner"],
        service=data["service"],
        bookable_by_resident=data["bookable"],
        by=request.actor,
        now=request.now,
    )
    text = ngettext("%(number)s time was published.", "%(number)s times were published.", len(made))
    notices.success(request, text % {"number": len(made)})
    return reverse("booking:publish")
