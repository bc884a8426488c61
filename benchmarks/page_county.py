"""The county that `benchmarks/pages.py` drives: loaded once for each day and size, and the desk, the
sessions and the pages that its clients need. Runs as a program of its own for each size, because Django's
settings belong to one database: `python -m benchmarks.page_county SCALE` with the owner's DATABASE_URL makes
the county, and once more with `tell` it signs people in and prints, as JSON, who asks for which pages and how
many queries each page asks."""

import json
import os
import random
import sys
from datetime import datetime
from fractions import Fraction
from typing import Any

import django

OPEN_ON_DESK = 500
TAKEN = 0.8  # of the matters that are added to the desk: about as on a desk that has grown by itself
NEED = "Polvi on ollut kipeä kaksi viikkoa. Portaissa sattuu eniten."


def main(scale: str, *what: str) -> int:
    """Makes what is missing; or tells what there is, with sessions that begin now."""
    django.setup()
    from django.db import transaction

    from kehra.kernel.time import clock
    from kehra.site.cli import migrate

    if what == ("tell",):
        print(json.dumps(County(clock.now()).tell()))
        return 0
    migrate.migrate(verbosity=0)
    load(Fraction(scale))
    with transaction.atomic():
        County(clock.now()).fill_desk()
    return 0


def load(scale: Fraction) -> None:
    """Keski-Suomi at `scale`; goes on with a load that was stopped."""
    from kehra.kernel.organisations.models import County as Loaded
    from kehra.site.cli import region
    from kehra.site.region.checkpoint import Checkpoint

    if not Loaded.objects.exists() or Checkpoint.find(["15"], scale, 2026):
        region.load(scale=scale, counties=["15"])


