"""Everything that an absent worker of a unit has and that cannot wait unseen, with a proposal for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, Q

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import WORKING_ROLES, Absence, Assignment
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Professional, Restriction
from kehra.kernel.time import helsinki
from kehra.serve.absences.models import Share
from kehra.serve.absences.rules import (
    URGENT,
    USUAL,
    Case,
    Colleague,
    Deed,
    Later,
    Proposal,
    Span,
    Visit,
    share_matters,
    share_visits,
)
from kehra.serve.booking.models.appointments import COMING, Appointment, Offer, State, not_taken
from kehra.serve.booking.models.times import FreeTime, Manner
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import kin_at_work
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.signals import MATTER as OPEN_MATTER

LATER_DAYS = 21  # how far a visit may be moved


@dataclass
class Work:
    """What the absent workers have. `stays`: the matters of which it was decided that they wait. `hidden`:
    residents whom the one who shares may not see."""

    absences: dict[int, Absence]
    visits: list[Appointment] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)  # of no matter of the unit, or personal
    waiting: dict[int, list[Task]] = field(default_factory=dict)  # by matter
    stays: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)

    def residents(self) -> set[int]:
        """Everybody whom it is about."""
        own = [one.resident_id for one in self.visits] + [one.resident_id for one in self.matters]
        own += [one.matter.resident_id for one in self.offers]
        return {*own, *(one.resident_id for one in self.tasks if one.resident_id is not None)}

    def waits(self, matter: Matter) -> bool:
        """Whether something must be done in it before its holder is back."""
        if matter.pk in self.stays:
            return False
        last = self.absences[matter.responsible_id or 0].last_day
        return matter.urgency <= URGENT or any(
            task.kind != OPEN_MATTER.name or (task.due_on is not None and task.due_on <= last)
            for task in self.waiting.get(matter.pk, ())
        )


@dataclass
class Plan:
    """What the screen shows: the work, who could take it, and what is proposed."""

    work: Work
    colleagues: dict[int, Professional] = field(default_factory=dict)
    values: dict[int, Colleague] = field(default_factory=dict)
    times: dict[int, FreeTime] = field(default_factory=dict)
    later: list[Later] = field(default_factory=list)
    cases: dict[int, Case] = field(default_factory=dict)  # of visits, by the visit's pk
    matter_cases: dict[int, Case] = field(default_factory=dict)
    visits: dict[int, Proposal] = field(default_factory=dict)
    matters: dict[int, Proposal] = field(default_factory=dict)
    promises: dict[int, date] = field(default_factory=dict)  # by matter


def span_of(row: Any) -> Span:
    return Span(row.period.lower, row.period.upper)


def absences_of(unit: Unit, now: datetime) -> list[Absence]:
    """Who of the unit's workers is away now or soon, the first to go first."""
    working = Assignment.objects.on(helsinki.today(now)).filter(unit=unit, role__in=WORKING_ROLES)
    absences = Absence.objects.in_force(now).filter(professional__in=working.values("professional"))
    return list(absences.select_related("professional").order_by("period", "professional__family_name", "pk"))


