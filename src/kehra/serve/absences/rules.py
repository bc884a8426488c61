"""Who takes over what an absent worker had: a proposal, which the person in charge of the day then changes
as they know better. Values in, proposal out; the same values always give the same proposal.

The order of who is asked first is that of own workers: the one who is the resident's own already, then one
whom they have met, then one who speaks their language, then the one who has least. Visits are placed by
urgency. A visit that finds nobody may push an earlier one to another colleague who is as free for it, so
that nobody is sent home while somebody could have met them (augmenting paths, as in a matching).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kehra.kernel.time import helsinki


class Deed(StrEnum):
    """What is done with something of theirs."""

    GIVE = "give"  # to a colleague; a visit keeps its time
    MOVE = "move"  # a visit, to another free time
    CANCEL = "cancel"  # a visit, and the resident is called back
    DESK = "desk"  # back to the unit's desk, for whoever takes it
    STAY = "stay"  # it can wait until they are back


class Why(StrEnum):
    """The ground of a proposal, the most important first."""

    MEETS = "meets"  # takes the resident's visit already
    OWN = "own"
    MET = "met"
    LANGUAGE = "language"
    FREE = "free"  # has just that time free
    LEAST = "least"
    SOONEST = "soonest"
    NOBODY = "nobody"
    QUIET = "quiet"  # nothing waits in it before they are back


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until another, the end not included."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works in the unit and is not away on at least one of the days. `busy` is when they are
    bound or away, `free` when they have published a time that nobody has taken."""

    pk: int
    profession: str
    languages: frozenset[str] = frozenset()
    busy: tuple[Span, ...] = ()
    free: tuple[Span, ...] = ()

    def can_meet(self, span: Span) -> bool:
        """Whether they are not bound at that time, whatever they have published."""
        return not any(one.meets(span) for one in self.busy)

    def has_free(self, span: Span) -> bool:
        """Whether all of that time is theirs to give: published, and nobody's."""
        if not self.can_meet(span):
            return False
        reached = span.start
        for one in sorted(self.free, key=lambda free: free.start):
            if one.start <= reached < one.end:
                reached = one.end
        return reached >= span.end


@dataclass(frozen=True, slots=True)
class Case:
    """What is common to a visit and a matter: whose it is, and who may serve them.

    may    the colleagues who may serve this resident: not themselves, not a guardian of theirs
    own    who is their own worker in this or another matter; `met`: whom they have met
    """

    pk: int
    resident: int
    urgency: int
    profession: str
    language: str
    may: frozenset[int]
    own: frozenset[int] = frozenset()
    met: frozenset[int] = frozenset()
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    case: Case
    span: Span


@dataclass(frozen=True, slots=True)
class Later:
    """A free time to which a visit may be moved: whose it is, and for which visits it is fit."""

    pk: int
    professional: int
    span: Span
    fits: frozenset[int]

    def suits(self, visit: Visit) -> bool:
        """Whether the visit can be moved there: never to an earlier time, of which nobody would hear."""
        fits = visit.case.pk in self.fits and self.professional in visit.case.may
        return fits and self.span.start >= visit.span.start


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one visit or matter. `late`: the promise will break."""

    pk: int
    deed: Deed
    target: int | None = None  # the colleague, or the free time of a move
    why: tuple[Why, ...] = ()
    late: bool = False


@dataclass
class _Table:
    """The visits placed so far."""

    colleagues: Mapping[int, Colleague]
    taken: dict[int, tuple[Visit, int]] = field(default_factory=dict)  # by the visit's pk

    def load(self, colleague: int) -> int:
        given = sum(who == colleague for _visit, who in self.taken.values())
        return given + len(self.colleagues[colleague].busy)

    def in_the_way(self, visit: Visit, colleague: int) -> list[Visit]:
        return [
            other
            for other, who in self.taken.values()
            if who == colleague and other is not visit and other.span.meets(visit.span)
        ]

    def candidates(self, visit: Visit) -> list[int]:
        fit = [
            one.pk
            for one in self.colleagues.values()
            if one.pk in visit.case.may
            and one.profession == visit.case.profession
            and one.has_free(visit.span)
        ]
        return sorted(fit, key=lambda pk: self.order(visit.case, pk))

    def order(self, case: Case, pk: int) -> tuple[int, bool, int, int]:
        return (*closeness(case, self.colleagues[pk]), self.load(pk), pk)

    def place(self, visit: Visit, tried: set[int]) -> bool:
        """Finds room for the visit, moving those placed already if that helps; tries each once."""
        candidates = [pk for pk in self.candidates(visit) if pk not in tried]
        for pk in candidates:
            if not self.in_the_way(visit, pk):
                self.taken[visit.case.pk] = (visit, pk)
                return True
        for pk in candidates:
            tried.add(pk)
            before = dict(self.taken)
            others = self.in_the_way(visit, pk)
            self.taken[visit.case.pk] = (visit, pk)
            for other in others:
                del self.taken[other.case.pk]
            if all(self.place(other, tried) for other in others):
                return True
            self.taken = before
        return False


def closeness(case: Case, colleague: Colleague) -> tuple[int, bool]:
    """How near a colleague is to the resident, the nearest first: own worker, met, a stranger; then whether
    they lack the resident's language."""
    rank = 0 if colleague.pk in case.own else 1 if colleague.pk in case.met else 2
    return rank, case.language not in colleague.languages


