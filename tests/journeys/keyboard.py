"""A page without a mouse: Tab by Tab, and one always sees where one is."""

from tests.journeys.visitor import Visitor

FOCUS = """() => {
    const here = document.activeElement;
    const style = getComputedStyle(here);
    const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
    const box = here.getBoundingClientRect();
    return {tag: here.tagName, name: here.getAttribute("name") || "", text: here.innerText || "", shown,
            inside: box.bottom > 0 && box.top < innerHeight};
}"""


def focus(visitor: Visitor) -> dict[str, str | bool]:
    """What has the focus, and whether one sees it."""
    here: dict[str, str | bool] = visitor.page.evaluate(FOCUS)
    return here


def tab_to(visitor: Visitor, *, name: str = "", text: str = "") -> None:
    """Tab by Tab; what has the focus is seen each time."""
    for _step in range(120):
        visitor.page.keyboard.press("Tab")
        here = focus(visitor)
        if here["tag"] != "BODY":
            assert here["shown"], f"{visitor.page.url}: the focus does not show at {here}"
            assert here["inside"], f"{visitor.page.url}: the focus is out of sight at {here}"
        if name and here["name"] == name:
            return
        if text and str(here["text"]).strip() == text and here["tag"] in {"BUTTON", "A"}:
            return
    raise AssertionError(f"{visitor.page.url}: {name or text} is not reached by Tab")


def press(visitor: Visitor, text: str) -> None:
    """The button or link of these words, by Enter."""
    before = visitor.page.url
    tab_to(visitor, text=text)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: url != before)
    visitor.look()


def choose(visitor: Visitor, name: str, label: str) -> None:
    """Arrow keys move among the choices that one Tab reaches; boxes are reached one by one."""
    wanted = visitor.page.get_by_role("main").get_by_label(label).first
    boxes = wanted.get_attribute("type") == "checkbox"
    if focus(visitor)["name"] != name:
        tab_to(visitor, name=name)
    for _step in range(30):
        if wanted.evaluate("field => field === document.activeElement"):
            break
        visitor.page.keyboard.press("Tab" if boxes else "ArrowDown")
    visitor.page.keyboard.press("Space")
    assert wanted.is_checked(), f"{visitor.page.url}: {label} is not chosen by keyboard"
