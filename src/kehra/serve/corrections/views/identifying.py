"""Who an unidentified resident is."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.serve.contacts.permissions import IDENTIFY
from kehra.serve.corrections.actions import identifying
from kehra.serve.corrections.actions.identifying import KnownAlready, Names
from kehra.serve.corrections.forms import IdentifyForm
from kehra.serve.matters.models.matter import Matter


@asks(IDENTIFY)
@require_http_methods(["GET", "POST"])
def identify(request: Request, matter_id: int) -> HttpResponse:
    """Gives the code; one that somebody has leads to where the two records are compared."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service"), pk=matter_id)
    require(by, IDENTIFY, matter, now=now)
    form = IdentifyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            names = Names(data["given_names"], data["family_name"])
            identifying.identify(matter, data["code"], names, by=by, now=now)
            return reverse("matter", args=[matter.pk])

        try:
            path = once(data["once"], make, by=by, now=now)
        except KnownAlready as known:
            notices.info(request, str(known))
            return redirect("corrections:compare", matter.resident_id, known.resident.pk)
        except NotPossible as impossible:
            form.add_error("code", str(impossible))
        else:
            notices.success(request, _("The resident was identified."))
            return redirect(path)
    codes = matter.resident.identifiers.order_by("since", "pk")
    context = {"form": form, "matter": matter, "codes": codes}
    return render(request, "corrections/identify.html", context, status=422 if form.errors else 200)
