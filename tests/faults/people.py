"""Who books under fire: run as a program of its own with the settings of the installation, it makes
residents' matters, the times that all of them want, and sessions; and prints them as JSON.

    python -m tests.faults.people RESIDENTS WORKERS TIMES
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.journeys.county import County

COUNTY = "15"


@dataclass(frozen=True)
class Person:
    """Somebody with a session; a resident with the matter that they book in."""

    session: str
    matter: int = 0


@dataclass(frozen=True)
class People:
    """Residents, a bystander who only looks, the workers of the unit, and the times wanted by all."""

    residents: list[Person]
    bystander: Person
    workers: list[Person]
    times: list[int]

    @property
    def matters(self) -> list[int]:
        return [person.matter for person in self.residents]


def make_people(county: County, *, residents: int, workers: int, times: int) -> People:
    """In the running installation, by the actions of the program."""
    demo = county.folder / "demo"
    settings = {
        "DATABASE_URL": county.database_url,
        "KEHRA_SECRET_KEY": (demo / "secret-key").read_text(),
        "KEHRA_PUBLIC_URL": county.url,
        "KEHRA_STATE": str(county.folder),
        "KEHRA_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "kehra.site.settings",
    }
    made = subprocess.run(
        [sys.executable, "-m", __name__, str(residents), str(workers), str(times)],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found = json.loads(made.stdout)
    return People(
        residents=[Person(*one) for one in found["residents"]],
        bystander=Person(*found["bystander"]),
        workers=[Person(one) for one in found["workers"]],
        times=found["times"],
    )


def main(residents: int, workers: int, times: int) -> None:
    import django

    django.setup()
    from kehra.kernel.accounts.models import Assignment
    from kehra.kernel.organisations.models import Unit
    from kehra.kernel.time import clock, helsinki

    now = clock.now()
    lists, service, unit_id = _busy_unit(helsinki.today(now))
    unit = Unit.objects.get(pk=unit_id)
    people = [_resident(user, service, unit, now) for user in _users(residents + 1)]
    staff = Assignment.objects.on(helsinki.today(now)).filter(unit=unit, role="professional")
    assignments = staff.exclude(professional__user=None).select_related("professional__user")[:workers]
    answer = {
        "residents": people[:-1],
        "bystander": people[-1],
        "workers": [_session(one.professional.user, assignment_id=one.pk) for one in assignments],
        "times": _times(lists, times),
    }
    print(json.dumps(answer))


def _busy_unit(today: Any) -> tuple[list[Any], Any, int]:
    """The booking lists of a unit for a service that residents book by themselves, at most two."""
    from kehra.kernel.catalogue.models import Offering
    from kehra.serve.booking.models.times import BookingList

    best: tuple[list[Any], Any, int] | None = None
    for offering in Offering.objects.on(today).filter(county=COUNTY, bookable=True).order_by("pk"):
        lists = BookingList.objects.on(today).filter(unit=offering.unit_id, services=offering.service_id)
        found = list({one.professional_id: one for one in lists.order_by("pk")}.values())[:2]
        if best is None or len(found) > len(best[0]):
            best = found, offering.service, offering.unit_id
    if best is None or not best[0]:
        raise SystemExit("Nobody in this county publishes times.")
    return best


def _users(number: int) -> list[Any]:
    """Adults for whom nothing has been made here yet."""
    from kehra.kernel.accounts.models import User

    users = User.objects.filter(
        resident__county=COUNTY,
        resident__birth_date__lt="2000-01-01",
        resident__appointments=None,
        resident__restrictions=None,
        professional=None,
    )
    return list(users.exclude(resident__email__endswith="@fire.test").order_by("-pk")[:number])


def _resident(user: Any, service: Any, unit: Any, now: datetime) -> tuple[str, int]:
    """Their session and their new matter."""
    from kehra.kernel.accounts.models import Choice
    from kehra.serve.matters.actions import opening

    resident = user.resident
    resident.email = f"resident-{resident.pk}@fire.test"
    resident.save(update_fields=["email"])
    matter = opening.open_matter(
        resident,
        service,
        unit=unit,
        channel="digital",
        need="Haluan ajan.",
        by=user.actor(Choice(), now=now),
        now=now,
    )
    return _session(user), matter.pk


def _session(user: Any, **choice: int) -> str:
    from django.test import Client

    from kehra.kernel.accounts import sessions
    from kehra.kernel.accounts.models import Choice

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    session = client.session
    sessions.choose(session, Choice(**choice), many=False)
    session.save()
    return str(session.session_key)


def _times(lists: list[Any], number: int) -> list[int]:
    """Half hours on a day after all that have been published, divided among the lists."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
    from django.db.models import Max

    from kehra.kernel.time import clock
    from kehra.serve.booking.models.times import FreeTime

    last = FreeTime.objects.filter(professional__in=[one.professional_id for one in lists])
    begin = (last.aggregate(last=Max("period__endswith"))["last"] or clock.now()) + timedelta(days=1)
    made = []
    for one in range(number):
        booking_list, half_hours = lists[one % len(lists)], one // len(lists)
        start = begin + timedelta(minutes=30 * half_hours)
        made.append(
            FreeTime.objects.create(
                booking_list=booking_list,
                professional=booking_list.professional,
                period=DateTimeTZRange(start, start + timedelta(minutes=30)),
                manner="on_site",
            ).pk
        )
    return made


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