class County:
    """The unit, the people who look at pages, and the pages they look at."""

    def __init__(self, now: datetime) -> None:
        from kehra.kernel.accounts.models import Assignment
        from kehra.kernel.organisations.models import Unit

        self.now, self.chance = now, random.Random(2026)  # noqa: S311 -- repeatable, not secret
        self.unit = self._unit()
        working = Assignment.objects.filter(role="professional").exclude(professional__user=None)
        self.nurse = working.filter(unit=self.unit, professional__profession="nurse").order_by("pk")[0]
        social = Unit.objects.filter(sector="social", tasks__done_at=None, tasks__isnull=False)
        self.social_worker = working.filter(unit__in=social).order_by("pk")[0]
        roles = {role: Assignment.objects.filter(role=role) for role in ("partner", "manager", "officer")}
        self.partner, self.manager, self.officer = (
            roles[role].exclude(professional__user=None).order_by("pk")[0] for role in roles
        )

    def _unit(self) -> Any:
        """The unit with the most open matters that are not more than its desk is to hold."""
        from django.db.models import Count, Q

        from kehra.kernel.catalogue.models import Offering
        from kehra.kernel.organisations.models import Unit

        known = os.environ.get("BENCH_UNIT")
        serving = Offering.objects.filter(service__code="reception", bookable=True, intake=True)
        units = Unit.objects.filter(pk__in=serving.values("unit")).annotate(
            waiting=Count("matters", filter=Q(matters__closed_at=None))
        )
        if known:
            return units.get(names__fi=known)
        return units.filter(waiting__lte=OPEN_ON_DESK).order_by("-waiting", "pk")[0]

    def actor(self, assignment: Any) -> Any:
        """Who works in an assignment, now."""
        from kehra.kernel.accounts.models import Choice

        return assignment.professional.user.actor(Choice(assignment_id=assignment.pk), now=self.now)

    def fill_desk(self) -> None:
        """Opens matters by the real actions until the desk holds what it is to hold."""
        from kehra.kernel.catalogue.models import Offering
        from kehra.kernel.people.models import Resident
        from kehra.serve.matters.actions import opening, work

        waiting = self.unit.matters.filter(closed_at=None).count()
        offering = Offering.objects.filter(unit=self.unit, service__code="reception", intake=True)[0]
        near = Resident.objects.filter(municipality__in=offering.municipalities.all(), user=None)
        ids = list(near.filter(birth_date__year__lt=2000).values_list("pk", flat=True)[:5000])
        by = self.actor(self.nurse)
        for _number in range(OPEN_ON_DESK - waiting):
            resident = Resident.objects.get(pk=self.chance.choice(ids))
            matter = opening.open_matter(
                resident,
                offering.service,
                unit=self.unit,
                channel="phone",
                need=NEED,
                urgency=self.chance.choice([2, 4, 4, 4]),
                by=by,
                now=self.now,
            )
            if self.chance.random() < TAKEN:
                work.take(matter, by=by, now=self.now)

    def tell(self) -> dict[str, Any]:
        """What the bench needs to know of this county."""
        from django.db import connection

        from kehra.serve.matters.models.matter import Matter
        from kehra.serve.tasks.models import Task

        clients = self._clients()
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE kehra_app")
        return {
            "matters": Matter.objects.count(),
            "unit": self.unit.names["fi"],
            "open_matters": self.unit.matters.filter(closed_at=None).count(),
            "open_tasks": Task.objects.filter(unit=self.unit, done_at=None).count(),
            "clients": clients,
            "queries": _count_queries(clients),
        }

    def _clients(self) -> list[dict[str, Any]]:
        """Eight people with their sessions: each page with its kind and its paths, asked in turn."""
        from kehra.serve.matters.models.matter import Matter

        of_unit = Matter.objects.filter(unit=self.unit, closed_at=None, entries__text=NEED).order_by("pk")
        owners = list(of_unit.select_related("resident")[:2])
        child = Matter.objects.filter(closed_at=None, resident__birth_date__year__gte=2012).order_by("pk")
        child = child.exclude(resident__guardians=None).select_related("resident")[0]
        ours, theirs = self._matters(self.nurse, of_unit), self._matters(self.social_worker)
        work = [("day", "/desk/appointments/"), ("empty", "/help/")]
        return [
            *(self._resident(matter.resident, matter) for matter in owners),
            self._guardian(child),
            self._worker("nurse", self.nurse, [("desk", "/desk/"), *ours, *work]),
            self._worker("social worker", self.social_worker, [("desk_social", "/desk/"), *theirs, *work]),
            self._worker("partner", self.partner, [("desk_partner", "/desk/"), ("empty", "/help/")]),
            self._worker("manager", self.manager, [("waits", "/waits/"), ("empty", "/help/")]),
            self._worker("officer", self.officer, [("officer", "/officer/"), ("empty", "/help/")]),
        ]

    def _matters(self, assignment: Any, rows: Any = None) -> list[tuple[str, str]]:
        from kehra.kernel.access.permissions import visible
        from kehra.serve.matters.models.matter import Matter
        from kehra.serve.matters.permissions import READ

        by = self.actor(assignment)
        rows = visible(by, READ, rows or Matter.objects.filter(closed_at=None, unit=by.unit_id))
        kind = "matter" if assignment == self.nurse else "matter_social"
        return [(kind, f"/matters/{pk}/") for pk in rows.values_list("pk", flat=True)[:10]]

    def _resident(self, resident: Any, matter: Any) -> dict[str, Any]:
        return self._signed_in("resident", _own_pages(matter), resident=resident)

    def _guardian(self, matter: Any) -> dict[str, Any]:
        from kehra.kernel.accounts.models import Choice
        from kehra.kernel.time import helsinki

        child = matter.resident
        guardian = child.guardians.on(helsinki.today(self.now)).order_by("pk")[0].guardian
        pages = [(f"{kind}_for_child", path) for kind, path in _own_pages(matter)]
        return self._signed_in("guardian", pages, Choice(resident_id=child.pk), resident=guardian)

    def _worker(self, role: str, assignment: Any, pages: list[tuple[str, str]]) -> dict[str, Any]:
        from kehra.kernel.accounts.models import Choice

        choice = Choice(assignment_id=assignment.pk)
        return self._signed_in(role, pages, choice, professional=assignment.professional)

    def _signed_in(
        self, role: str, pages: list[tuple[str, str]], choice: Any = None, **who: Any
    ) -> dict[str, Any]:
        """Somebody with a session, as signing in leaves it."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        from kehra.kernel.accounts import sessions
        from kehra.kernel.accounts.models import Choice, User
        from kehra.site.region.people.residents import UNUSABLE

        ((field, row),) = who.items()
        user = User.objects.filter(**{field: row}).first()
        user = user or User.objects.create(sub=f"bench-{field}-{row.pk}", password=UNUSABLE, **who)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        sessions.begin(session, now=self.now)
        sessions.choose(session, choice or Choice(), many=False)
        session.save()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        return {"role": role, "cookie": cookie, "pages": pages}


def _own_pages(matter: Any) -> list[tuple[str, str]]:
    return [
        ("home", "/"),
        ("timeline", f"/matters/{matter.pk}/"),
        ("booking", f"/matters/{matter.pk}/times/"),
        ("log", "/log/"),
        ("appointments", "/appointments/"),
    ]


def _count_queries(clients: list[dict[str, Any]]) -> dict[str, int]:
    """How many queries the first page of each kind asks, once its first look is over."""
    from django.db import connection
    from django.test import Client

    counted: dict[str, int] = {}
    for one in clients:
        client = Client(SERVER_NAME="127.0.0.1")
        client.defaults |= {"wsgi.url_scheme": "https", "HTTP_COOKIE": one["cookie"]}
        for kind, path in one["pages"]:
            if kind in counted:
                continue
            asked: list[str] = []
            for _time in range(2):
                asked.clear()
                with connection.execute_wrapper(
                    lambda execute, sql, *rest, asked=asked: (asked.append(sql), execute(sql, *rest))[1]
                ):
                    response = client.get(path)
                if response.status_code != 200:
                    raise SystemExit(f"{one['role']} was answered {response.status_code} at {path}")
            counted[kind] = len(asked)
    return counted


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
