"""Every route is asked for by everybody and by nobody: who may gets an answer, who may not gets the answer
for what is not there, to the byte; and no page of theirs tells where a protected family lives."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, decide, may
from kehra.kernel.accounts.tests.cast import NOW
from tests.access.circumstances import given, nothing_special
from tests.access.visited import CANARIES, PHONE
from tests.access.visits import NOTHING, Route, all_routes, comparable, visit, visitor
from tests.access.world import World

pytestmark = pytest.mark.django_db

# One of each kind of who can sign in; the table decides each of the others as one of these.
WHO = ["own", "gua", "man", "oth", "ans", "soc", "prt", "str", "eme", "mgr", "off", "far", "nob"]
ANSWERED = {200, 204, 302, 303, 400, 403, 405, 409, 422}
# Pages that name nobody in their path: for whom they are. Others do not know that they exist.
RESIDENTS = {"own", "gua", "man", "oth"}
SERVING = {"ans", "soc", "str", "eme", "far"}
PAGES = {
    "/log/": RESIDENTS,
    "/rights/": RESIDENTS,
    "/rights/restrictions/": RESIDENTS,
    "/rights/explanations/new/": RESIDENTS,
    "/needs/new/": RESIDENTS,
    "/appointments/": RESIDENTS,
    "/desk/emergency/": SERVING,
    "/desk/new/": SERVING,
    "/desk/new/unidentified/": SERVING,
    "/officer/": {"off"},
    "/waits/": {"mgr"},
    "/desk/times/": {"ans"},
    "/desk/appointments/": set(WHO) - RESIDENTS - {"nob"},
    "/desk/call-backs/": set(WHO) - RESIDENTS - {"nob"},
    "/desk/": set(WHO) - RESIDENTS - {"nob"},
}
# Who may and yet finds nothing there, by the path alone.
NOT_BY_PATH_ALONE = {
    "/officer/explanations/<int:explanation_id>/": "the resident has a page of their own for it",
    "/officer/emergencies/<int:access_id>/": "the worker has a page of their own for it",
    "/desk/new/<int:resident_id>/": "nobody is opened by guessing a number: they are found first",
    "/desk/residents/<int:resident_id>/reach/": "the resident has a page of their own for it",
    "/desk/residents/<int:resident_id>/mandates/new/": "the resident gives mandates elsewhere",
    "/mandates/<int:mandate_id>/end/": "staff end it at the resident's own page, when the resident is there",
    "/mandates/<int:mandate_id>/paper/": "this mandate was given without paper",
}


@pytest.mark.parametrize("column", WHO)
def test_every_route_answers_as_the_table_lets_expect(visited: World, column: str) -> None:
    with given(visited, nothing_special, column), visitor(visited, column) as client:
        by, wrong = visited.actor(column), []
        for route in all_routes():
            wrong += _wrongs(visited, column, by, route, client)
    assert not wrong, "\n".join(wrong)


def _wrongs(world: World, column: str, by: Actor, route: Route, client: Client) -> Iterator[str]:
    values = route.about(world, world.matter_of(column))
    path = route.filled(values)
    for method in ("get", "post"):
        answer = visit(client, method, path)
        said = f"{column}: {method} {route.path}: {answer.status_code}"
        if answer.status_code not in _expected(by, column, method, route, values):
            yield f"{said}, expected one of {sorted(_expected(by, column, method, route, values))}"
        if answer.status_code == 404 and values:
            yield from _differences(said, client, method, route, values, answer)
        yield from (f"{said}: tells {told}" for told in _told(column, route, answer))


def _expected(by: Actor, column: str, method: str, route: Route, values: dict[str, Any]) -> set[int]:
    if not route.asks:
        return ANSWERED - {403, 409} | {404}
    if route.path.startswith("/api/"):
        return {401}  # a session of the browser opens nothing there; see the tests of its tokens
    if column == "nob":
        return {302}
    if not any(hasattr(value, "concern") for value in values.values()):
        return _of_page(column, method, route)
    decided = {_decided(by, Permission.declared[name], list(values.values())) for name in route.asks}
    # A form may name nothing; and of several things in one path the further ones need not belong together.
    alone = method == "get" and len(values) == 1 and route.path not in NOT_BY_PATH_ALONE
    missing = set() if alone else {404}
    if "may" in decided:
        return ANSWERED | missing
    return {403, 405} | missing if "told" in decided else {404, 405}


def _of_page(column: str, method: str, route: Route) -> set[int]:
    allowed = PAGES.get(route.path)
    if allowed is None or method == "post":
        return ANSWERED | {404}
    return ANSWERED - {403, 405} if column in allowed else {404}


def _decided(by: Actor, permission: Permission, things: list[Any]) -> str:
    """What the table's test has proved to be as the table says: of the thing named last, or what it is of."""
    behind = permission.hidden_behind
    of = [
        getattr(thing, name)
        for thing in things
        for name in ("message", "booking_list")
        if hasattr(thing, name)
    ]
    for thing in [*reversed(things), *of]:
        with suppress(AttributeError, IndexError):
            if decide(by, permission, thing, now=NOW).allowed:
                return "may"
            if behind is not None and may(by, behind, thing, now=NOW):
                return "told"
    return "hidden"


def _differences(
    said: str, client: Client, method: str, route: Route, values: dict[str, Any], answer: HttpResponse
) -> Iterator[str]:
    """How the answer for somebody's thing is not the one for nothing."""
    nothing = {part: value if isinstance(value, str) else NOTHING for part, value in values.items()}
    path, missing = route.filled(values), route.filled(nothing)
    yours = comparable(answer, path)
    none = comparable(visit(client, method, missing), missing)
    for what, one, other in zip(("status", "body", "headers"), yours, none, strict=True):
        if one != other:
            yield f"{said}: its {what} is not that of nothing: {one!r:.300} / {other!r:.300}"


def _told(column: str, route: Route, answer: HttpResponse) -> Iterator[str]:
    """The canaries that this answer should not have: in its body, its headers or its title."""
    text = answer.content.decode(errors="replace") + str(answer.headers)
    for canary in CANARIES:
        if canary in text and not _lawful(column, route, canary):
            yield canary


def _lawful(column: str, route: Route, canary: str) -> bool:
    """The resident sees her own; the unit that answers sees the address on its page; who works in the matter
    sees the number when they are to note it."""
    if column == "own":
        return True
    if route.path.endswith("/address/"):
        return column == "ans"
    if route.path == "/desk/residents/<int:resident_id>/reach/":
        return canary == PHONE and column in SERVING - {"far"}
    calling = route.path in {"/matters/<int:matter_id>/", "/matters/<int:matter_id>/call/"}
    return calling and canary == PHONE and column in {"ans", "soc"}


def test_the_lawful_eye_sees_the_address(visited: World) -> None:
    """Without it, the canary would prove nothing."""
    path = f"/matters/{visited.matters['plain'].pk}/address/"
    for column, sees in (("own", True), ("ans", True), ("soc", False), ("eme", False), ("gua", False)):
        with visitor(visited, column) as client:
            assert (CANARIES[0] in visit(client, "get", path).content.decode()) is sees, column
