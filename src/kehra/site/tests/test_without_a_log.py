"""If the log cannot be written, nobody's data is shown, on any page, to anybody; the health page answers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kehra.kernel.accounts.models import Choice, User
from kehra.kernel.people.models import Address, Resident
from kehra.site import roles
from kehra.site.region.load import load_region
from kehra.site.views import health

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
# Each kind of trouble as the database tells of it.
BREAK = {
    "a trigger that raises": """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION refuse()
    """,
    "a full disk": """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE disk_full USING MESSAGE = 'could not extend file'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION refuse()
    """,
    "a month without a partition": "DROP TABLE audit_auditentry_2026_11",
    "a right that was taken away": """
        REVOKE INSERT ON audit_auditentry FROM kehra_app;
        SET LOCAL ROLE kehra_app
    """,
}
WORDS = {
    "fi": "Juuri nyt ei voida näyttää mitään",
    "sv": "Just nu kan ingenting visas",
    "en": "Nothing can be shown just now",
}


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    health._database.cache_clear()


def break_the_log(how: str = "a trigger that raises") -> None:
    roles.grant(connection)
    with connection.cursor() as cursor:
        cursor.execute(BREAK[how])


def person(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(user)
    return client


@pytest.mark.parametrize("how", BREAK)
def test_whatever_the_trouble_is(cast: Any, set_time: Any, how: str) -> None:
    set_time(NOW)
    client = person(cast.user("liisa"))
    assert client.get("/desk/emergency/").status_code == 200
    break_the_log(how)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["database"], answer.json()["log"]) == (503, True, False)
    assert client.get("/officer/").status_code == 503, "a refusal that cannot be logged"


def test_the_health_page_needs_no_session_and_names_nobody(db: None) -> None:
    answer = Client().get("/health/", secure=True)
    assert answer.status_code == 200
    assert answer.json()["serves"]
    assert "the log is not being sealed" in answer.json()["attention"]


def test_asking_for_health_leaves_no_row(db: None) -> None:
    Client().get("/health/", secure=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditentry")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("language", WORDS)
def test_the_page_says_so_in_plain_words(cast: Any, language: str) -> None:
    client = person(cast.user("eero"))
    break_the_log()
    answer = client.get("/log/", headers={"accept-language": language})
    assert answer.status_code == 503
    assert WORDS[language] in answer.text
    assert "Eero" not in answer.text


def test_no_page_shows_anybody_to_anybody(set_time: Any) -> None:
    """Every route as everybody of the cast, with things of every kind: first as it should be, then with a
    log that cannot be written. What named a person, or asked a right, shows nobody."""
    load_region(scale=Fraction(1, 3000), now=NOW)
    set_time(NOW)
    seen = [
        (client, path, names, bool(names.search(text)))
        for client, own_name in one_of_each()
        for names in [secrets(but=own_name)]
        for path, text in pages_open_to(client)
    ]
    assert len([path for _, path, _, named in seen if named]) > 20
    break_the_log()
    for client, path, names, named in seen:
        answer = client.get(path)
        assert not names.search(_text(answer)), path
        assert answer.status_code == 503 or not named, path


def one_of_each() -> list[tuple[Client, str]]:
    """Somebody of the cast in each role and sector, and a resident who has a child, with their own names,
    which stand above the pages that are for everybody."""
    found = {}
    for user in User.objects.filter(sub__startswith="cast-").order_by("pk"):
        actor = user.actor(Choice(), now=NOW)
        found.setdefault((actor.kind, actor.role, actor.sector), user)
    users = [*found.values(), User.objects.get(sub="cast-marja")]
    return [(person(user), user.actor(Choice(), now=NOW).name) for user in users]


def secrets(*, but: str) -> re.Pattern[str]:
    """The name and the street of every resident, but not the name of who looks."""
    residents = Resident.objects.values_list("given_names", "family_name")
    words = {f"{given} {family}" for given, family in residents} - {but}
    words |= {street for street in Address.objects.values_list("street", flat=True) if street}
    return re.compile("|".join(re.escape(word) for word in sorted(words) if len(word) > 3))


def pages_open_to(client: Client) -> Iterator[tuple[str, str]]:
    """One page of each route that this person may open, with the first things that open it."""
    for route in sorted(set(routes(get_resolver().url_patterns))):
        for path in filled(route):
            answer = client.get(path)
            if answer.status_code == 200:
                yield path, _text(answer)
                break


def filled(route: str, most: int = 3) -> Iterator[str]:
    """The route with the newest things that there are of its kinds."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if not names:
        yield route
        return
    for number in range(most):
        path = route
        for name in names:
            path = re.sub(rf"<(?:\w+:)?{name}>", str(thing(name, number)), path)
        yield path


def thing(name: str, number: int) -> Any:
    """The key of a thing that the argument of a route names ("appointment_id")."""
    wanted = name.removesuffix("_id").replace("_", "")
    for model in apps.get_models():
        if model.__name__.lower() == {"access": "emergencyaccess"}.get(wanted, wanted):
            keys = model._default_manager.order_by("-pk").values_list("pk", flat=True)[number : number + 1]
            return next(iter(keys), 1) if isinstance(model._meta.pk, models.Field) else 1
    return 1


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path


def _text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode(errors="replace") if answer.streaming else answer.text