def share_visits(
    visits: Iterable[Visit], colleagues: Iterable[Colleague], later: Iterable[Later]
) -> dict[int, Proposal]:
    """A proposal for each visit, by its pk: a colleague at the same time; else a later free time, within the
    promise if there is one; else it is cancelled and the resident called back. No colleague is booked twice,
    and no free time."""
    table = _Table({one.pk: one for one in colleagues})
    in_order = sorted(visits, key=lambda visit: (visit.case.urgency, visit.span.start, visit.case.pk))
    left = [visit for visit in in_order if not table.place(visit, set())]
    proposals = {
        visit.case.pk: Proposal(
            visit.case.pk, Deed.GIVE, who, (*_nearness(visit.case, table.colleagues[who]), Why.FREE)
        )
        for visit, who in table.taken.values()
    }
    bound = {
        who: [visit.span for visit, its in table.taken.values() if its == who] for who in table.colleagues
    }
    open_times = [
        time for time in later if not any(span.meets(time.span) for span in bound.get(time.professional, ()))
    ]
    for visit in left:
        proposals[visit.case.pk] = proposal = _moved(visit, open_times)
        open_times = [time for time in open_times if time.pk != proposal.target]
    return proposals


def _moved(visit: Visit, times: Sequence[Later]) -> Proposal:
    """The first time that keeps the promise: with the nearest professional, unless it is urgent."""
    case = visit.case
    fit = [time for time in times if time.suits(visit)]

    def order(time: Later) -> tuple[bool, int, datetime, int]:
        rank = 0 if time.professional in case.own else 1 if time.professional in case.met else 2
        return _late(case, time.span), 0 if case.urgency <= URGENT else rank, time.span.start, time.pk

    if not fit:
        return Proposal(case.pk, Deed.CANCEL, None, (Why.NOBODY,), late=case.promised_on is not None)
    best = min(fit, key=order)
    near = [Why.OWN] if best.professional in case.own else [Why.MET] if best.professional in case.met else []
    return Proposal(case.pk, Deed.MOVE, best.pk, (*near, Why.SOONEST), late=_late(case, best.span))


URGENT = 2  # of `matters.Urgency`: 1 emergency, 2 urgent


def _late(case: Case, span: Span) -> bool:
    return case.promised_on is not None and helsinki.today(span.start) > case.promised_on


def _nearness(case: Case, colleague: Colleague) -> tuple[Why, ...]:
    near = {0: (Why.OWN,), 1: (Why.MET,)}.get(closeness(case, colleague)[0], ())
    speaks = case.language != USUAL and case.language in colleague.languages
    return (*near, Why.LANGUAGE) if speaks else near


USUAL = "fi"  # is spoken by everybody, so it distinguishes nobody


def share_matters(
    matters: Iterable[tuple[Case, bool]],
    colleagues: Iterable[Colleague],
    visits: Mapping[int, int],
) -> dict[int, Proposal]:
    """A proposal for each matter, by its pk; with each, whether something waits in it until they are back:
    if not, it stays theirs. `visits`: who takes the visit of which resident, for that one meets them anyway.
    Colleagues of the same profession only; where there is none, it waits on the unit's desk."""
    by_pk = {one.pk: one for one in colleagues}
    load = dict.fromkeys(by_pk, 0)
    proposals = {}
    for case, waits in sorted(matters, key=lambda pair: (pair[0].urgency, pair[0].pk)):
        fit = [pk for pk in by_pk if pk in case.may and by_pk[pk].profession == case.profession]
        if not waits:
            proposals[case.pk] = Proposal(case.pk, Deed.STAY, None, (Why.QUIET,))
        elif not fit:
            proposals[case.pk] = Proposal(case.pk, Deed.DESK, None, (Why.NOBODY,))
        else:
            meets = visits.get(case.resident)
            key = {pk: (pk != meets, *closeness(case, by_pk[pk]), load[pk], pk) for pk in fit}
            best = min(fit, key=key.__getitem__)
            load[best] += 1
            why = ((Why.MEETS,) if best == meets else ()) + _nearness(case, by_pk[best])
            proposals[case.pk] = Proposal(case.pk, Deed.GIVE, best, why or (Why.LEAST,))
    return proposals
