"""What believing the log costs (`make bench-audit`): how many rows `kehra audit verify` compares a
minute, how long a row waits for its seal while others are written, and what the log costs a page.

In a database of its own. The last line is JSON.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from kehra.site import processes, roles
from kehra.site.cli import migrate, region
from kehra.site.cli.demo import DATABASE
from kehra.site.postgres import databases
from kehra.site.postgres.cluster import Cluster
from kehra.site.sealing import keys, sealer
from kehra.site.sealing.trails import AUDIT

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
SECONDS = 30  # of writing while the sealer runs
PAGES = 40
GOALS = {"rows_per_minute": (">=", 1_000_000), "seal_lag_s": ("<=", 10), "overhead_share": ("<=", 0.25)}

INSERT = """
INSERT INTO audit_auditentry (at, kind, action, rule, relation, purpose, county_id, actor_kind,
    actor_user_id, actor_name, actor_role, unit_id, residents, matter_id)
SELECT now(), 'read', 'matters.read', 'a worker of a unit that takes part', 'unit_takes_part', 'care', '15',
    'professional', n %% 500, 'Nimi Sukunimi', 'professional', n %% 90, ARRAY[n %% 27000], n %% 90000
FROM generate_series(1, %s) AS n
"""


def main() -> int:
    """0 if every goal is met."""
    with tempfile.TemporaryDirectory(prefix="kehra-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Started by root, the database runs as another user.
        (folder / "static").mkdir()
        os.environ.update(KEHRA_STATE=name, KEHRA_STATIC=f"{name}/static", KEHRA_DEMO="1")
        os.environ.update(KEHRA_SEALS=f"{name}/seals", KEHRA_SEAL_EVERY="3")
        os.environ.setdefault("KEHRA_SECRET_KEY", name)
        with Cluster(folder / "bench") as cluster:
            databases.ensure(cluster, DATABASE)
            os.environ["DATABASE_URL"] = cluster.url(DATABASE, roles.OWNER)
            figures = measure(cluster, folder / "seals")
    return report(figures)


def measure(cluster: Cluster, seals: Path) -> dict[str, float]:
    """Loads a county and a log of a million rows, and takes the three figures."""
    import django

    django.setup()
    migrate.migrate(verbosity=0)
    region.load(scale=region.share("1/200"))
    overhead = overhead_share()
    os.environ["KEHRA_SEAL_DATABASE_URL"] = cluster.url(DATABASE, roles.SEAL)
    with psycopg.connect(cluster.url(DATABASE, roles.OWNER), autocommit=True) as on:
        on.execute(INSERT, [ROWS])
        on.execute("VACUUM ANALYZE audit_auditentry")
        sealing = subprocess.Popen(processes.sealer(dict(os.environ)).arguments)
        try:
            wait_until_sealed(on, seals)
            lag = seal_lag(on, seals)
        finally:
            sealing.terminate()
            sealing.wait()
    return {
        "rows_per_minute": rows_per_minute(cluster, seals),
        "seal_lag_s": lag,
        "overhead_share": overhead,
    }


def rows_per_minute(cluster: Cluster, seals: Path) -> float:
    """Both trails, as `kehra audit verify` compares them."""
    from datetime import timedelta

    from kehra.kernel.time import clock
    from kehra.site.sealing.verify import Verification

    with psycopg.connect(cluster.url(DATABASE, roles.SEAL), autocommit=True) as on:
        begun = time.perf_counter()
        now = clock.now() - timedelta(days=1)  # the last rows were written after the last seal
        found = Verification(seals, AUDIT, keys.public(seals), now).run(on)
        taken = time.perf_counter() - begun
    if found.wrong or found.rows < ROWS:
        raise SystemExit(f"{found.rows} rows, of which {found.wrong} are wrong: {found.findings[:3]}")
    print(f"{found.rows} rows in {found.seals} seals compared in {taken:.1f} s")
    return found.rows * 60 / taken


def seal_lag(on: psycopg.Connection, seals: Path) -> float:
    """The longest time, in seconds, from a row's commit to the seal that has it, over half a minute."""
    lags, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        on.execute(INSERT, [20])
        begun = time.monotonic()
        wait_until_sealed(on, seals)
        lags.append(time.monotonic() - begun)
    return max(lags)


def wait_until_sealed(on: psycopg.Connection, seals: Path) -> None:
    last = AUDIT.last_number(on)
    while sealer.read_status(seals).get("trails", {}).get("audit", {}).get("upto", 0) < last:
        time.sleep(0.05)


def overhead_share() -> float:
    """How much of a desk's time goes to the log: the medians with it and without, taken in turns."""
    from django.db.models import Count

    from kehra.kernel.audit.models import AuditEntry
    from kehra.serve.tasks.models import Task

    unit = Task.objects.filter(done_at=None).values("unit").annotate(n=Count("pk")).order_by("-n")[0]["unit"]
    client = _worker_of(unit)
    record = type(AuditEntry.objects).record
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(PAGES * 2 + 6):
        logged = turn % 2 == 0
        type(AuditEntry.objects).record = record if logged else lambda *_args, **_values: None  # type: ignore[method-assign]
        begun = time.perf_counter()
        client.get("/desk/")
        if turn >= 6:
            taken[logged].append(time.perf_counter() - begun)
    type(AuditEntry.objects).record = record  # type: ignore[method-assign]
    with_log, without = statistics.median(taken[True]), statistics.median(taken[False])
    print(f"the desk: {with_log * 1000:.1f} ms with the log, {without * 1000:.1f} ms without")
    return max(0.0, (with_log - without) / with_log)


def _worker_of(unit: int) -> Any:
    from django.test import Client

    from kehra.kernel.accounts.models import Assignment, User

    worker = Assignment.objects.filter(unit=unit, role="professional").order_by("pk")[0].professional
    user = User.objects.filter(professional=worker).first()
    user = user or User.objects.create(sub="bench", professional=worker)
    client = Client(SERVER_NAME="127.0.0.1")
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(user)
    return client


def report(figures: dict[str, float]) -> int:
    """Prints the JSON line."""
    met = {
        name: figures[name] >= goal if sign == ">=" else figures[name] <= goal
        for name, (sign, goal) in GOALS.items()
    }
    words = {">=": "at least", "<=": "at most"}
    goals = {
        name: {"goal": f"{words[sign]} {goal}", "met": met[name]} for name, (sign, goal) in GOALS.items()
    }
    numbers = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"bench": "audit", "figures": numbers, "goals": goals}))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
