"""How long pages take and how many queries they ask, in a county of a year (`make bench-pages`).

Loads a tenth of a county into a database of its own, as `make demo` does, and opens each page in this
process as somebody whose day it is: the professional of the busiest unit, the resident with the most
matters. Queries are counted apart from the timing. The last line is JSON.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kehra.site import roles
from kehra.site.cli import migrate, region
from kehra.site.cli.demo import DATABASE
from kehra.site.postgres import databases
from kehra.site.postgres.cluster import Cluster

WARM_UPS, TIMES = 3, 30
# The most queries a page may ask: what it shows may grow, this may not.
MOST_QUERIES = {"desk": 15, "matter": 52, "booking": 20, "home": 20, "empty": 8}


@dataclass(frozen=True)
class Figures:
    """Milliseconds of one page, and its queries."""

    name: str
    median: float
    p95: float
    queries: int


def main() -> int:
    """0 if every goal is met."""
    with tempfile.TemporaryDirectory(prefix="kehra-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Started by root, the database runs as another user.
        (folder / "static").mkdir()
        os.environ.update(KEHRA_STATE=name, KEHRA_STATIC=f"{name}/static", KEHRA_DEMO="1")
        os.environ.setdefault("KEHRA_SECRET_KEY", name)
        with Cluster(folder / "bench") as cluster:
            databases.ensure(cluster, DATABASE)
            os.environ["DATABASE_URL"] = cluster.url(DATABASE, roles.OWNER)
            figures = measure()
    return report(figures)


def measure() -> list[Figures]:
    """Loads the county and opens the pages."""
    import django

    django.setup()
    migrate.migrate(verbosity=0)
    region.load()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET ROLE kehra_app")
    return [open_page(name, client, path) for name, client, path in pages()]


def pages() -> list[tuple[str, Any, str]]:
    """Each page with the one who opens it."""
    from django.db.models import Count

    from kehra.kernel.accounts.models import Assignment
    from kehra.kernel.people.models import Resident
    from kehra.serve.matters.models.matter import Matter
    from kehra.serve.tasks.models import Task

    unit = Task.objects.filter(done_at=None).values("unit").annotate(n=Count("pk")).order_by("-n")[0]["unit"]
    worker = Assignment.objects.filter(unit=unit, role="professional").order_by("pk")[0]
    resident = Resident.objects.annotate(n=Count("matters")).order_by("-n", "pk")[0]
    matter = Matter.objects.filter(unit=unit, closed_at=None).order_by("pk")[0]
    nurse, asker, owner = professional(worker), person(resident), person(matter.resident)
    waiting = Task.objects.filter(unit=unit, done_at=None).count()
    print(f"{Matter.objects.count()} matters, {waiting} open tasks at the unit, {resident.n} of the resident")
    return [
        ("empty", nurse, "/help/"),
        ("desk", nurse, "/desk/"),
        ("matter", nurse, f"/matters/{matter.pk}/"),
        ("matter_resident", owner, f"/matters/{matter.pk}/"),
        ("booking", owner, f"/matters/{matter.pk}/times/"),
        ("home", asker, "/"),
        ("log", asker, "/log/"),
    ]


def professional(assignment: Any) -> Any:
    """Signed in as one who works in this assignment."""
    return _signed_in(f"bench-p{assignment.professional_id}", professional=assignment.professional)


def person(resident: Any) -> Any:
    """Signed in as this resident."""
    return _signed_in(f"bench-r{resident.pk}", resident=resident)


def _signed_in(sub: str, **who: Any) -> Any:
    from django.test import Client

    from kehra.kernel.accounts.models import User

    ((field, row),) = who.items()
    user = User.objects.filter(**{field: row}).first() or User.objects.create(sub=sub, **who)
    client = Client(SERVER_NAME="127.0.0.1")
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(user)
    return client


def open_page(name: str, client: Any, path: str) -> Figures:
    """Opens one page often enough to trust the median."""
    from django.db import connection

    queries = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    for _time in range(WARM_UPS):
        response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path} answered {response.status_code}")
    with connection.execute_wrapper(count):
        client.get(path)
    taken = sorted(_milliseconds(client, path) for _time in range(TIMES))
    return Figures(name, statistics.median(taken), taken[int(TIMES * 0.95)], len(queries))


def _milliseconds(client: Any, path: str) -> float:
    begun = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - begun) * 1000


def report(figures: list[Figures]) -> int:
    """Prints the table and the JSON line."""
    print(f"{'page':<18}{'median ms':>10}{'p95 ms':>10}{'queries':>10}")
    for page in figures:
        print(f"{page.name:<18}{page.median:>10.1f}{page.p95:>10.1f}{page.queries:>10}")
    numbers = {f"{page.name}_ms": round(page.median, 1) for page in figures}
    numbers |= {f"{page.name}_p95_ms": round(page.p95, 1) for page in figures}
    numbers |= {f"{page.name}_queries": page.queries for page in figures}
    goals = {
        f"{page.name}_queries": {
            "goal": f"at most {MOST_QUERIES[page.name]}",
            "met": page.queries <= MOST_QUERIES[page.name],
        }
        for page in figures
        if page.name in MOST_QUERIES
    }
    print(json.dumps({"bench": "pages", "figures": numbers, "goals": goals}))
    return 0 if all(goal["met"] for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
