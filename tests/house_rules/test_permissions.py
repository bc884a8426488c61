"""Every route declares its permission or stands on a short public list; every permission has a
test that expects refusal; every permission reads as a sentence."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise

from kehra.kernel.access.permissions import Permission
from tests.house_rules import source

# Grows only for pages that show no person's data.
PUBLIC = {
    "/",
    "/services/",
    "/services/<int:service_id>/",
    "/sites/<int:site_id>/",
    "/sign-in/",
    "/sign-in/failed/",
    "/sign-in/no-access/",
    "/oidc/callback/",
    "/session/keep/",
    "/sign-out/",
    "/signed-out/",
    "/language/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/about/",
    "/gallery/",
    "/demo/sent/",
    "/health/",
    # A machine with a token of its own gets what only its unit's passphrase opens.
    "/day-list/machine/",
    "/api/openapi.json",
    "/about/records/",
    # A system beside Kehrä shows the secret that both know, and a token of a minute.
    "/other-systems/who/",
}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern


def test_every_route_declares_its_permission_or_is_public() -> None:
    found = {
        path
        for path, pattern in routes(get_resolver().url_patterns)
        if not hasattr(pattern.callback, "asks") and not hasattr(pattern.callback, "public")
    }
    assert found == set()


def test_public_routes_are_the_ones_that_are_listed() -> None:
    found = {
        path for path, pattern in routes(get_resolver().url_patterns) if hasattr(pattern.callback, "public")
    }
    assert found == PUBLIC


def test_no_route_is_both() -> None:
    for path, pattern in routes(get_resolver().url_patterns):
        assert not (hasattr(pattern.callback, "asks") and hasattr(pattern.callback, "public")), path


def test_every_permission_has_a_test_that_expects_refusal() -> None:
    """A test file of the app names the permission ("matters.open", or its constant OPEN) and
    expects a refusal: `Refused`, 403 or 404."""
    refusing: dict[str, str] = {}
    for path in source.SRC.rglob("tests/test_*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"Refused|\b40[34]\b", text):
            refusing[path.parents[1].name] = refusing.get(path.parents[1].name, "") + text
    found = {name for name in Permission.declared if not _named(name, refusing)}
    assert found == set()


def _named(permission: str, texts: dict[str, str]) -> bool:
    app, _, what = permission.partition(".")
    return re.search(rf"\b{what.upper()}\b|\"{re.escape(permission)}\"", texts.get(app, "")) is not None


@pytest.mark.parametrize("name", sorted(Permission.declared))
def test_every_permission_reads_as_a_sentence(name: str) -> None:
    permission = Permission.declared[name]
    assert " " in permission.sentence
    assert isinstance(permission.sentence, Promise)  # the resident reads it in their log
    for rule in permission.rules:
        assert all((rule.sentence, rule.relation, rule.purpose))
    for denial in permission.denials:
        assert all((denial.sentence, denial.code))
