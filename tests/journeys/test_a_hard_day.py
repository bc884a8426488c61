"""Anna is away: her day is given to others on one screen, by the manager of the unit, and comes back."""

import re
from datetime import date, timedelta

from tests.journeys.conftest import Visit
from tests.journeys.deeds import go_on
from tests.journeys.visitor import Visitor


def test_the_day_of_one_who_is_away_is_given_to_others_on_one_screen(visit: Visit) -> None:
    mikko = visit("cast-mikko")
    mikko.open("/absences/")
    go_on(mikko)
    mikko.sees("Valitse ainakin yksi työntekijä")
    mikko.choose("Anna Lehto")
    mikko.fill("Viimeinen poissaolopäivä", _next_week(mikko))
    go_on(mikko)
    mikko.sees("Merkitty poissa olevaksi: Anna Lehto", "käyntiä samaan aikaan työtoverilla")
    selects = mikko.page.locator("select[name^='visit-']")
    assert selects.count() == 14
    _two_at_one_time(mikko)
    mikko.open("/absences/plan/")
    go_on(mikko)
    mikko.sees("asiaa jaettiin", "Kaikki on jaettu", "Mitä on jaettu")
    _colleague_sees(visit("cast-liisa"))
    mikko.open("/absences/")
    mikko.click("Tulikin töihin")
    mikko.click("Kyllä, poissaolo päättyy")
    mikko.sees("Anna Lehto on taas töissä")


def test_on_a_narrow_screen_and_without_scripts_the_rows_are_cards(visit: Visit) -> None:
    mikko = visit("cast-mikko", viewport={"width": 320, "height": 700}, java_script_enabled=False)
    mikko.open("/absences/")
    mikko.choose("Anna Lehto")
    mikko.fill("Viimeinen poissaolopäivä", _next_week(mikko))
    go_on(mikko)
    mikko.sees("käyntiä samaan aikaan työtoverilla")
    mikko.open("/absences/")
    mikko.click("Tulikin töihin")
    mikko.click("Kyllä, poissaolo päättyy")


def _next_week(mikko: Visitor) -> str:
    """Six days after the first day that the form proposes."""
    first = mikko.page.get_by_label("Ensimmäinen poissaolopäivä").input_value()
    number, month, year = (int(part) for part in first.split("."))
    day = date(year, month, number) + timedelta(days=6)
    return f"{day.day}.{day.month}.{day.year}"


def _two_at_one_time(mikko: Visitor) -> None:
    """The same free time is chosen for two: it is said before anything happens."""
    chosen: dict[str, list[str]] = {}
    for select in mikko.page.locator("select[name^='visit-']").all():
        name = select.get_attribute("name") or ""
        for value in re.findall(r'value="(move:\d+)"', select.inner_html()):
            chosen.setdefault(value, []).append(name)
    value, (first, second, *_rest) = next((value, names) for value, names in chosen.items() if len(names) > 1)
    for name in (first, second):
        mikko.page.locator(f"select[name='{name}']").select_option(value)
    go_on(mikko)
    mikko.sees("Mitään ei ole vielä jaettu", "kaksi käyntiä samaan aikaan")


def _colleague_sees(liisa: Visitor) -> None:
    """Who is away is seen by the unit, and what came waits on Liisa's desk."""
    liisa.open("/absences/")
    liisa.sees("Anna Lehto", "Poissa")
    liisa.open("/desk/?whose=mine")
    liisa.sees("Viesti asukkaalta")
