"""A guardian acts for a child as long as the guardianship holds, not a request longer."""

from tests.journeys.conftest import Visit
from tests.journeys.county import County
from tests.journeys.deeds import matter_of, send_need

FAMILY = "Lapsiperheiden sosiaalityö"
GUARDIANSHIP = (
    "update people_guardianship set valid_until = current_date + %s where valid_until {} and guardian_id = "
    "(select id from people_resident where given_names = 'Marja' and family_name = 'Laine')"
)


def test_a_guardian_asks_for_help_for_her_child(visit: Visit) -> None:
    marja = visit("cast-marja", role="Aino Laine")
    marja.sees("Asioit nyt:")
    matter = send_need(marja, "Aino pelkää pimeää eikä nuku.", FAMILY)
    marja.sees("Aino Laine")
    marja.open(f"/matters/{matter}/")
    marja.sees("Aino Laine", "Aino pelkää pimeää eikä nuku.", "Saarijärven perhekeskus")

    herself = visit("cast-marja", role="Minä itse")
    herself.open(f"/matters/{matter}/", status=404)
    herself.page.goto(f"{herself.county.url}/")
    herself.sees_not("Aino pelkää pimeää")


def test_one_whose_guardianship_ended_yesterday_sees_nothing_of_the_child(visit: Visit) -> None:
    marja = visit("cast-marja", role="Aino Laine")
    matter = matter_of(marja)
    pekka = visit("cast-pekka")
    pekka.sees_not("Aino")
    pekka.open(f"/matters/{matter}/", status=404)


def test_a_right_that_ends_in_the_middle_ends_at_once(visit: Visit, county: County) -> None:
    marja = visit("cast-marja", role="Aino Laine")
    matter = matter_of(marja)
    marja.open(f"/matters/{matter}/")
    county.change(GUARDIANSHIP.format("is null"), 0)
    try:
        marja.page.reload()
        marja.look()
        marja.sees("Oikeutesi on päättynyt")
        marja.sees_not("Aino", "Lapsiperheiden")
        marja.open("/")
        marja.sees_not("Aino")
        marja.open(f"/matters/{matter}/", status=404)
    finally:
        county.change(GUARDIANSHIP.format("= current_date").replace("current_date + %s", "null"))
