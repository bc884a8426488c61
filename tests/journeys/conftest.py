"""A county that runs, and people who visit it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.county import County, running_county
from tests.journeys.visitor import Visitor, launch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in item.nodeid:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def county() -> Iterator[County]:
    with TemporaryDirectory(prefix="kehra-journeys-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Started by root, the database runs as another user.
        with running_county(folder) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, county: County) -> Iterator[Visit]:
    """visit("cast-eero"): somebody of the cast, signed in, in a window of their own; with role="Aino", in
    that role of theirs. Options are a browser context's: java_script_enabled, viewport, locale."""
    contexts = []

    def make(sub: str | None = None, *, role: str = "", looks: bool = True, **options: Any) -> Visitor:
        context = browser.new_context(
            **{"locale": "fi-FI", "viewport": {"width": 1200, "height": 900}, **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitor = Visitor(context, county, looks=looks and options.get("java_script_enabled", True))
        if sub is not None:
            visitor.sign_in(sub, role)
        return visitor

    yield make
    for context in contexts:
        context.close()
