"""Whatever day and hours are published, the grid of times is one that a wall clock can show."""

from datetime import date, time, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import Occurrence
from kehra.serve.booking.forms import LENGTHS, times_on

HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


# A busy machine is slow, not wrong.
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    hours=st.tuples(HOURS, HOURS),
    minutes=st.sampled_from(LENGTHS),
)
@example(day=date(2026, 3, 29), hours=(time(2), time(3, 30)), minutes=60)
@example(day=date(2026, 3, 29), hours=(time(3), time(4)), minutes=15)
@example(day=date(2026, 10, 25), hours=(time(3), time(3, 30)), minutes=30)
@example(day=date(2026, 10, 25), hours=(time(2), time(0)), minutes=60)
def test_times_follow_each_other_within_the_hours_and_exist(
    day: date, hours: tuple[time, time], minutes: int
) -> None:
    length = timedelta(minutes=minutes)
    starts = times_on(day, *hours, length)
    assert all(later - earlier == length for earlier, later in pairwise(starts))
    shown = [helsinki.wall_clock(moment) for moment in starts]
    assert len(set(shown)) == len(shown)
    for moment, wall in zip(starts, shown, strict=True):
        assert helsinki.at(wall.day, wall.time, wall.occurrence) == moment
    if starts:
        last_minute = helsinki.wall_clock(starts[-1] + length - timedelta(minutes=1))
        assert last_minute.day == day
        in_hours = hours[1] == time.min or last_minute.time < hours[1]
        assert in_hours or last_minute.occurrence is Occurrence.FIRST  # the hour comes once more
