"""A professional works in a matter: takes it, gives it on, writes, judges its urgency, closes it."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people.models import Address
from kehra.kernel.time import helsinki
from kehra.serve.matters.actions import work
from kehra.serve.matters.forms import CloseForm, EntryForm, GiveForm, UrgencyForm
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.permissions import ADDRESS, ANSWER_FOR, READ, WORK
from kehra.serve.matters.views.opening import form_page, matter_for, posted


@asks(ANSWER_FOR)
@require_POST
def take(request: Request, matter_id: int) -> HttpResponse:
    """The actor becomes responsible."""
    matter = get_object_or_404(Matter, pk=matter_id)
    work.take(matter, by=request.actor, now=request.now)
    notices.success(request, _("You took the matter. You are now responsible for it."))
    return redirect("matter", matter_id)


@asks(READ)
@require_http_methods(["GET", "POST"])
def give(request: Request, matter_id: int) -> HttpResponse:
    """A colleague becomes responsible."""
    matter = matter_for(request, matter_id, ANSWER_FOR)
    form = GiveForm(posted(request), unit=matter.unit, today=helsinki.today(request.now))
    if request.method == "POST" and form.is_valid():
        professional = form.cleaned_data["professional"]
        work.give(matter, professional, by=request.actor, now=request.now)
        told = _("%(name)s is now responsible for the matter.") if professional else _("The matter waits.")
        notices.success(request, told % {"name": professional.name} if professional else told)
        return redirect("matter", matter_id)
    return form_page(request, matter, form, title=_("Give to a colleague"), button=_("Give"))


@asks(READ)
@require_http_methods(["GET", "POST"])
def write(request: Request, matter_id: int) -> HttpResponse:
    """An entry."""
    return _write(request, matter_for(request, matter_id, WORK), None)


@asks(READ)
@require_http_methods(["GET", "POST"])
def correct(request: Request, matter_id: int, entry_id: int) -> HttpResponse:
    """An entry that corrects an earlier one of the same writer; both stay."""
    matter = matter_for(request, matter_id, WORK)
    own = matter.entries.filter(professional=request.actor.professional_id, professional__isnull=False)
    return _write(request, matter, get_object_or_404(own, pk=entry_id))


def _write(request: Request, matter: Matter, corrected: Entry | None) -> HttpResponse:
    initial = {"text": corrected.text} if corrected else {}
    form = EntryForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        notices.success(request, _("Your entry was saved. The resident sees it."))

        def make() -> str:
            text = form.cleaned_data["text"]
            work.write(matter, text, by=request.actor, now=request.now, supersedes=corrected)
            return reverse("matter", args=[matter.pk])

        return redirect(once(form.cleaned_data["once"], make, by=request.actor, now=request.now))
    if corrected is None:
        return form_page(request, matter, form, title=_("Write an entry"), button=_("Save the entry"))
    text = _("The earlier text stays to be seen as corrected; yours takes its place.")
    return form_page(request, matter, form, title=_("Correct an entry"), button=_("Save"), text=text)


@asks(READ)
@require_http_methods(["GET", "POST"])
def urgency(request: Request, matter_id: int) -> HttpResponse:
    """A professional's judgement replaces what the form or the caller said."""
    matter = matter_for(request, matter_id, WORK)
    form = UrgencyForm(posted(request), initial={"urgency": matter.urgency})
    if request.method == "POST" and form.is_valid():
        work.set_urgency(matter, form.cleaned_data["urgency"], by=request.actor, now=request.now)
        notices.success(request, _("The urgency was saved."))
        return redirect("matter", matter_id)
    return form_page(request, matter, form, title=_("Assess the urgency"), button=_("Save"))


@asks(READ)
@require_http_methods(["GET", "POST"])
def close(request: Request, matter_id: int) -> HttpResponse:
    """Asks how it ended, and says what closing does to whom."""
    matter = matter_for(request, matter_id, ANSWER_FOR)
    form = CloseForm(posted(request), today=helsinki.today(request.now))
    if request.method == "POST" and form.is_valid():
        work.close(matter, form.cleaned_data["outcome"], by=request.actor, now=request.now)
        notices.success(request, _("The matter was closed. The resident was told."))
        return redirect("matter", matter_id)
    text = _(
        "The promises of this matter stop, nobody can write in it any more, and the resident is told. "
        "A closed matter is not opened again: a new need is a new matter."
    )
    title = _("Close the matter?")
    return form_page(request, matter, form, title=title, button=_("Close the matter"), text=text, final=True)


@asks(ADDRESS)
@require_GET
def address(request: Request, matter_id: int) -> HttpResponse:
    """Where the resident lives: asked for apart, so that the log tells who wanted to know."""
    matter = get_object_or_404(Matter.objects.select_related("resident__municipality"), pk=matter_id)
    require(request.actor, ADDRESS, matter, now=request.now)
    found = Address.objects.filter(resident=matter.resident_id).first()
    return render(request, "matters/address.html", {"matter": matter, "address": found})
