"""Each table is also documentation: read the last column."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.time.periods import Period
from kehra.kernel.time.working_days import is_working_day
from kehra.library.limits.counting import DaysLeft, applicable, begins_on, days_left, due_on, moved_due
from kehra.library.limits.values import Limit, Unit

TITLE = {"fi": "Aika", "sv": "Tid", "en": "Time"}
BASE = Limit(
    code="base",
    title=TITLE,
    promise="first_visit",
    event="assessed",
    length=14,
    unit=Unit.DAY,
    groups=frozenset({"general_medicine"}),
    ground={"fi": "Laki 1 §", "sv": "Lag 1 §", "en": "Act, section 1"},
    source="1/2020",
    valid_from=date(2020, 1, 1),
)
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
units = st.sampled_from(list(Unit))


def limit(length: int, unit: Unit, **changes: object) -> Limit:
    return replace(BASE, length=length, unit=unit, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("length", "unit", "start", "due", "why"),
    [
        (0, Unit.SAME_DAY, date(2026, 11, 20), date(2026, 11, 20), "a contact on Friday: Friday"),
        (0, Unit.SAME_DAY, date(2026, 11, 21), date(2026, 11, 23), "a contact on Saturday: Monday"),
        (
            0,
            Unit.SAME_DAY,
            date(2026, 12, 24),
            date(2026, 12, 28),
            "Christmas Eve: the first working day after",
        ),
        (0, Unit.DAY, date(2026, 12, 24), date(2026, 12, 24), "at once is at once at Christmas too"),
        (
            3,
            Unit.WORKING_DAY,
            date(2026, 11, 19),
            date(2026, 11, 24),
            "Thursday, three working days: Tuesday",
        ),
        (7, Unit.WORKING_DAY, date(2026, 11, 17), date(2026, 11, 26), "Tuesday: Thursday of the next week"),
        (7, Unit.WORKING_DAY, date(2026, 12, 22), date(2027, 1, 5), "over Christmas and New Year"),
        (7, Unit.WORKING_DAY, date(2026, 6, 17), date(2026, 6, 29), "over Midsummer"),
        (14, Unit.DAY, date(2026, 12, 11), date(2026, 12, 25), "a treatment limit counts every day"),
        (3, Unit.WEEK, date(2026, 11, 17), date(2026, 12, 8), "three weeks: the same weekday"),
        (1, Unit.MONTH, date(2026, 1, 31), date(2026, 2, 28), "31 January and a month: the last of February"),
        (1, Unit.MONTH, date(2028, 1, 31), date(2028, 2, 29), "in a leap year the 29th"),
        (3, Unit.MONTH, date(2026, 11, 30), date(2027, 2, 28), "over the year's end"),
        (6, Unit.MONTH, date(2026, 8, 31), date(2027, 2, 28), "six months from the end of August"),
        (3, Unit.MONTH, date(2026, 3, 15), date(2026, 6, 15), "the corresponding day"),
    ],
)
def test_due_day(length: int, unit: Unit, start: date, due: date, why: str) -> None:
    assert due_on(limit(length, unit), start) == due, why


@pytest.mark.parametrize(
    ("unit", "begins", "why"),
    [
        (Unit.SAME_DAY, date(2026, 11, 18), "sent on Tuesday evening, read on Wednesday: Wednesday"),
        (Unit.DAY, date(2026, 11, 17), "other limits count from the event"),
        (Unit.WORKING_DAY, date(2026, 11, 17), "in working days too"),
    ],
)
def test_a_promise_for_the_same_day_begins_when_somebody_reads(unit: Unit, begins: date, why: str) -> None:
    assert begins_on(limit(1, unit), date(2026, 11, 17), date(2026, 11, 18)) == begins, why


def test_a_last_day_off_moves_only_where_the_law_moves_it() -> None:
    month = limit(1, Unit.MONTH)
    assert due_on(month, date(2026, 1, 31)) == date(2026, 2, 28), "a Saturday stays"
    assert due_on(replace(month, ends_on_working_day=True), date(2026, 1, 31)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("length", "unit", "pauses", "today", "due", "why"),
    [
        (14, Unit.DAY, [], date(2026, 11, 5), date(2026, 11, 16), "no pause"),
        (
            14,
            Unit.DAY,
            [(5, 10)],
            date(2026, 11, 12),
            date(2026, 11, 21),
            "five days of pause, five days later",
        ),
        (
            14,
            Unit.DAY,
            [(5, 5)],
            date(2026, 11, 12),
            date(2026, 11, 16),
            "begun and ended on one day: nothing",
        ),
        (14, Unit.DAY, [(5, 10), (8, 12)], date(2026, 11, 14), date(2026, 11, 23), "a day is paused once"),
        (14, Unit.DAY, [(5, None)], date(2026, 11, 5), date(2026, 11, 16), "open since today: not yet moved"),
        (14, Unit.DAY, [(5, None)], date(2026, 11, 6), date(2026, 11, 17), "open: a day later each day"),
        (14, Unit.DAY, [(5, None)], date(2026, 12, 5), date(2026, 12, 16), "and so on"),
        (14, Unit.DAY, [(15, 20)], date(2026, 11, 25), date(2026, 11, 21), "begun before the end"),
        (
            14,
            Unit.DAY,
            [(17, 20)],
            date(2026, 11, 25),
            date(2026, 11, 16),
            "begun when already late: nothing",
        ),
        (
            14,
            Unit.DAY,
            [(2, 4)],
            date(2026, 11, 5),
            date(2026, 11, 17),
            "the day of the event is not counted",
        ),
        (
            7,
            Unit.WORKING_DAY,
            [(5, 10)],
            date(2026, 11, 12),
            date(2026, 11, 16),
            "three of five were working",
        ),
        (
            0,
            Unit.SAME_DAY,
            [(2, 4)],
            date(2026, 11, 5),
            date(2026, 11, 4),
            "the first working day not paused",
        ),
        (1, Unit.MONTH, [(5, 10)], date(2026, 11, 12), date(2026, 12, 7), "a month and five days"),
    ],
)
def test_pauses_move_the_due_day(
    length: int, unit: Unit, pauses: list[tuple[int, int | None]], today: date, due: date, why: str
) -> None:
    """The event was on Monday 2 November 2026; pauses are days of that month, the last one out."""
    periods = [Period(date(2026, 11, a), date(2026, 11, b) if b else None) for a, b in pauses]
    assert moved_due(limit(length, unit), date(2026, 11, 2), periods, today) == due, why


def test_a_moved_end_rolls_to_a_working_day_too() -> None:
    month = limit(1, Unit.MONTH, ends_on_working_day=True)
    pause = Period(date(2026, 11, 5), date(2026, 11, 8))
    assert moved_due(month, date(2026, 11, 2), [pause], date(2026, 11, 9)) == date(2026, 12, 7)


@given(days, units, st.integers(1, 12))
def test_without_pauses_nothing_moves(start: date, unit: Unit, length: int) -> None:
    some = limit(length, unit)
    assert moved_due(some, start, [], start) == due_on(some, start)


@given(days, units, st.integers(1, 12), st.integers(0, 40), st.integers(0, 40))
def test_a_pause_never_shortens_the_time(
    start: date, unit: Unit, length: int, after: int, lasts: int
) -> None:
    some = limit(length, unit)
    pause = Period(start + timedelta(days=after), start + timedelta(days=after + lasts))
    moved = moved_due(some, start, [pause], start)
    assert moved >= due_on(some, start)
    assert not pause.contains(moved)
    assert moved - due_on(some, start) <= timedelta(days=lasts + 10)


@given(days, st.integers(1, 30))
def test_a_limit_in_working_days_ends_on_one(start: date, length: int) -> None:
    assert is_working_day(due_on(limit(length, Unit.WORKING_DAY), start))


def test_days_left_are_counted_both_ways() -> None:
    assert days_left(date(2026, 11, 23), date(2026, 11, 20)) == DaysLeft(calendar=3, working=1)
    assert days_left(date(2026, 11, 20), date(2026, 11, 20)) == DaysLeft(calendar=0, working=0)
    assert days_left(date(2026, 11, 20), date(2026, 11, 23)) == DaysLeft(calendar=-3, working=-1)


ADULT = limit(3, Unit.MONTH, code="everyone")
YOUNG = limit(14, Unit.DAY, code="young", max_age=23)
OLD = limit(7, Unit.WORKING_DAY, code="old", min_age=75)
DISABLED = limit(7, Unit.WORKING_DAY, code="disabled", circumstance="disabled")


@pytest.mark.parametrize(
    ("age", "circumstances", "code", "why"),
    [
        (22, (), "young", "under 23: the shorter promise"),
        (23, (), "everyone", "23 is not under 23"),
        (74, (), "everyone", "not yet 75"),
        (75, (), "old", "75"),
        (40, ("disabled",), "disabled", "a circumstance that is known"),
        (None, (), "old", "an unknown age: the shortest that may apply"),
    ],
)
def test_the_shortest_limit_for_a_promise_applies(
    age: int | None, circumstances: tuple[str, ...], code: str, why: str
) -> None:
    found = applicable(
        [ADULT, YOUNG, OLD, DISABLED],
        service_codes=["general_medicine"],
        age=age,
        event="assessed",
        on=date(2026, 11, 17),
        circumstances=circumstances,
    )
    assert [each.code for each in found] == [code], why


def test_another_service_event_or_day_starts_nothing() -> None:
    def start(group: str, event: str, on: date) -> list[Limit]:
        return applicable([ADULT], service_codes=[group], age=40, event=event, on=on)

    assert start("general_medicine", "assessed", date(2020, 1, 1)) == [ADULT]
    assert start("oral_care", "assessed", date(2020, 1, 1)) == []
    assert start("general_medicine", "contact", date(2020, 1, 1)) == []
    assert start("general_medicine", "assessed", date(2019, 12, 31)) == []


def test_a_limit_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 month"):
        limit(0, Unit.MONTH)
