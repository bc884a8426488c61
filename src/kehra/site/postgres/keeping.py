"""A server of our own that has ended is started again, for as long as the installation runs."""

import time
from collections.abc import Callable

from kehra.site.postgres.cluster import Cluster
from kehra.site.postgres.errors import PostgresError

# Seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def keeper(cluster: Cluster, *, say: Callable[[str], None]) -> Callable[[], None]:
    """What to call every now and then. A start that fails (the disk is full) is told and tried again, ever
    more slowly: the other programs say meanwhile that the service is away."""
    pause, start_at = FIRST_PAUSE, 0.0

    def keep() -> None:
        nonlocal pause, start_at
        if cluster.running() or time.monotonic() < start_at:
            return
        say("The database has ended; starting it again.")
        try:
            cluster.start()
        except PostgresError as error:
            say(f"{error}\nTrying again in {pause:.0f} s.")
            start_at, pause = time.monotonic() + pause, min(pause * 2, LONGEST_PAUSE)
        else:
            pause = FIRST_PAUSE

    return keep
