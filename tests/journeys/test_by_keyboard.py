"""Everything is reached by Tab and Enter, and one always sees where one is."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import RECEPTION, matter_of, send_need
from tests.journeys.visitor import Visitor

FOCUS = """() => {
    const here = document.activeElement;
    const style = getComputedStyle(here);
    const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
    const box = here.getBoundingClientRect();
    return {tag: here.tagName, name: here.getAttribute("name") || "", text: here.innerText || "", shown,
            inside: box.bottom > 0 && box.top < innerHeight};
}"""


def test_a_need_is_sent_by_keyboard_alone(visit: Visit) -> None:
    sari = visit("cast-sari", looks=False)
    _tab_to(sari, name="words")
    sari.page.keyboard.type("Tarvitsen apua arkeen.")
    _press(sari, "Jatka")
    _tab_to(sari, name="service")
    _choose(sari, "service", RECEPTION)
    _press(sari, "Jatka")
    while "/check/" not in sari.page.url:
        if "/danger/" in sari.page.url:
            _choose(sari, "answer", "Ei mitään näistä")
        if "/reach/" in sari.page.url:
            _choose(sari, "wants_call", "Viestillä täällä")
        _press(sari, "Jatka")
    _press(sari, "Lähetä")
    assert "/sent/" in sari.page.url
    assert matter_of(sari)


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    sari = visit("cast-sari", looks=False)
    sari.page.keyboard.press("Tab")
    sari.page.keyboard.press("Enter")
    assert sari.page.evaluate("document.activeElement.id") == "main"


def test_a_nurse_takes_a_matter_by_one_key(visit: Visit) -> None:
    marja = visit("cast-marja", looks=False)
    matter = send_need(marja, "Kurkku on kipeä.")
    liisa = visit("cast-liisa", looks=False)
    row = liisa.page.locator(f"tr:has(a[href='/matters/{matter}/'])")
    for _step in range(120):
        if row.evaluate("row => row.contains(document.activeElement)"):
            break
        liisa.page.keyboard.press("Tab")
    assert _focus(liisa)["shown"]
    liisa.page.keyboard.press("t")
    liisa.page.wait_for_load_state("load")
    liisa.page.get_by_role("row", name="Sinulla").first.wait_for()
    assert "Sinulla" in row.inner_text()


def _focus(visitor: Visitor) -> dict[str, str | bool]:
    focus: dict[str, str | bool] = visitor.page.evaluate(FOCUS)
    return focus


def _tab_to(visitor: Visitor, *, name: str = "", text: str = "") -> None:
    """Tab by Tab; what has the focus is seen each time."""
    for _step in range(120):
        visitor.page.keyboard.press("Tab")
        focus = _focus(visitor)
        if focus["tag"] != "BODY":
            assert focus["shown"], f"{visitor.page.url}: the focus does not show at {focus}"
            assert focus["inside"], f"{visitor.page.url}: the focus is out of sight at {focus}"
        if name and focus["name"] == name:
            return
        if text and str(focus["text"]).strip() == text and focus["tag"] in {"BUTTON", "A"}:
            return
    raise AssertionError(f"{visitor.page.url}: {name or text} is not reached by Tab")


def _press(visitor: Visitor, text: str) -> None:
    before = visitor.page.url
    _tab_to(visitor, text=text)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: url != before)
    visitor.look()


def _choose(visitor: Visitor, name: str, label: str) -> None:
    """Arrow keys move among the choices that one Tab reaches; boxes are reached one by one."""
    wanted = visitor.page.get_by_role("main").get_by_label(label).first
    boxes = wanted.get_attribute("type") == "checkbox"
    if _focus(visitor)["name"] != name:
        _tab_to(visitor, name=name)
    for _step in range(30):
        if wanted.evaluate("field => field === document.activeElement"):
            break
        visitor.page.keyboard.press("Tab" if boxes else "ArrowDown")
    visitor.page.keyboard.press("Space")
    assert wanted.is_checked(), f"{visitor.page.url}: {label} is not chosen by keyboard"
