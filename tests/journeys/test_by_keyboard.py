"""Everything is reached by Tab and Enter, and one always sees where one is."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import RECEPTION, matter_of, send_need
from tests.journeys.keyboard import choose, focus, press, tab_to


def test_a_need_is_sent_by_keyboard_alone(visit: Visit) -> None:
    sari = visit("cast-sari", looks=False)
    tab_to(sari, name="words")
    sari.page.keyboard.type("Tarvitsen apua arkeen.")
    press(sari, "Jatka")
    tab_to(sari, name="service")
    choose(sari, "service", RECEPTION)
    press(sari, "Jatka")
    while "/check/" not in sari.page.url:
        if "/danger/" in sari.page.url:
            choose(sari, "answer", "Ei mitään näistä")
        if "/reach/" in sari.page.url:
            choose(sari, "wants_call", "Viestillä täällä")
        press(sari, "Jatka")
    press(sari, "Lähetä")
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
    assert focus(liisa)["shown"]
    liisa.page.keyboard.press("t")
    liisa.page.wait_for_load_state("load")
    liisa.page.get_by_role("row", name="Sinulla").first.wait_for()
    assert "Sinulla" in row.inner_text()
