"""Every route: what its path needs, who asks for it, and the answer as it can be compared."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from kehra.kernel.accounts import sessions
from tests.access.world import World
from tests.house_rules.test_permissions import routes

NOTHING = 987654321
# Parts of a path that are not called as their model is.
MODELS = {"access": "EmergencyAccess", "part": "AssessmentPart", "time": "FreeTime", "call": "CallBack"}
MODELS |= {"request": "InterpreterRequest", "row": "Entry", "one": "Resident", "other": "Resident"}
MODELS |= {"rule": "RetentionRule"}
NAMES = {"link_id": "duration", "kind": "entry"}
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken&#34;: &#34;|csrf-token" content=")[^"&]+')
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Route:
    """A path as the urlconf writes it, and the view behind it."""

    path: str
    view: Any

    @property
    def parts(self) -> list[str]:
        return re.findall(r"<\w+:(\w+)>", self.path)

    @property
    def asks(self) -> frozenset[str]:
        return getattr(self.view, "asks", frozenset())

    def about(self, world: World, matter: str) -> dict[str, Any]:
        """The rows that the parts of the path name: what belongs to this matter and its resident."""
        return {part: NAMES.get(part) or row(part, world, matter) for part in self.parts}

    def filled(self, values: dict[str, Any]) -> str:
        """The path with the ids of these rows."""
        path = self.path
        for part, value in values.items():
            key = getattr(value, "pk", value)
            path = path.replace(f"<uuid:{part}>", str(uuid.UUID(int=NOTHING) if key == NOTHING else key))
            path = re.sub(rf"<\w+:{part}>", str(key), path)
        return path


def all_routes() -> list[Route]:
    found: Iterator[tuple[str, URLPattern]] = routes(get_resolver().url_patterns)
    return [Route(path, pattern.callback) for path, pattern in found]


def row(part: str, world: World, matter: str) -> Any:
    """A row for a part of a path: the one of this matter, else of its resident, else any; make one in
    `visited` where there is none, or the page is only seen to say that nothing is there."""
    name = part.removesuffix("_id")
    wanted = MODELS.get(name) or "".join(word.capitalize() for word in name.split("_"))
    models = [model for model in apps.get_models() if model.__name__ == wanted]
    assert models, f"tests/access/visits.py does not know what <{part}> is: add it to MODELS."
    rows = sorted(models[0]._default_manager.all(), key=lambda one: one.pk)
    return min(rows, key=lambda one: _distance(one, world, matter), default=NOTHING)


def _distance(one: Any, world: World, matter: str) -> int:
    concern = one.concern() if hasattr(one, "concern") else None
    if concern is None:
        return 3
    if concern.matter_id == world.matters[matter].pk or one == world.resident(matter):
        return 0
    return 1 if world.resident(matter).pk in concern.residents else 2


@contextmanager
def visitor(world: World, column: str) -> Iterator[Client]:
    """A browser in the hands of who acts in the column; what they do is undone."""
    client = Client(raise_request_exception=False)
    client.defaults["wsgi.url_scheme"] = "https"
    user = world.user_of(column)
    if user is not None:
        client.force_login(user)
        session = client.session
        sessions.choose(session, world.choice(column), many=False)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    yield client


def visit(client: Client, method: str, path: str, **data: Any) -> HttpResponse:
    """One request; what it changed is undone, whatever came of it."""
    mark, cookies = transaction.savepoint(), dict(client.cookies)
    try:
        answer = getattr(client, method)(path, data, secure=True)
        if answer.streaming:
            answer.content = b"".join(answer)
        return answer
    finally:
        transaction.savepoint_rollback(mark)
        client.cookies.clear()
        client.cookies.update(cookies)


def comparable(answer: HttpResponse, path: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers without what is of this request alone: the path, tokens, keys."""
    body = answer.content.replace(path.encode(), b"/PATH/")
    body = UUID.sub(b"UUID", TOKEN.sub(b"TOKEN", body))
    headers = {
        name: _general(value, path) for name, value in answer.headers.items() if name != "Content-Length"
    }
    return answer.status_code, body, headers


def _general(value: str, path: str) -> str:
    return (
        value.replace(path, "/PATH/").replace(quote(path, safe=""), "/PATH/").replace(quote(path), "/PATH/")
    )
