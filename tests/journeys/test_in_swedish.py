"""One resident and one nurse who use Swedish meet no Finnish and no English words of the program."""

import re

from tests.journeys.conftest import Visit
from tests.journeys.deeds import go_on, send_need, take_from_desk
from tests.journeys.visitor import Visitor

# Words that the pages cannot do without, and that Swedish does not have.
FOREIGN = re.compile(
    r"\b(asia|asiasi|asian|viesti|viestit|lähetä|jatka|luvattu|viimeistään|ja|tai|sinulle|kuka|mitä|aika|"
    r"the|your|you|send|matter|message|who|what|promised|unit|when|see)\b",
    re.IGNORECASE,
)
WORDS = "Rösten är hes och halsen gör ont."


def test_a_resident_and_a_nurse_use_swedish_throughout(visit: Visit) -> None:
    elsa = visit("cast-elsa", locale="sv-SE")
    matter = send_need(elsa, WORDS, "Hälsostationens mottagning")
    _is_swedish(elsa)
    karl = visit("cast-karl", locale="sv-SE")
    take_from_desk(karl, matter)
    _is_swedish(karl)
    for path in (f"/matters/{matter}/messages/", f"/matters/{matter}/offer/", f"/matters/{matter}/close/"):
        _opens(karl, path)
    _opens(karl, f"/matters/{matter}/")
    karl.page.locator("main textarea[name=text]").fill("Ringde. Ingen feber.")
    karl.page.locator("form[action$='/write/'] .govuk-button").click()
    _is_swedish(karl)
    for path in (
        "/",
        f"/matters/{matter}/",
        f"/matters/{matter}/messages/",
        f"/matters/{matter}/add/",
        f"/matters/{matter}/call/",
        f"/matters/{matter}/times/",
        f"/matters/{matter}/assessment/",
        f"/matters/{matter}/permit/",
        "/appointments/",
        "/messages/",
        "/rights/",
        "/rights/restrictions/",
        "/rights/explanations/new/",
        "/log/",
        "/services/",
        "/help/",
    ):
        _opens(elsa, path)
    for path in ("/desk/", "/desk/new/", "/desk/call-backs/", "/desk/appointments/", "/desk/emergency/"):
        _opens(karl, path)


def test_mistakes_are_told_in_swedish(visit: Visit) -> None:
    elsa = visit("cast-elsa", locale="sv-SE")
    elsa.open("/")
    go_on(elsa)
    _is_swedish(elsa)
    elsa.open("/matters/99999999/", status=404)
    _is_swedish(elsa)


def _opens(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    _is_swedish(visitor)


def _is_swedish(visitor: Visitor) -> None:
    page = visitor.page
    assert page.locator("html").get_attribute("lang") == "sv", page.url
    said = f"{page.title()}\n{page.locator('main').inner_text()}"
    found = sorted({f"{line.strip()[:90]}" for line in said.splitlines() if FOREIGN.search(line)})
    assert found == [], f"{page.url}: {found}"
