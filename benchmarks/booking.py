"""Booking under fire (`make bench-booking`): 40 people book, move and cancel the same 20 times.

A real installation, as `kehra demo` starts it: PostgreSQL with fsync on, two web processes, the worker,
real HTTP. First a minute of calm: nothing may fail. Then the same while the database is killed three
times, then the web server, then the worker. The clients keep a ledger of what they were told; the
judge compares it with the rows by SQL of its own (tests/faults). The last line is JSON.
"""

import json
import statistics
import sys
from dataclasses import asdict
from typing import Any

from tests.faults import fire
from tests.faults.__main__ import tell
from tests.faults.fire import Run
from tests.faults.judge import FAULTS

SCALE = "1/200"
CALM_SECONDS = 60.0
RECOVERED_WITHIN = 15.0


def main() -> int:
    """0 if every goal is met."""
    with fire.installation(SCALE) as (county, mailbox):
        [(fsync,)] = county.ask("show fsync")
        print(f"40 residents and 2 workers, 20 times, fsync {fsync}")
        calm = fire.burn(county, mailbox, seconds=CALM_SECONDS)
        tell(calm)
        fires = fire.burn(county, mailbox, killed=fire.ALL)
        tell(fires)
    return report(calm, fires)


def report(calm: Run, fires: Run) -> int:
    """Prints the JSON line."""
    verdicts = [asdict(run.verdict) for run in (calm, fires)]
    figures: dict[str, Any] = {name: sum(verdict[name] for verdict in verdicts) for name in FAULTS}
    figures["server_errors"] = len(calm.ledger.failures)
    goals = {name: {"goal": "0", "met": number == 0} for name, number in figures.items()}
    away = {what: [one.seconds for one in fires.outages if one.what == what] for what, _kill in fire.ALL}
    figures["recovery_s"] = statistics.median(away["database"])
    figures["web_recovery_s"], figures["worker_recovery_s"] = away["web server"][0], away["worker"][0]
    figures["emails_unknown"] = fires.verdict.emails_unknown
    figures["bookings_per_s"] = round(calm.bookings_per_s, 1)
    goals["recovery_s"] = {
        "goal": f"at most {RECOVERED_WITHIN:.0f}",
        "met": figures["recovery_s"] <= RECOVERED_WITHIN,
    }
    print(json.dumps({"bench": "booking", "figures": figures, "goals": goals}))
    return 0 if all(goal["met"] for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