def work_of(unit: Unit, *, by: Actor, now: datetime) -> Work:
    """All that they have in this unit. Seven queries, however much it is."""
    absences: dict[int, Absence] = {}
    for absence in absences_of(unit, now):
        absences.setdefault(absence.professional_id, absence)
    work = Work(absences)
    if not absences:
        return work
    visits = Appointment.objects.filter(unit=unit, professional__in=absences, state__in=COMING)
    work.visits = [
        visit
        for visit in visits.filter(period__endswith__gt=now).with_names().select_related("matter__resident")
        if span_of(visit).meets(span_of(absences[visit.professional_id]))
    ]
    work.visits.sort(key=lambda visit: (visit.matter.urgency, visit.starts_at, visit.pk))
    work.offers = _offers(unit, absences, now)
    stays = Share.objects.standing().filter(absence__in=absences.values(), deed=Deed.STAY)
    matters = Matter.objects.filter(unit=unit, responsible__in=absences, closed_at__isnull=True)
    work.stays = set(stays.filter(task=None, matter__isnull=False).values_list("matter_id", flat=True))
    work.matters = list(
        matters.select_related("service", "resident", "responsible").order_by("urgency", "pk")
    )
    tasks = Task.objects.waiting().filter(unit=unit, professional__in=absences).by_risk()
    tasks = tasks.exclude(pk__in=stays.exclude(task=None).values("task"))
    followed = {matter.pk for matter in work.matters}
    for task in tasks.select_related("matter__service", "resident", "professional"):
        of_matter = task.matter is not None and task.matter.unit_id == unit.pk and not task.personal
        if of_matter and task.matter_id in followed:
            work.waiting.setdefault(task.matter_id or 0, []).append(task)
        elif not of_matter:
            work.tasks.append(task)
    work.hidden = _hidden(work.residents(), unit, by)
    return work


def _offers(unit: Unit, absences: Mapping[int, Absence], now: datetime) -> list[Offer]:
    times = Appointment.objects.filter(unit=unit, professional__in=absences, state=State.OFFERED)
    within = [
        time.offer_id or 0
        for time in times.filter(hold_expires_at__gt=now)
        if span_of(time).meets(span_of(absences[time.professional_id]))
    ]
    offers = Offer.objects.filter(pk__in=within, state=Offer.State.OPEN)
    return list(offers.select_related("matter__service", "matter__resident").order_by("pk"))


def _hidden(residents: set[int], unit: Unit, by: Actor) -> set[int]:
    """Whom the one who shares may not see: themselves, their children, those who have forbidden the unit."""
    own = {pk for pk in residents if actors.own_holder(pk) in by.holders}
    forbidden = Restriction.objects.filter(resident__in=residents, unit=unit, withdrawn_at__isnull=True)
    return own | set(forbidden.values_list("resident_id", flat=True))


def plan_of(unit: Unit, *, by: Actor, now: datetime) -> Plan:
    """The work with a proposal for each thing of it."""
    plan = Plan(work_of(unit, by=by, now=now))
    if not plan.work.absences:
        return plan
    _find_colleagues(plan, unit, now)
    _find_times(plan, unit, now)
    _find_cases(plan, unit, now)
    visits = [Visit(plan.cases[one.pk], span_of(one)) for one in plan.work.visits if open_to_change(one, now)]
    plan.visits = share_visits(visits, plan.values.values(), plan.later)
    taken = {
        one.resident_id: plan.visits[one.pk].target or 0
        for one in plan.work.visits
        if one.pk in plan.visits and plan.visits[one.pk].deed == Deed.GIVE
    }
    free = [one for one in plan.values.values() if one.pk not in plan.work.absences]
    cases = [(plan.matter_cases[one.pk], plan.work.waits(one)) for one in plan.work.matters]
    plan.matters = share_matters(cases, free, taken)
    return plan


def open_to_change(visit: Appointment, now: datetime) -> bool:
    """Whether it can still be given on; what has begun is dealt with on the page of the day."""
    return visit.can_change and visit.starts_at > now


def _find_colleagues(plan: Plan, unit: Unit, now: datetime) -> None:
    working = Assignment.objects.on(helsinki.today(now)).filter(unit=unit, role__in=WORKING_ROLES)
    people = Professional.objects.filter(pk__in=working.values("professional"))
    plan.colleagues = {one.pk: one for one in people.order_by("family_name", "given_names", "pk")}
    until = max([now, *(visit.ends_at for visit in plan.work.visits)])
    of_them = {"professional__in": plan.colleagues, "period__overlap": (now, until)}
    busy: dict[int, list[Span]] = defaultdict(list)
    for visit in Appointment.objects.binding(now).filter(**of_them):
        busy[visit.professional_id].append(span_of(visit))
    for absence in Absence.objects.in_force(now).filter(professional__in=plan.colleagues):
        busy[absence.professional_id].append(span_of(absence))
    free: dict[int, list[Span]] = defaultdict(list)
    for time in not_taken(FreeTime.objects.filter(**of_them), now):
        free[time.professional_id].append(span_of(time))
    plan.values = {
        pk: Colleague(
            pk, one.profession, frozenset({USUAL, *one.languages}), tuple(busy[pk]), tuple(free[pk])
        )
        for pk, one in plan.colleagues.items()
    }


