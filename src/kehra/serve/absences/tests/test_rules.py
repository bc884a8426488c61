"""The proposal of who takes over: as a table of situations, and as a property over random days."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kehra.serve.absences.rules import (
    Case,
    Colleague,
    Deed,
    Later,
    Span,
    Visit,
    Why,
    share_matters,
    share_visits,
)

NINE = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MORNING = (Span(NINE, NINE + 4 * HOUR),)


def span(hour: int, length: timedelta = HOUR) -> Span:
    return Span(NINE + hour * HOUR, NINE + hour * HOUR + length)


def visit(pk: int, hour: int = 0, **case: object) -> Visit:
    return Visit(make_case(pk, **case), span(hour))


def make_case(pk: int, **more: object) -> Case:
    usual = {"urgency": 4, "profession": "nurse", "language": "fi", "may": frozenset({1, 2, 3, 9})}
    return Case(pk=pk, **{"resident": 100 + pk, **usual, **more})  # type: ignore[arg-type]


def nurse(pk: int, **more: object) -> Colleague:
    return Colleague(pk, "nurse", **{"free": MORNING, **more})  # type: ignore[arg-type]


def test_the_own_worker_comes_before_one_who_was_met_and_the_met_before_others() -> None:
    colleagues = [nurse(1), nurse(2), nurse(3)]
    proposal = share_visits([visit(7, own=frozenset({3}), met=frozenset({2}))], colleagues, [])[7]
    assert (proposal.deed, proposal.target, proposal.why[0]) == (Deed.GIVE, 3, Why.OWN)
    assert share_visits([visit(7, met=frozenset({2}))], colleagues, [])[7].target == 2


def test_language_decides_between_strangers_and_then_the_one_who_has_least() -> None:
    colleagues = [nurse(1, busy=(span(3),)), nurse(2), nurse(3, languages=frozenset({"sv"}), busy=(span(3),))]
    swedish = share_visits([visit(7, language="sv")], colleagues, [])[7]
    assert (swedish.target, Why.LANGUAGE in swedish.why) == (3, True)
    assert share_visits([visit(7)], colleagues, [])[7].target == 2


def test_visits_spread_evenly() -> None:
    given_to = share_visits([visit(pk, hour=pk) for pk in range(4)], [nurse(1), nurse(2)], [])
    assert sorted(proposal.target or 0 for proposal in given_to.values()) == [1, 1, 2, 2]


def test_one_who_may_not_serve_or_does_other_work_or_is_bound_is_not_proposed() -> None:
    colleagues = [
        nurse(1, busy=(span(0),)),
        Colleague(2, "physician", free=MORNING),
        nurse(3, free=()),
        nurse(4),
    ]
    assert share_visits([visit(7)], colleagues, [])[7].deed == Deed.CANCEL


def test_an_earlier_visit_makes_room_if_it_can_be_met_by_another() -> None:
    either, only_one = visit(1, urgency=2, own=frozenset({1})), visit(2, may=frozenset({1}))
    proposals = share_visits([either, only_one], [nurse(1), nurse(2)], [])
    assert (proposals[1].target, proposals[2].target) == (2, 1)


def test_the_urgent_one_is_placed_when_there_is_room_for_one() -> None:
    proposals = share_visits([visit(1), visit(2, urgency=1)], [nurse(1)], [])
    assert (proposals[2].deed, proposals[1].deed) == (Deed.GIVE, Deed.CANCEL)


def test_what_finds_nobody_moves_within_the_promise_and_with_a_known_one_unless_urgent() -> None:
    soon = Later(50, 1, span(26), frozenset({7}))
    own = Later(51, 9, span(50), frozenset({7}))
    late = Later(52, 9, span(24 * 9), frozenset({7}))
    case = {"own": frozenset({9}), "promised_on": date(2026, 3, 13)}
    assert share_visits([visit(7, **case)], [], [soon, own, late])[7].target == 51
    assert share_visits([visit(7, urgency=2, **case)], [], [soon, own, late])[7].target == 50
    broken = share_visits([visit(7, **case)], [], [late])[7]
    assert (broken.deed, broken.late) == (Deed.MOVE, True)
    assert share_visits([visit(7, **case)], [], [])[7].late


def test_a_matter_goes_to_whoever_meets_the_resident_and_stays_if_nothing_waits() -> None:
    matters = [(make_case(1), True), (make_case(2), True), (make_case(3), False)]
    proposals = share_matters(matters, [nurse(1), nurse(2)], {101: 2})
    assert (proposals[1].target, proposals[1].why) == (2, (Why.MEETS,))
    assert proposals[2].target == 1
    assert proposals[3].deed == Deed.STAY
    assert share_matters([(make_case(1), True)], [], {})[1].deed == Deed.DESK


people = st.frozensets(st.integers(1, 5))
visits_of_a_day = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 4), people, people, people), max_size=12
)
colleagues_of_a_day = st.lists(
    st.tuples(st.integers(1, 5), st.lists(st.integers(0, 5), max_size=3)),
    max_size=5,
    unique_by=lambda one: one[0],
)
times_of_a_week = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 60)), max_size=8)


@given(visits_of_a_day, colleagues_of_a_day, times_of_a_week)
@settings(max_examples=150, deadline=None)
def test_nobody_is_booked_twice_nothing_is_forgotten_and_restrictions_hold(
    day: list[tuple[int, int, frozenset[int], frozenset[int], frozenset[int]]],
    staff: list[tuple[int, list[int]]],
    week: list[tuple[int, int]],
) -> None:
    visits = [
        visit(pk, hour, urgency=urgency, may=may, own=own, met=met)
        for pk, (hour, urgency, may, own, met) in enumerate(day)
    ]
    colleagues = [
        Colleague(pk, "nurse", busy=tuple(span(h) for h in busy), free=(Span(NINE, NINE + 6 * HOUR),))
        for pk, busy in staff
    ]
    everything = frozenset(range(len(visits)))
    later = [Later(500 + number, who, span(hour), everything) for number, (who, hour) in enumerate(week)]
    proposals = share_visits(visits, colleagues, later)
    assert proposals == share_visits(reversed(visits), reversed(colleagues), later)
    assert set(proposals) == everything
    by_pk, by_time = {one.pk: one for one in colleagues}, {time.pk: time for time in later}
    bound: list[tuple[int, Span]] = [(one.pk, span) for one in colleagues for span in one.busy]
    for one in visits:
        proposal = proposals[one.case.pk]
        if proposal.deed == Deed.GIVE:
            assert proposal.target in one.case.may
            assert by_pk[proposal.target].has_free(one.span)
            assert not any(who == proposal.target and busy.meets(one.span) for who, busy in bound)
            bound.append((proposal.target, one.span))
    given_on = bound[sum(len(one.busy) for one in colleagues) :]
    for one in visits:
        if proposals[one.case.pk].deed == Deed.MOVE:
            time = by_time[proposals[one.case.pk].target or 0]
            assert time.professional in one.case.may
            assert time.span.start >= one.span.start
            assert not any(who == time.professional and busy.meets(time.span) for who, busy in given_on)
    moved_to = [one.target for one in proposals.values() if one.deed == Deed.MOVE]
    assert len(moved_to) == len(set(moved_to))
