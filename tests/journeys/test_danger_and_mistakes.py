"""What goes wrong, or is dangerous, while a resident says what they need."""

import json

from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.county import County
from tests.journeys.deeds import RECEPTION, answer_questions, go_on, matter_of, say_need, send_need
from tests.journeys.visitor import Visitor

CLOSED = "vaarassa soita 112"
UNIT = "names->>'fi' = 'Saarijärven terveysasema'"


def test_a_red_flag_says_112_and_alerts_the_one_on_duty(visit: Visit) -> None:
    eero = visit("cast-eero")
    say_need(eero, "Rintaa puristaa ja henkeä ahdistaa.")
    eero.choose(RECEPTION)
    go_on(eero)
    eero.choose("Kova tai puristava kipu rinnassa")
    go_on(eero)
    eero.sees("Hae apua nyt", "112", "116 117", "päivystää")
    matter = matter_of(eero)

    liisa = visit("cast-liisa")  # The first of the unit's workers has the first week of duty.
    row = liisa.page.locator(f"tr:has(a[href='/matters/{matter}/'])").first
    assert "Eero Korhonen" in row.inner_text()
    assert "Sinulla" in row.inner_text()
    assert liisa.page.locator("tbody tr").first.get_attribute("id") == row.get_attribute("id")


def test_each_page_tells_what_is_wrong_and_keeps_what_was_typed(visit: Visit) -> None:
    ville = visit("cast-ville")
    go_on(ville)
    _leads_from_the_summary_to(ville, "id_words")
    say_need(ville, "En saa nukuttua.")
    go_on(ville)
    _leads_from_the_summary_to(ville, "id_service")
    ville.sees("En saa nukuttua.")
    ville.choose(RECEPTION)
    go_on(ville)
    go_on(ville)
    _leads_from_the_summary_to(ville, "id_answer")
    _answer_to_the_end_but_with_a_wrong_phone(ville)


def _answer_to_the_end_but_with_a_wrong_phone(ville: Visitor) -> None:
    while "/reach/" not in ville.page.url:
        if "/danger/" in ville.page.url:
            ville.page.locator("main input[type=radio], main input[type=checkbox]").last.check()
        go_on(ville)
    ville.choose("Puhelimitse")
    ville.page.locator("#id_phone").fill("en muista")
    go_on(ville)
    _leads_from_the_summary_to(ville, "id_phone")
    assert ville.page.locator("#id_phone").input_value() == "en muista"


def test_sent_twice_is_one_matter(visit: Visit, county: County) -> None:
    sari = visit("cast-sari")
    say_need(sari, "Tarvitsen apua, kaksi kertaa painettu.")
    sari.choose("Aikuissosiaalityö")
    go_on(sari)
    answer_questions(sari)
    again = sari.context.new_page()
    again.goto(sari.page.url)
    key = sari.page.locator("main input[name=once]").get_attribute("value")
    go_on(sari)
    again.locator("main input[name=once]").first.evaluate("(field, key) => field.value = key", key)
    again.locator("main form .govuk-button").first.click()
    again.wait_for_url("**/sent/")
    assert again.url == sari.page.url
    [(count,)] = county.ask(
        "select count(*) from contacts_contact where words like '%%kaksi kertaa painettu%%'"
    )
    assert count == 1


def test_what_is_anothers_is_not_there(visit: Visit) -> None:
    eero = visit("cast-eero")
    matter = send_need(eero, "Tarvitsen reseptin uusimisen.")
    ville = visit("cast-ville")
    for path in (
        f"/matters/{matter}/",
        f"/matters/{matter}/messages/",
        f"/matters/{matter}/add/",
        f"/matters/{matter}/times/",
        "/matters/99999999/",
        "/appointments/99999999/",
        "/attachments/99999999/",
        "/needs/99999999/check/",
        "/rights/explanations/99999999/",
    ):
        ville.open(path, status=404)
        ville.sees_not("Eero")


def test_out_of_hours_it_is_told_before_sending(visit: Visit, county: County) -> None:
    """The hours of the unit are set so that this moment is, and is not, within them."""
    eero = visit("cast-eero")
    say_need(eero, "Haluan jutella muistista.")
    eero.choose(RECEPTION)
    go_on(eero)
    answer_questions(eero)
    before = county.ask(f"select id, opening_hours::text from organisations_unit where {UNIT}")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    try:
        for spans, closed in (([], True), ([["00:00", "24:00"]], False)):
            hours = json.dumps(dict.fromkeys(days, spans))
            county.change(f"update organisations_unit set opening_hours = %s where {UNIT}", hours)
            eero.page.reload()
            eero.look()
            assert (CLOSED in eero.page.locator("main").inner_text()) is closed
    finally:
        for unit, hours in before:
            county.change("update organisations_unit set opening_hours = %s where id = %s", hours, unit)


def _leads_from_the_summary_to(visitor: Visitor, field: str) -> None:
    """The summary has the focus when the page opens; its link leads to a field that says what is wrong."""
    summary = visitor.page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    target = visitor.page.locator(f"[id^={field}]").first
    expect(target).to_be_in_viewport()
