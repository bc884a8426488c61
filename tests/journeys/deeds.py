"""What several journeys do on their way, in any language of the pages."""

import re
from base64 import b64decode

from playwright.sync_api import FilePayload

from tests.journeys.visitor import Visitor

RECEPTION = "Terveysaseman vastaanotto"


def say_need(visitor: Visitor, words: str) -> None:
    """Own words on the first page; comes to the choice of a service."""
    visitor.open("/")
    visitor.page.locator("#id_words").fill(words)
    go_on(visitor)


def answer_questions(visitor: Visitor) -> None:
    """From the question about danger to the last page: no danger, the rest unanswered, an answer here."""
    while "/check/" not in visitor.page.url:
        choices = visitor.page.locator("main input[type=radio], main input[type=checkbox]")
        if "/danger/" in visitor.page.url:
            choices.last.check()
        if "/reach/" in visitor.page.url:
            choices.first.check()
        go_on(visitor)


def send_need(visitor: Visitor, words: str, service: str = RECEPTION) -> int:
    """The whole flow with the shortest answers; gives the id of the matter."""
    say_need(visitor, words)
    visitor.choose(service)
    go_on(visitor)
    answer_questions(visitor)
    go_on(visitor)
    assert "/sent/" in visitor.page.url, visitor.page.url
    return matter_of(visitor)


def go_on(visitor: Visitor) -> None:
    """Presses the page's main button."""
    visitor.page.locator("main form .govuk-button").first.click()
    visitor.page.wait_for_load_state("load")
    visitor.look()


def matter_of(visitor: Visitor) -> int:
    """The id of the matter that the page leads to."""
    link = visitor.page.locator("main a[href^='/matters/']").last.get_attribute("href")
    return matter_in(link or "")


def matter_in(address: str) -> int:
    """The id of the matter in an address."""
    found = re.search(r"/matters/(\d+)/", address)
    assert found, address
    return int(found[1])


def take_from_desk(visitor: Visitor, matter: int) -> None:
    """A professional takes the matter by the button of its row."""
    visitor.open("/desk/")
    visitor.page.locator(f"tr:has(a[href='/matters/{matter}/']) button[data-kehra-take]").click()
    visitor.page.wait_for_load_state("load")
    visitor.look()


def press_late_time(visitor: Visitor, number: int) -> str:
    """Presses the free time that is the `number`-th from the end: the stories of the cast have booked none
    of those. Gives its value."""
    times = visitor.page.locator("main button[name=time]")
    time = times.nth(times.count() - number)
    value = time.get_attribute("value") or ""
    time.click()
    visitor.page.wait_for_load_state("load")
    visitor.look()
    return value


def picture_file(name: str = "kuva.png") -> FilePayload:
    """The smallest picture there is, to send with a message."""
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    return {"name": name, "mimeType": "image/png", "buffer": b64decode(pixel)}
