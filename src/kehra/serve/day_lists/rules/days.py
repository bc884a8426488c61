"""Which days a list covers, how long it opens, and which waiting work is on it."""

from datetime import date, datetime, time, timedelta
from typing import Final

from kehra.kernel.time import helsinki

OPENS_FOR: Final = timedelta(hours=16)
"""After this a file does not open: a working day from the first list of the morning."""

SAME_FOR: Final = timedelta(hours=2)
"""A machine whose list has not changed gets the same file again for this long, so that the residents' logs
say when it was made and not how often the machine asked."""

_NEXT_DAY_FROM: Final = time(15)


def days_of(now: datetime) -> list[date]:
    """Today; from three in the afternoon tomorrow too, for the network may fail in the night."""
    today = helsinki.today(now)
    late = helsinki.local(now).time() >= _NEXT_DAY_FROM
    return [today, today + timedelta(days=1)] if late else [today]
