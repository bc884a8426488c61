"""Templates keep to what the Content-Security-Policy allows, and never trust a text."""

import re
from pathlib import Path

import pytest

from tests.house_rules import source

FORBIDDEN = {
    "a style in the page: write a class": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "a script in the page: write it in kehra.js": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler in the page: write it in kehra.js": re.compile(
        r"\s(on[a-z]+|hx-on[:a-z-]*)=", re.IGNORECASE
    ),
    "a text that is not escaped": re.compile(r"\|\s*safe\b|autoescape false|Markup"),
    "something from another host": re.compile(r"(src|action|hx-[a-z]+)=\"(https?:)?//", re.IGNORECASE),
}
# The identity provider of the demo has a template engine and a policy of its own, under the same rules. One
# is no page of the service but a file that must stand alone: its policy lets run the one script and the one
# style that it carries, by their hashes; a journey opens it in a browser without network.
STANDS_ALONE = source.SRC / "kehra/serve/day_lists/templates/day_lists/file.html"
TEMPLATES = sorted({*source.SRC.glob("**/templates/**/*.html")} - {STANDS_ALONE})


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(source.SRC).as_posix())
def test_a_template_holds_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
