"""A resident says what they need: one question a page, every answer changeable until it is sent."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.models import Duty
from kehra.kernel.accounts.once import OnceForm, once
from kehra.kernel.catalogue.models import EverydayNeed, Offering, Service
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.library.forms.answering import answers_from
from kehra.library.forms.questions import Question, questions
from kehra.library.operating_models.first_contact import first_contact_form
from kehra.serve.contacts import rules
from kehra.serve.contacts.actions import writing
from kehra.serve.contacts.forms import QuestionForm, ReachForm, StartForm, WordsForm
from kehra.serve.contacts.models import Contact
from kehra.serve.contacts.permissions import DISCARD, READ, START, WRITE

MOST_SUGGESTED = 6


@asks(START)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """The first page: own words, or one of the everyday needs."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident.objects.select_related("county"), pk=by.resident_id)
    require(by, START, resident, now=now)
    needs = EverydayNeed.objects.filter(county=resident.county_id).select_related("service")
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = form.cleaned_data["need"]
        chosen = get_object_or_404(needs, pk=wanted) if wanted else None

        def begin() -> str:
            contact = writing.begin(
                resident,
                words=form.cleaned_data["words"],
                service=chosen.service if chosen else None,
                by=by,
                now=now,
            )
            return reverse(
                "contacts:words" if chosen and not contact.words else "contacts:service", args=[contact.pk]
            )

        return redirect(once(form.cleaned_data["once"], begin, by=by, now=now))
    drafts = Contact.objects.drafts_of(by.user_id, resident)
    return _page(request, "start", {"form": form, "needs": needs, "drafts": drafts, "resident": resident})


@asks(READ, WRITE)
@require_http_methods(["GET", "POST"])
def words(request: Request, contact_id: int) -> HttpResponse:
    """The own words, to be changed; after an everyday choice, to be added."""
    contact = _own(request, contact_id)
    if contact.sent:
        return _to_sent(contact)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        required=contact.service is None,
        initial={"words": contact.words},
    )
    if form.is_valid():
        said = form.cleaned_data["words"]
        writing.say(contact, said, by=request.actor, now=request.now)
        return redirect(_after(request, contact, "words"))
    return _page(request, "words", _flow(contact, "words") | {"form": form})


@asks(READ, WRITE)
@require_http_methods(["GET", "POST"])
def service(request: Request, contact_id: int) -> HttpResponse:
    """What the need may be about: suggestions from the own words, each with who gives it where."""
    contact = _own(request, contact_id)
    if contact.sent:
        return _to_sent(contact)
    error = ""
    if request.method == "POST":
        wanted = request.POST.get("service", "")
        of_county = Service.objects.on(helsinki.today(request.now)).filter(county=contact.county_id)
        chosen = of_county.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else None
        try:
            if chosen is not None:
                writing.choose(contact, chosen, by=request.actor, now=request.now)
                return redirect(_after(request, contact, "service"))
            error = _("Choose the one that is nearest to your need.")
        except NotPossible as impossible:
            error = str(impossible)
    return _page(
        request, "service", _flow(contact, "service") | _suggestions(contact, request) | {"error": error}
    )


@asks(READ, WRITE)
@require_http_methods(["GET", "POST"])
def question(request: Request, contact_id: int, link_id: str) -> HttpResponse:
    """One question. An answer that tells of a danger is sent at once."""
    contact = _own(request, contact_id)
    if contact.sent or contact.service is None:
        return _to_sent(contact) if contact.sent else redirect("contacts:service", contact.pk)
    asked = _question(link_id)
    form = QuestionForm(
        first_contact_form(), asked, contact, request.POST if request.method == "POST" else None
    )
    if form.is_valid():

        def answer() -> str:
            answered = writing.answer(contact, form.typed, by=request.actor, now=request.now)
            if answered.sent:
                return reverse("contacts:sent", args=[contact.pk])
            return _after(request, answered, link_id)

        return redirect(once(form.cleaned_data["once"], answer, by=request.actor, now=request.now))
    return _page(request, "question", _flow(contact, link_id) | {"form": form, "question": asked})


@asks(READ, WRITE)
@require_http_methods(["GET", "POST"])
def reach(request: Request, contact_id: int) -> HttpResponse:
    """How the resident wants to be answered."""
    contact = _own(request, contact_id)
    if contact.sent:
        return _to_sent(contact)
    chosen = "" if contact.wants_call is None else "yes" if contact.wants_call else "no"
    form = ReachForm(
        request.POST if request.method == "POST" else None,
        initial={"wants_call": chosen, "phone": contact.phone},
    )
    if form.is_valid():
        writing.reach(
            contact,
            form.cleaned_data["phone"],
            wants_call=form.cleaned_data["wants_call"] == "yes",
            by=request.actor,
            now=request.now,
        )
        return redirect("contacts:check", contact.pk)
    return _page(request, "reach", _flow(contact, "reach") | {"form": form})


