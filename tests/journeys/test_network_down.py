"""The network is down: the unit's list opens from its own machine in a browser that reaches nothing; later
the paper is entered with its true times."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.deeds import send_need
from tests.journeys.visitor import AXE, RULES, Visitor

WORDS = "kehra demo TULI veto sana lomu"


def make_urgent(visitor: Visitor, matter: int) -> None:
    """As if two days ago Marja had told of something that could not wait."""
    county = visitor.county
    county.change("update matters_matter set opened_at = opened_at - interval '2 days' where id = %s", matter)
    county.change("update matters_clock set started_on = started_on - 2 where matter_id = %s", matter)
    county.change(
        "update tasks_task set urgency = 2, opened_at = opened_at - interval '2 days' where matter_id = %s",
        matter,
    )


def open_list(page: Page, words: str) -> None:
    page.locator("input:visible").fill(words)
    page.locator("form:visible button").click()


def list_of(liisa: Visitor) -> Path:
    """Where the page says that the machine's file is."""
    liisa.county.work("day_lists.refresh")
    liisa.open("/desk/day-list/")
    return Path(liisa.page.locator("main .kehra-code").first.inner_text())


def test_the_list_opens_without_network_and_the_paper_is_entered_later(
    visit: Visit, browser: Browser
) -> None:
    marja, liisa = visit("cast-marja"), visit("cast-liisa")
    matter = send_need(marja, "Kuume on noussut korkealle.")
    make_urgent(marja, matter)
    file = list_of(liisa)
    assert "Laine" not in file.read_text(encoding="utf-8")
    context = browser.new_context(offline=True, locale="fi-FI", viewport={"width": 320, "height": 800})
    page, asked, complaints = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"file://{file}")
    open_list(page, "aivan väärä lause")
    expect(page.locator("[data-say=wrong]:visible")).to_contain_text("Tunnuslause on väärin")
    open_list(page, WORDS)
    expect(page.locator("#list")).to_contain_text("Marja Laine")
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("#list h1")).to_contain_text("Dagslista")
    assert "Kotikuja" not in page.content()
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    assert [violation["id"] for violation in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Stäng listan").click()
    assert "Marja" not in page.content()
    assert (asked, complaints) == ([f"file://{file}"], [])
    context.close()
    enter_paper(liisa, matter)
    marja.open(f"/matters/{matter}/")
    marja.sees("Kirjattu jälkikäteen", "verkko ei toiminut", "klo 12.00")


def enter_paper(liisa: Visitor, matter: int) -> None:
    """She was reached yesterday at noon."""
    [(task,)] = liisa.county.ask("select id from tasks_task where matter_id = %s", matter)
    yesterday = (datetime.now(UTC) + timedelta(hours=2) - timedelta(days=1)).date()  # noqa: TID251
    liisa.open(f"/desk/day-list/afterwards/?day={yesterday}")
    liisa.page.locator(f"#id_task-{task}-what").select_option("reached")
    liisa.click("Tallenna kirjaukset")
    liisa.sees("Tarkista, mitä kirjoitit", "Mitään ei ole vielä tallennettu")
    liisa.page.locator(f"#id_task-{task}-at").fill("12.00")
    liisa.page.locator(f"#id_task-{task}-text").fill("Soitettu, kuume laskussa.")
    liisa.click("Tallenna kirjaukset")
    liisa.sees("1 asia kirjattiin", "Liisa Niemi kirjasi tämän")


def test_a_changed_or_expired_file_says_so_and_stays_closed(
    visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    text = list_of(visit("cast-liisa", looks=False)).read_text(encoding="utf-8")
    made = re.search(r'"text": "(.{40})', text)
    assert made is not None
    changed, copy = tmp_path / "changed.html", tmp_path / "copy.html"
    changed.write_text(text.replace(made[1], made[1][::-1]), encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    context = browser.new_context(offline=True, locale="fi-FI")
    page = context.new_page()
    page.goto(f"file://{changed}")
    open_list(page, WORDS)
    expect(page.locator("[data-say=changed]:visible")).to_contain_text("muutettu")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=17))  # noqa: TID251
    page.goto(f"file://{copy}")
    expect(page.locator("[data-say=expired]:visible")).to_contain_text("liian vanha")
    open_list(page, WORDS)
    expect(page.locator("#list")).to_be_hidden()
    context.close()
