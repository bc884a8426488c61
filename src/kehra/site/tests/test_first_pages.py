"""The first page of each, and the catalogue that is open to everybody."""

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import LONG_AGO, Cast
from kehra.kernel.catalogue.models import EverydayNeed, Offering
from kehra.kernel.people.models import Restriction
from kehra.serve.contacts.tests.situations import make_sent
from kehra.serve.contacts.tests.test_pages_of_the_flow import signed_in
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.site.views.catalogue import hours_in_words


@pytest.fixture
def nobody(db: None) -> Client:
    client = Client()
    client.defaults["wsgi.url_scheme"] = "https"
    return client


def test_anybody_is_told_what_this_is_how_to_sign_in_and_whom_to_call(nobody: Client) -> None:
    page = nobody.get("/").text
    assert "/sign-in/" in page
    assert 'href="tel:112"' in page
    assert 'href="tel:116117"' in page


def test_a_resident_sees_their_matters_with_the_promise_and_what_comes_next(cast: Cast) -> None:
    make_taken_matter(cast)
    page = signed_in(cast, "eero").get("/").text
    assert "Vastaanotto" in page
    assert "Liisa Testi" in page
    assert "Vastaanotto" not in signed_in(cast, "elsa").get("/").text


def test_an_ended_matter_is_under_the_ended_ones(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    work.close(matter, "solved", by=cast.actor("liisa"), now=matter.opened_at)
    assert "govuk-details" in signed_in(cast, "eero").get("/").text


def test_a_guardian_sees_the_childs_matters_only_when_acting_for_the_child(cast: Cast) -> None:
    make_matter(cast, cast.aino)
    assert "Vastaanotto" not in signed_in(cast, "marja").get("/").text
    marja = signed_in(cast, "marja", acting_for=cast.aino)
    assert "Vastaanotto" in marja.get("/").text
    assert f'value="resident-{cast.aino.pk}" aria-current="true"' in marja.get("/").text


def test_what_a_minor_has_barred_is_not_on_the_guardians_page(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=matter.opened_at)
    matter.refresh_viewers(matter.opened_at)
    assert "Vastaanotto" not in signed_in(cast, "marja", acting_for=cast.aino).get("/").text


def test_somebody_at_work_begins_at_the_desk(cast: Cast) -> None:
    assert signed_in(cast, "liisa").get("/").headers["Location"] == "/desk/"


def test_the_home_of_a_resident_asks_the_database_little(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _time in range(3):
        make_sent(cast)
    eero = signed_in(cast, "eero")
    eero.get("/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        eero.get("/")


def test_a_residents_matter_asks_the_database_little(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    matter = make_sent(cast).matter
    assert matter is not None
    eero = signed_in(cast, "eero")
    eero.get(f"/matters/{matter.pk}/")
    with django_assert_max_num_queries(34):  # type: ignore[operator]
        page = eero.get(f"/matters/{matter.pk}/").text
    assert "Polvi on kipeä." in page
    assert f'href="/matters/{matter.pk}/add/"' in page


def test_services_are_found_in_own_and_misspelt_words_by_everybody(cast: Cast, nobody: Client) -> None:
    for words in ("vastaanotto", "vastanotto", "Vastaanottoa"):
        assert f'href="/services/{cast.reception.pk}/"' in nobody.get("/services/", {"q": words}).text
    page = nobody.get("/services/", {"q": "<script>xyzzy"}).text
    assert "kehra-empty" in page
    assert "<script>xyzzy" not in page
    assert "Soite" not in signed_in(cast, "eero").get("/services/").text


def test_a_site_names_every_producer_under_its_roof(cast: Cast, nobody: Client) -> None:
    Offering.objects.create(
        county=cast.county, service=cast.reception, unit=cast.parish, site=cast.site, valid_from=LONG_AGO
    )
    page = nobody.get(f"/sites/{cast.site.pk}/").text
    assert "Saarijärven seurakunta" in page
    assert "Saarijärven terveysasema" in page
    assert "Sairaalantie 2" in page


def test_a_service_leads_to_telling_the_need(cast: Cast, nobody: Client) -> None:
    assert "/sign-in/?next=/needs/new/" in nobody.get(f"/services/{cast.reception.pk}/").text
    need = EverydayNeed.objects.create(
        county=cast.county, names={"fi": "Olen kipeä"}, service=cast.reception, order=1
    )
    page = signed_in(cast, "eero").get(f"/services/{cast.reception.pk}/").text
    assert f'name="need" value="{need.pk}"' in page or f'value="{need.pk}"' in page


@pytest.mark.parametrize("path", ["/services/999999/", "/sites/999999/"])
def test_an_unknown_one_is_404(nobody: Client, path: str) -> None:
    assert nobody.get(path).status_code == 404


def test_opening_hours_are_told_by_days_that_are_alike() -> None:
    hours = {day: [["08:00", "16:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    assert next(spans for _days, spans in hours_in_words(hours)) == "8–16.30"
    assert len(hours_in_words(hours)) == 2
