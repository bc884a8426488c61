"""A matter as those who work in it see it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import may
from kehra.kernel.access.requests import Request
from kehra.kernel.time import helsinki
from kehra.serve.interpreting.rules import language_name
from kehra.serve.matters.forms import EntryForm
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.permissions import ADDRESS, ANSWER_FOR, WORK, sight
from kehra.site.pages.filters import day_short
from kehra.site.views import matter_course, matter_sections
from kehra.site.views.matter_course import Happening
from kehra.site.views.matter_sections import (
    APPOINTMENTS,
    ASSESSMENT,
    CONTACT,
    CORRECTIONS,
    INTERPRETING,
    MESSAGES,
    REACH,
    RECORDS,
)

SECTIONS = (CONTACT, ASSESSMENT, APPOINTMENTS, INTERPRETING, MESSAGES, REACH, RECORDS, CORRECTIONS)


def page(request: Request, matter: Matter) -> HttpResponse:
    """The whole page, or only the matter, when it opens beside the desk's list."""
    beside = bool(request.htmx)
    template = "site/matter_staff.html#matter" if beside else "site/matter_staff.html"
    return render(request, template, _context(request, matter) | {"beside": beside})


def _context(request: Request, matter: Matter) -> dict[str, Any]:
    by, now = request.actor, request.now
    course = matter_course.course(by, matter, now)
    promises = matter_course.promises(matter, now)
    handover = matter.handovers.waiting().select_related("from_unit", "to_unit", "offering").first()
    works, may_see_address = may(by, WORK, matter, now=now), may(by, ADDRESS, matter, now=now)
    may_work = matter.is_open and works
    may_answer = matter.is_open and may(by, ANSWER_FOR, matter, now=now)
    return matter_sections.shown(SECTIONS, by, matter, now) | {
        "matter": matter,
        "resident": matter.resident,
        "facts": _facts(matter, now, reaches=works or may_see_address),
        "may_see_address": may_see_address,
        "promises": promises,
        "course": course,
        "may_work": may_work,
        "may_answer": may_answer,
        "entry_form": EntryForm() if may_work else None,
        "handover": handover,
        "was_asked": handover is not None and handover.to_unit_id == by.unit_id,
        "note_seen": handover is not None and _note_seen(by, matter, handover, now),
        "permits": _permits_to_ask(by, matter, course),
        "deeds": _deeds(matter, may_work, may_answer and handover is None, may_correct=works),
    }


def _facts(matter: Matter, now: datetime, *, reaches: bool) -> list[tuple[str, Any]]:
    """What must be known at once. `reaches` says whether the reader is to be in touch with the resident:
    a unit that is only asked is told no telephone."""
    resident = matter.resident
    age = resident.age_on(helsinki.today(now))
    facts: list[tuple[str, Any]] = [
        (_("Resident"), resident.name),
        (_("Age"), _("not known") if age is None else age),
        (_("Language"), language_name(resident.language)),
    ]
    if not resident.address_protected:  # the home municipality is protected with the address (661/2009 36 §)
        facts.insert(2, (_("Municipality"), resident.municipality or _("not known")))
    if resident.interpreter_language:
        facts.append((_("Interpreter"), language_name(resident.interpreter_language)))
    if resident.phone and reaches:
        facts.append((_("Telephone"), resident.phone))
    facts += [
        (_("Unit that answers"), matter.unit),
        (_("Responsible"), matter.responsible or _("nobody yet")),
        (_("Came in"), day_short(matter.opened_at)),
    ]
    if not matter.is_open:
        facts.append((_("How it ended"), matter_course.outcome(matter, now)))
    return facts


def _note_seen(by: Actor, matter: Matter, handover: Handover, now: datetime) -> bool:
    """A word to the receiver is a professional's text: the other sector reads it by permit only."""
    sector = handover.from_unit.sector
    return by.sector == sector or sight(by, matter, now).sees(sector, "entry")


def _permits_to_ask(by: Actor, matter: Matter, course: list[Happening]) -> list[dict[str, Any]]:
    """The sectors of which something stands here that this reader may not see, and whether the
    resident has been asked already."""
    hidden = {happening.entry.sector for happening in course if happening.entry and not happening.seen}
    hidden -= {by.sector, "other"}
    asked = set(
        matter.permits.filter(
            given_at__isnull=True, refused_at__isnull=True, asked_at__isnull=False
        ).values_list("from_sector", flat=True)
        if hidden
        else []
    )
    return [{"sector": sector, "asked": sector in asked} for sector in sorted(hidden)]


def _deeds(matter: Matter, may_work: bool, may_answer: bool, *, may_correct: bool) -> list[tuple[str, str]]:
    """What can be done now, in words, with where it is done."""
    wishes = [
        (may_work, _("Assess the urgency"), "matters:urgency"),
        (may_answer, _("Give to a colleague"), "matters:give"),
        (may_answer, _("Hand over to another unit"), "matters:transfer"),
        (may_answer, _("Guide to another service"), "matters:guide"),
        (may_answer, _("Close the matter"), "matters:close"),
        (may_correct, _("Correct a mistake"), "corrections:choose"),
    ]
    return [(words, reverse(name, args=[matter.pk])) for may_do, words, name in wishes if may_do]
