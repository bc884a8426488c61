"""What anybody may see, in three languages, wide and narrow."""

import pytest

from tests.journeys.conftest import Visit

PAGES = ["/help/", "/about/", "/privacy/", "/accessibility/", "/gallery/"]


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_open_pages_are_for_everyone(visit: Visit, language: str, width: int) -> None:
    visitor = visit(locale=language, viewport={"width": width, "height": 800})
    for path in PAGES:
        visitor.open(path)
        assert visitor.page.locator("html").get_attribute("lang") == language


def test_what_does_not_exist_says_what_to_do(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/nothing-here/", status=404)
    visitor.sees("112", "116 117")
