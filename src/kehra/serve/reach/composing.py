"""What a letter says: in the receiver's language, in plain words, frozen as it was printed. It may name the
visit and what was written, for it is inside an envelope."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from kehra.kernel.codes.texts import localised
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import LimitRow
from kehra.serve.booking.models.appointments import COMING, Appointment
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.interpreting.rules import language_name
from kehra.serve.messages.models import Message, Notification


def about(row: Notification) -> list[int]:
    """The resident whom it tells of, when that is not the receiver."""
    matter = row.message.matter if row.message else row.matter
    return [matter.resident_id] if matter and matter.resident_id != row.receiver_id else []


def body(receiver: Resident, rows: Sequence[Notification], unit: Unit, now: datetime) -> dict[str, Any]:
    """The letter's words: who sends it, when, a heading, one part for each thing, and how to answer."""
    with translation.override(receiver.written_language):
        others = sorted({pk for row in rows for pk in about(row)})
        return {
            "about": others,
            "county": localised(unit.county.names),
            "sender": _sender(unit),
            "day": _day(now),
            "heading": _heading(others),
            "parts": _joined(_part(row, now) for row in rows),
            "closing": _closing(unit),
        }


def _sender(unit: Unit) -> list[str]:
    lines = [localised(unit.names)]
    if unit.site is not None:
        lines.append(f"{unit.site.street}, {unit.site.postcode} {localised(unit.site.municipality.names)}")
    return [*lines, unit.phone] if unit.phone else lines


def _heading(others: Sequence[int]) -> str:
    if not others:
        return _("News for you")
    names = [one.name for one in Resident.objects.filter(pk__in=others).order_by("pk")]
    return _("News about the matters of %(name)s") % {"name": ", ".join(names)}


def _closing(unit: Unit) -> list[str]:
    lines = [_("You need not answer this letter.")]
    if unit.phone:
        lines = [
            _("Do you want to ask something, or change the time? Call us: %(phone)s.") % {"phone": unit.phone}
        ]
    return [*lines, _("Life in danger: 112. Urgent help and advice, day and night: 116 117.")]


def _joined(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was told one after the other of the same thing stands under one title, each sentence once."""
    joined: list[dict[str, Any]] = []
    for part in parts:
        if not (joined and part["title"] and joined[-1]["title"] == part["title"]):
            joined.append({"title": part["title"], "lines": []})
        lines = joined[-1]["lines"]
        lines += [line for line in part["lines"] if line not in lines]
    return [part for part in joined if part["lines"]]


def _part(row: Notification, now: datetime) -> dict[str, Any]:
    message = row.message
    if message is None:
        return {"title": "", "lines": [row.text]}
    if message.text:
        return {"title": _written(message), "lines": _paragraphs(message)}
    sentence = Activity.named(message.activity).say(message.data) + _which(message)
    return {"title": localised(message.matter.service.names), "lines": [sentence, *_visit(message, now)]}


def _which(message: Message) -> str:
    """Which promise the sentence is about: a matter has several, each with its day."""
    limit = LimitRow.objects.filter(code=message.data.get("limit", "")).order_by("valid_from").last()
    return f" {localised(limit.title)}." if limit is not None else ""


def _written(message: Message) -> str:
    day = _day(message.sent_at)
    if message.professional is None:
        return _("A message of %(day)s") % {"day": day}
    return _("%(name)s wrote to you, %(day)s") % {"name": message.professional.name, "day": day}


def _paragraphs(message: Message) -> list[str]:
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    if message.attachments.exists():
        lines.append(_("Files came with this message. Ask us, and you get them on paper."))
    return lines


def _visit(message: Message, now: datetime) -> Iterable[str]:
    """When, where and with whom, of a visit that the notice is about and that is still to come."""
    number = message.data.get("appointment")
    if not isinstance(number, int):
        return []
    rows = Appointment.objects.with_names().filter(pk=number, matter=message.matter_id, state__in=COMING)
    visit = rows.filter(period__endswith__gt=now).first()
    return [] if visit is None else [*_facts(visit), *_interpreter(visit)]


def _facts(visit: Appointment) -> list[str]:
    start, end = helsinki.wall_clock(visit.starts_at).time, helsinki.wall_clock(visit.ends_at).time
    site = visit.site
    where = str(visit.get_manner_display())
    if site is not None:
        where = (
            f"{localised(site.names)}, {site.street}, {site.postcode} {localised(site.municipality.names)}"
        )
    return [
        _("When: %(day)s at %(start)s–%(end)s")
        % {"day": _day(visit.starts_at), "start": _clock(start), "end": _clock(end)},
        _("Where: %(place)s") % {"place": where},
        _("With whom: %(name)s") % {"name": visit.professional.name},
    ]


def _interpreter(visit: Appointment) -> list[str]:
    asked = InterpreterRequest.objects.filter(appointment=visit).exclude(state=State.CANCELLED).first()
    if asked is None or asked.state == State.NOT_AVAILABLE:
        return []
    return [_("An interpreter has been ordered: %(language)s") % {"language": language_name(asked.language)}]


def _day(moment: datetime) -> str:
    return formats.date_format(helsinki.today(moment), "l j.n.Y")


def _clock(time: Any) -> str:
    between = ":" if translation.get_language() == "en" else "."
    return f"{time.hour}{between}{time.minute:02}"
