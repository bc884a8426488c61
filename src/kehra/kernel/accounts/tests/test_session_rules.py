"""When a session ends by itself."""

from datetime import timedelta

import pytest

from kehra.kernel.accounts.rules import Ending, ending

HOUR = 3600


@pytest.mark.parametrize(
    ("signed_in", "used", "expected"),
    [
        (0, 0, None),
        (29 * 60, 29 * 60 + 59, None),
        (0, 30 * 60, Ending.IDLE),
        (11 * HOUR, 11 * HOUR, Ending.IDLE),
        (12 * HOUR - 1, 0, None),
        (12 * HOUR, 0, Ending.LIMIT),
        (13 * HOUR, HOUR, Ending.LIMIT),
    ],
)
def test_a_session_ends_unused_or_at_its_limit(
    signed_in: float, used: float, expected: Ending | None
) -> None:
    """`signed_in` and `used` are seconds ago."""
    idle, limit = timedelta(minutes=30), timedelta(hours=12)
    assert ending(signed_in=-signed_in, used=-used, now=0, idle=idle, limit=limit) is expected
