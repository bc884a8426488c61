"""One line of the screen: whose, what, when, and who takes it, with the words why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.absences.actions.sharing import MATTER, OFFER, TASK, VISIT
from kehra.serve.absences.rules import USUAL, Deed, Proposal, Span, Visit, Why, closeness
from kehra.serve.absences.views.plan import Plan, open_to_change, span_of
from kehra.serve.booking.rules import told
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.rules import Standing, standing
from kehra.serve.tasks.signals import MATTER as OPEN_MATTER

FEW = 6  # later times to choose from in a row

WORDS: dict[Why, str | Promise] = {
    Why.MEETS: gettext_lazy("meets the resident anyway"),
    Why.OWN: gettext_lazy("the resident's own worker"),
    Why.MET: gettext_lazy("has met the resident"),
    Why.LANGUAGE: gettext_lazy("speaks the resident's language"),
    Why.FREE: gettext_lazy("has this time free"),
    Why.LEAST: gettext_lazy("has the least to take over"),
    Why.SOONEST: gettext_lazy("the first time that suits"),
    Why.NOBODY: gettext_lazy("nobody is free"),
    Why.QUIET: gettext_lazy("nothing waits before they are back"),
}


@dataclass(frozen=True)
class Option:
    value: str
    words: str
    chosen: bool = False


@dataclass
class Row:
    """What the template draws. `fixed` says why nothing can be chosen here."""

    name: str
    holder: str
    what: list[str]
    urgency: int
    resident: Resident | None = None
    matter_id: int | None = None
    language: str = ""
    start: datetime | None = None
    end: datetime | None = None
    stands: Standing = field(default_factory=lambda: Standing("none"))
    options: list[Option] = field(default_factory=list)
    proposal: Proposal | None = None
    why: str = ""
    fixed: str = ""
    error: str = ""


@dataclass
class Screen:
    """The rows in their three parts; `quiet` are the matters in which nothing waits."""

    visits: list[Row]
    waiting: list[Row]
    quiet: list[Row]

    def all(self) -> list[Row]:
        return [*self.visits, *self.waiting, *self.quiet]


def screen_of(plan: Plan, sent: dict[str, str], errors: dict[str, str], now: datetime) -> Screen:
    """The rows with what was sent chosen, else what is proposed."""
    languages = _languages(plan)

    def finish(row: Row) -> Row:
        row.error = errors.get(row.name, "")
        if row.resident is not None and row.resident.pk in plan.work.hidden:
            return Row(
                row.name, row.holder, [], row.urgency, start=row.start, end=row.end, fixed=_not_to_be_seen()
            )
        if row.resident is not None and row.resident.language != USUAL:
            row.language = languages.get(row.resident.language, row.resident.language)
        wanted = sent.get(row.name, _value(row.proposal))
        row.options = [Option(one.value, one.words, one.value == wanted) for one in row.options]
        return row

    visits = [finish(row) for row in _visits(plan, now)]
    matters = [(matter, finish(_matter(plan, matter, now))) for matter in plan.work.matters]
    return Screen(
        visits,
        [row for matter, row in matters if plan.work.waits(matter)]
        + [finish(row) for row in _tasks(plan, now)],
        [row for matter, row in matters if not plan.work.waits(matter)],
    )


def _not_to_be_seen() -> str:
    return _("You may not see this resident. Ask a colleague to share this one.")


def _languages(plan: Plan) -> dict[str, str]:
    codes = Code.objects.filter(system__uri="language").order_by("valid_from")
    return {code.code: localised(code.names) for code in codes}


def _value(proposal: Proposal | None) -> str:
    if proposal is None:
        return ""
    return proposal.deed.value if proposal.target is None else f"{proposal.deed.value}:{proposal.target}"


def _why(proposal: Proposal) -> str:
    return ", ".join(str(WORDS[why]) for why in proposal.why)


def _holder(plan: Plan, professional_id: int | None) -> str:
    absence = plan.work.absences.get(professional_id or 0)
    return absence.professional.name if absence else ""


def _standing(plan: Plan, matter: Matter, now: datetime) -> Standing:
    return standing(plan.promises.get(matter.pk), helsinki.today(now))


def _visits(plan: Plan, now: datetime) -> Iterable[Row]:
    for visit in plan.work.visits:
        row = Row(
            name=f"{VISIT}-{visit.pk}",
            holder=_holder(plan, visit.professional_id),
            what=[localised(visit.matter.service.names)],
            urgency=visit.matter.urgency,
            resident=visit.matter.resident,
            matter_id=visit.matter_id,
            start=visit.starts_at,
            end=visit.ends_at,
            stands=_standing(plan, visit.matter, now),
        )
        if open_to_change(visit, now):
            row.proposal = plan.visits[visit.pk]
            row.why = _why(row.proposal)
            row.options = list(_visit_options(plan, visit.pk, span_of(visit)))
        else:
            row.fixed = _("It has begun, or the resident has come. Deal with it on the page of the day.")
        yield row
    for offer in plan.work.offers:
        yield Row(
            name=f"{OFFER}-{offer.pk}",
            holder=", ".join(sorted(one.professional.name for one in plan.work.absences.values())),
            what=[localised(offer.matter.service.names), _("Times were offered, and the answer is awaited")],
            urgency=offer.matter.urgency,
            resident=offer.matter.resident,
            matter_id=offer.matter_id,
            stands=_standing(plan, offer.matter, now),
            proposal=Proposal(offer.pk, Deed.CANCEL),
            options=[Option(Deed.CANCEL.value, _("Take the offer back; the unit offers other times"))],
        )


def _visit_options(plan: Plan, pk: int, span: Span) -> Iterable[Option]:
    case = plan.cases[pk]
    fit = [
        one
        for one in plan.values.values()
        if one.pk in case.may and one.profession == case.profession and one.can_meet(span)
    ]
    for one in sorted(fit, key=lambda one: (not one.has_free(span), *closeness(case, one))):
        rank = closeness(case, one)[0]
        known = [str(WORDS[Why.OWN])] if rank == 0 else [str(WORDS[Why.MET])] if rank == 1 else []
        free = str(WORDS[Why.FREE]) if one.has_free(span) else _("has published no time then")
        words = f"{plan.colleagues[one.pk].name} ({', '.join([*known, free])})"
        yield Option(f"{Deed.GIVE.value}:{one.pk}", words)
    proposed = plan.visits[pk].target if plan.visits[pk].deed == Deed.MOVE else None
    times = [time for time in plan.later if time.suits(Visit(case, span))]
    near = sorted(times, key=lambda time: (time.pk != proposed, time.span.start, time.pk))[:FEW]
    for later in sorted(near, key=lambda time: (time.span.start, time.pk)):
        time = plan.times[later.pk]
        words = _("Move: %(time)s, %(name)s") % {"time": told(time.starts_at), "name": time.professional.name}
        remote = f", {time.get_manner_display()}" if time.remote else ""
        yield Option(f"{Deed.MOVE.value}:{later.pk}", words + remote)
    yield Option(Deed.CANCEL.value, _("Cancel, and the unit calls the resident"))


def _matter(plan: Plan, matter: Matter, now: datetime) -> Row:
    case, proposal = plan.matter_cases[matter.pk], plan.matters[matter.pk]
    fit = [one for one in plan.values.values() if one.pk in case.may and one.pk not in plan.work.absences]
    fit.sort(key=lambda one: (one.profession != case.profession, *closeness(case, one)))
    tasks = plan.work.waiting.get(matter.pk, ())
    return Row(
        name=f"{MATTER}-{matter.pk}",
        holder=_holder(plan, matter.responsible_id),
        what=[
            localised(matter.service.names),
            *dict.fromkeys(task.words for task in tasks if task.kind != OPEN_MATTER.name),
        ],
        urgency=matter.urgency,
        resident=matter.resident,
        matter_id=matter.pk,
        stands=_standing(plan, matter, now),
        proposal=proposal,
        why=_why(proposal),
        options=[*_people(plan, [one.pk for one in fit]), *_elsewhere()],
    )


def _tasks(plan: Plan, now: datetime) -> Iterable[Row]:
    """Tasks that are given one by one. The first colleague of the same profession is proposed, by turns."""
    present = [one for one in plan.values.values() if one.pk not in plan.work.absences]
    for number, task in enumerate(plan.work.tasks):
        holder = plan.work.absences[task.professional_id or 0].professional
        same = [one.pk for one in present if one.profession == holder.profession]
        others = [one.pk for one in present if one.profession != holder.profession]
        target = same[number % len(same)] if same else None
        proposal = Proposal(
            task.pk, Deed.GIVE if target else Deed.DESK, target, (Why.LEAST if target else Why.NOBODY,)
        )
        yield Row(
            name=f"{TASK}-{task.pk}",
            holder=holder.name,
            what=[task.words] if task.matter is None else [localised(task.matter.service.names), task.words],
            urgency=task.urgency,
            resident=task.resident,
            matter_id=task.matter_id,
            stands=standing(task.due_on, helsinki.today(now)),
            proposal=proposal,
            why=_why(proposal),
            options=[*_people(plan, [*same, *others]), *_elsewhere()],
        )


def _people(plan: Plan, pks: Iterable[int]) -> list[Option]:
    return [Option(f"{Deed.GIVE.value}:{pk}", plan.colleagues[pk].name) for pk in pks]


def _elsewhere() -> list[Option]:
    return [
        Option(Deed.DESK.value, _("To the unit's desk, for whoever takes it")),
        Option(Deed.STAY.value, _("Waits until they are back")),
    ]


def summary(screen: Screen, chosen: Callable[[Row], str]) -> dict[str, Any]:
    """What the choices come to: how many of each deed, and whose promise breaks."""
    deeds = [chosen(row).partition(":")[0] for row in screen.visits if not row.fixed]
    return {
        "same": deeds.count(Deed.GIVE),
        "moved": deeds.count(Deed.MOVE),
        "cancelled": deeds.count(Deed.CANCEL),
        "fixed": [row for row in screen.all() if row.fixed],
        "breaking": [row for row in screen.visits if row.proposal is not None and row.proposal.late],
        "waiting": len(screen.waiting),
    }