@asks(READ, WRITE)
@require_http_methods(["GET", "POST"])
def check(request: Request, contact_id: int) -> HttpResponse:
    """Everything that was said, each with a way to change it; then it is sent."""
    contact = _own(request, contact_id)
    if contact.sent or contact.service is None:
        return _to_sent(contact) if contact.sent else redirect("contacts:service", contact.pk)
    unanswered = _must_answer(contact)
    if unanswered is not None:
        return redirect("contacts:question", contact.pk, unanswered)
    form = OnceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():

        def send() -> str:
            writing.send(contact, by=request.actor, now=request.now)
            return reverse("contacts:sent", args=[contact.pk])

        return redirect(once(form.cleaned_data["once"], send, by=request.actor, now=request.now))
    unit = contact.intake(request.now).unit
    context = {"form": form, "unit": unit, "is_open": unit.is_open(request.now)}
    context |= {"opens_at": unit.opens_at(request.now), "answers": answers_in_words(contact)}
    return _page(request, "check", _flow(contact, "check") | context)


@asks(READ, DISCARD)
@require_POST
def discard(request: Request, contact_id: int) -> HttpResponse:
    """Throws a draft away."""
    contact = _own(request, contact_id)
    if contact.sent:
        return _to_sent(contact)
    writing.discard(contact, by=request.actor, now=request.now)
    return redirect("/")


@asks(READ)
@require_GET
def sent(request: Request, contact_id: int) -> HttpResponse:
    """What happens next and by when; after a red flag, first of all whom to call now."""
    contact = _own(request, contact_id)
    if contact.matter is None:
        return redirect("contacts:check", contact.pk)
    unit, now = contact.matter.unit, request.now
    duty = Duty.objects.on(unit, now) if contact.red_flag else None
    running = contact.matter.clocks.filter(stopped_on__isnull=True).select_related("limit")
    context = {
        "contact": contact,
        "matter": contact.matter,
        "unit": unit,
        "promises": list(running.order_by("promised_on", "pk")),
        "is_open": unit.is_open(now),
        "opens_at": unit.opens_at(now),
        "on_duty": duty.assignment.professional if duty else None,
    }
    return _page(request, "urgent" if contact.red_flag else "sent", context)


def answers_in_words(contact: Contact) -> list[tuple[Question, str]]:
    """The questions that are asked, each with its answer in words; an empty one was not given."""
    form, language = first_contact_form(), get_language() or "fi"
    given, _errors = answers_from(form, contact.typed)
    return [
        (asked, ", ".join(_in_words(asked, value) for value in given.get(asked.link_id, ())))
        for asked in questions(form, language, given)
        if asked.visible and asked.type.asks
    ]


def _in_words(asked: Question, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return dict(asked.options).get(str(value), str(value))


def _own(request: Request, contact_id: int) -> Contact:
    contact = get_object_or_404(
        Contact.objects.select_related("resident__municipality", "county", "service", "matter__unit"),
        pk=contact_id,
    )
    require(request.actor, READ, contact, now=request.now)
    return contact


def _question(link_id: str) -> Question:
    for asked in questions(first_contact_form(), get_language() or "fi"):
        if asked.link_id == link_id and asked.type.asks:
            return asked
    raise Http404


def _must_answer(contact: Contact) -> str | None:
    """The first question that a person must answer and has not, such as that of dangers."""
    _given, errors = answers_from(first_contact_form(), contact.typed)
    return next(
        (link_id for link_id in rules.pages(first_contact_form(), contact.typed) if link_id in errors), None
    )


def _to_sent(contact: Contact) -> HttpResponse:
    return redirect("contacts:sent", contact.pk)


def _order(contact: Contact) -> list[str]:
    return ["words", "service", *rules.pages(first_contact_form(), contact.typed), "reach", "check"]


def _path(contact: Contact, step: str) -> str:
    if step in {"words", "service", "reach", "check"}:
        return reverse(f"contacts:{step}", args=[contact.pk])
    return reverse("contacts:question", args=[contact.pk, step])


def _after(request: Request, contact: Contact, step: str) -> str:
    """The next page; back to the check when a single answer was changed from there."""
    order = _order(contact)
    if "change" in request.GET:
        return _path(contact, "check")
    if step == "words" and contact.service is not None:
        step = "service"
    following = rules.page_after(order, step) if step in order else "check"
    return _path(contact, following or "check")


def _flow(contact: Contact, step: str) -> dict[str, Any]:
    """What every page of the flow shows: for whom, how far, and the way back."""
    order = _order(contact)
    before = rules.page_before(order, step) if step in order else None
    return {
        "contact": contact,
        "resident": contact.resident,
        "number": order.index(step) + 1 if step in order else 1,
        "of": len(order),
        "back": _path(contact, before) if before else reverse("contacts:new"),
    }


def _suggestions(contact: Contact, request: Request) -> dict[str, Any]:
    """The services nearest to the words, each with the offerings near the resident; without a hit, the
    everyday needs."""
    today = helsinki.today(request.now)
    of_county = Service.objects.on(today).filter(county=contact.county_id)
    found = (
        list(of_county.search(contact.words, get_language() or "fi")[:MOST_SUGGESTED])
        if contact.words
        else []
    )
    everyday = [
        need.service
        for need in EverydayNeed.objects.filter(county=contact.county_id).select_related("service")
    ]
    others = list({one.pk: one for one in everyday if one not in found}.values())
    places: dict[int, list[Offering]] = {}
    shown = Offering.objects.shown(today).filter(service__in=[*found, *others])
    for offering in shown.nearest_first(contact.resident.municipality_id):
        places.setdefault(offering.service_id, []).append(offering)
    return {"found": found, "others": others, "places": places}


def _page(request: Request, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, f"contacts/{name}.html", context, status=status)