def _find_times(plan: Plan, unit: Unit, now: datetime) -> None:
    """Free times to which visits may be moved: of the unit, their own worker's after the absence too; and
    remote ones of units that offer the service to residents."""
    services = {visit.matter.service_id for visit in plan.work.visits}
    elsewhere = Q(
        booking_list__unit__offerings__service__in=services, booking_list__unit__offerings__bookable=True
    )
    times = FreeTime.objects.present().within(now, now + timedelta(days=LATER_DAYS))
    times = times.filter(
        Q(booking_list__unit=unit) | (~Q(manner=Manner.ON_SITE) & elsewhere),
        booking_list__services__in=services,
        booking_list__county=unit.county_id,
    )
    found = not_taken(times.distinct(), now).select_related("professional", "booking_list__unit")
    for time in found.prefetch_related("booking_list__services").order_by("period", "pk"):
        offered = {service.pk for service in time.booking_list.services.all()}
        if time.service_id is not None:
            offered &= {time.service_id}
        fits = frozenset(
            visit.pk
            for visit in plan.work.visits
            if visit.matter.service_id in offered
            and visit.professional.profession == time.professional.profession
        )
        if fits:
            plan.times[time.pk] = time
            plan.later.append(Later(time.pk, time.professional_id, span_of(time), fits))


def _find_cases(plan: Plan, unit: Unit, now: datetime) -> None:
    work = plan.work
    residents = work.residents()
    running = Clock.objects.filter(
        matter__in=[*(one.matter_id for one in work.visits), *(one.pk for one in work.matters)],
        stopped_on__isnull=True,
    ).exclude(pauses__days__upper_inf=True)
    plan.promises = dict(running.values_list("matter").annotate(Min("promised_on")))
    own, met = _known(residents, unit, work.absences)
    kin = kin_at_work(residents, now=now)
    everybody = {*plan.colleagues, *(time.professional for time in plan.later)}

    def case(pk: int, matter: Matter, profession: str) -> Case:
        resident = matter.resident
        return Case(
            pk=pk,
            resident=resident.pk,
            urgency=matter.urgency,
            profession=profession,
            language=resident.language,
            may=frozenset(everybody - kin[resident.pk]),
            own=frozenset(own[resident.pk]),
            met=frozenset(met[resident.pk]),
            promised_on=plan.promises.get(matter.pk),
        )

    plan.cases = {one.pk: case(one.pk, one.matter, one.professional.profession) for one in work.visits}
    plan.matter_cases = {
        one.pk: case(one.pk, one, one.responsible.profession) for one in work.matters if one.responsible
    }


def _known(
    residents: Iterable[int], unit: Unit, absences: Mapping[int, Absence]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Whom each resident has as own workers besides the one who is away, and whom they have met."""
    own: dict[int, set[int]] = defaultdict(set)
    met: dict[int, set[int]] = defaultdict(set)
    matters = Matter.objects.filter(resident__in=residents, unit=unit, closed_at__isnull=True)
    for resident, worker in matters.exclude(responsible=None).values_list("resident", "responsible"):
        own[resident].add(worker)
    visits = Appointment.objects.filter(resident__in=residents, state__in=[State.DONE, *COMING])
    for resident, worker in visits.values_list("resident", "professional").distinct():
        met[resident].add(worker)
    return own, met
