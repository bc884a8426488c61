"""Somebody at a browser. Every page that a visitor opens is looked at: no sideways scrolling, no error
in the console, one main heading, a title; and no accessibility violation on each kind of page."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, expect

from tests.house_rules.source import ROOT
from tests.journeys.county import County

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

BROWSERS = ("chromium", "google-chrome")  # as in the Makefile
# Nothing is looked up outside, and a container has no sandbox of its own.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def launch(playwright: Playwright) -> Browser:
    """The machine's Chromium, else the one that `playwright install chromium` has fetched."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@dataclass
class Visitor:
    """One person in one browser window of their own."""

    context: BrowserContext
    county: County
    looks: bool = True
    complaints: list[str] = field(default_factory=list)
    looked: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._see)

    def sign_in(self, sub: str, role: str = "") -> None:
        """Through the demo's sign-in service, as the person of the cast. Who has several roles goes on in
        the one named, else in the first: a resident for themselves."""
        self.page.goto(f"{self.county.url}/sign-in/")
        if not self.page.url.startswith(self.county.sign_in_url):
            self.page.get_by_role("main").get_by_role("button").or_(
                self.page.get_by_role("main").get_by_role("link")
            ).first.click()
        self.page.locator(f'button[value="{sub}"]').click()
        self.page.wait_for_url(f"{self.county.url}/**")
        self.look()
        if "/role/" in self.page.url:
            self.click(role) if role else self.page.locator("main form li button").first.click()
            self.page.wait_for_load_state("load")
            self.look()

    def open(self, path: str, *, status: int = 200) -> None:
        """Goes to a page by its address."""
        response = self.page.goto(self.county.url + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        self.look()

    def click(self, name: str, *, role: str = "", exact: bool = False) -> None:
        """Presses the button or follows the link of that name."""
        main = self.page.get_by_role("main")
        found = main.get_by_role("button", name=name, exact=exact).or_(
            main.get_by_role("link", name=name, exact=exact)
        )
        (main.get_by_role(role, name=name, exact=exact) if role else found).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state("load")
        self.look()

    def fill(self, label: str, text: str) -> None:
        """Writes into the field of that label."""
        self.page.get_by_role("main").get_by_label(label, exact=False).first.fill(text)

    def choose(self, label: str) -> None:
        """Chooses a radio button or ticks a box."""
        self.page.get_by_role("main").get_by_label(label, exact=False).first.check()

    def sees(self, *texts: str) -> None:
        """The page says each of these, at once or within some seconds."""
        main = self.page.locator("main")
        for text in texts:
            try:
                expect(main).to_contain_text(text, timeout=5_000, use_inner_text=True)
            except AssertionError:
                found = f"{self.page.url} does not say {text!r}:\n{main.inner_text()[:2000]}"
                raise AssertionError(found) from None

    def sees_not(self, *texts: str) -> None:
        """The whole page, hidden parts too, says none of these."""
        content = self.page.content()
        for text in texts:
            assert text not in content, f"{self.page.url} says {text!r}"

    def look(self) -> None:
        """What every page must be."""
        page = self.page
        assert page.locator("h1").count() == 1, f"{page.url} has {page.locator('h1').count()} main headings"
        assert page.title().strip(" –"), page.url
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{page.url} scrolls sideways by {width} px"
        if self.looks:
            self._run_axe_once()
        assert self.complaints == []

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path, full_page=True)

    def _run_axe_once(self) -> None:
        """For each kind of page, with errors and without, the first that this visitor opens: axe is what
        takes the most time in a journey."""
        errors = self.page.locator(".govuk-error-summary").count()
        kind = (re.sub(r"\d+", "#", urlsplit(self.page.url).path), errors)
        if kind not in self.looked:
            self.looked.add(kind)
            self._run_axe()

    def _run_axe(self) -> None:
        self.page.evaluate(AXE)
        result: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})",
            RULES,
        )
        found = [
            f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']][:3]}"
            for violation in result["violations"]
        ]
        assert found == [], f"{self.page.url}: {found}"

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is meant to be refused tells so in the console too.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")
        if not response.url.startswith((self.county.url, self.county.sign_in_url, "data:", "blob:")):
            self.complaints.append(f"fetched from elsewhere: {response.url}")
