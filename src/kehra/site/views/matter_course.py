"""What was promised in a matter and what has happened in it: the same for all who see it, except for
the parts whose words are not for them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kehra.kernel.access.actors import Actor
from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.journal.models import Activity, JournalEntry
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import PauseReason
from kehra.serve.matters import signals
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.permissions import parts_seen
from kehra.serve.tasks.rules import Standing, standing

_A_DAY = timedelta(days=1)

# An entry stands in the course itself, so the sentence that it was written is left out.
_TOLD_BY_ENTRIES = {signals.WRITTEN.name, signals.CORRECTED.name}


@dataclass(frozen=True)
class Promise:
    """One clock in words: what is promised, how it stands, the day of law if another one is promised."""

    clock: Clock
    what: str
    ground: str
    standing: Standing
    due_on: date
    statutory_on: date
    pause_reason: str = ""
    may_pause: bool = False  # whether some reason allows a pause of it today

    @property
    def moved(self) -> bool:
        """Whether pauses have moved the day from that of the law."""
        return self.due_on != self.statutory_on


def promises(matter: Matter, now: datetime) -> list[Promise]:
    """The promises of the matter, running ones first, the soonest first."""
    clocks = Clock.objects.filter(matter=matter).select_related("limit").prefetch_related("pauses__reason")
    today = helsinki.today(now)
    reasons = list(PauseReason.objects.on(today))
    made = [_promise(clock, reasons, today) for clock in clocks]
    return sorted(made, key=lambda promise: (not promise.clock.running, promise.due_on))


def _promise(clock: Clock, reasons: list[PauseReason], today: date) -> Promise:
    pause = next((pause for pause in clock.pauses.all() if pause.open), None)
    if clock.running:
        stands = standing(clock.promised_on, today, paused=pause is not None)
    else:
        stands = Standing("kept" if clock.kept else "broken")
    return Promise(
        clock=clock,
        what=localised(clock.limit.title),
        ground=localised(clock.limit.ground),
        standing=stands,
        due_on=clock.due_on(today) if pause is not None else clock.promised_on,
        statutory_on=clock.statutory_on,
        pause_reason=str(pause.reason) if pause else "",
        may_pause=clock.running and any(reason.holds_for(clock.limit, today) for reason in reasons),
    )


@dataclass(frozen=True)
class Happening:
    """One knot of the thread: a sentence of the journal, or an entry. `seen` is False for an entry of
    which the reader may only know that it exists."""

    at: datetime
    sentence: str = ""
    promise: str = ""  # which promise the sentence is about
    unit: str = ""
    entry: Entry | None = None
    seen: bool = True
    corrected: bool = False
    entered_at: datetime | None = None  # when it was entered, if that was later than it happened


def course(by: Actor, matter: Matter, now: datetime) -> list[Happening]:
    """What has happened, the oldest first. The days keep the database from looking into other months."""
    notes = list(
        JournalEntry.objects.filter(matter_id=matter.pk, at__gte=matter.opened_at, at__lt=now + _A_DAY)
        .exclude(activity__in=_TOLD_BY_ENTRIES)
        .order_by("seq")
    )
    entries = list(matter.entries.select_related("professional", "unit"))
    units = Unit.objects.in_bulk({note.unit_id for note in notes if note.unit_id is not None})
    corrected = {entry.supersedes_id for entry in entries}
    limits = {clock.limit.code: clock.limit for clock in matter.clocks.select_related("limit")}
    titles = {code: localised(limit.title) for code, limit in limits.items()}
    told = _once([_told(note, units, titles) for note in notes if Activity.named(note.activity).shown])
    written = [
        Happening(
            entry.happened_at or entry.written_at,
            entry=entry,
            seen=seen,
            corrected=entry.pk in corrected,
            entered_at=entry.written_at if entry.happened_at else None,
        )
        for entry, seen in parts_seen(by, matter, entries, now=now)
    ]
    return sorted([*told, *written], key=lambda happening: happening.at)


def _told(note: JournalEntry, units: dict[Any, Unit], titles: dict[str, str]) -> Happening:
    by_worker = note.role not in {"resident", "system"}
    unit = units.get(note.unit_id) if by_worker else None
    return Happening(
        note.happened_at,
        sentence=note.sentence(),
        promise=titles.get(note.data.get("limit", ""), ""),
        unit=str(unit) if unit else "",
        # What was told again in the matter of the right person was entered at its time.
        entered_at=note.at if note.at != note.happened_at and not note.data.get("corrected") else None,
    )


def _once(told: list[Happening]) -> list[Happening]:
    """Without what is said twice at one moment."""
    said = {(happening.at, happening.sentence, happening.promise): happening for happening in told}
    return list(said.values())


def outcome(matter: Matter, now: datetime) -> str:
    """How the matter ended, in words; empty while it is open."""
    if matter.is_open:
        return ""
    codes = Code.objects.on(helsinki.today(now)).filter(system__uri="outcome", code=matter.outcome)
    code = codes.first()
    return localised(code.names) if code else matter.outcome
