"""A resident's own words find the service, in sentences and misspelt too."""

from datetime import date

import pytest

from kehra.kernel.catalogue.models import Service
from kehra.kernel.organisations.models import County

SERVICES = {
    "reception": "Vastaanotto. Hoitaja ja lääkäri hoitavat sairauksia ja vammoja. polvi kuume flunssa kipeä",
    "oral": "Suun terveydenhuolto. Hammaslääkärin hoito. hammas hampaat särky",
    "social": "Sosiaalityö. Apua rahahuoliin ja asumiseen. vuokra velka toimeentulo",
}


@pytest.fixture
def services(db: None) -> None:
    county = County.objects.create(code="15", names={"fi": "Alue"}, oid="1.2.3", languages=["fi"])
    for code, text in SERVICES.items():
        Service.objects.create(
            county=county,
            code=code,
            names={"fi": code},
            summaries={"fi": text},
            sector="social" if code == "social" else "health",
            search_fi=text,
            search_sv="tandvård tand" if code == "oral" else "",
            valid_from=date(2020, 1, 1),
        )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("polveen sattuu kun kävelen", "reception"),
        ("Mulla on ollu kuumetta viikon", "reception"),
        ("hammassärky", "oral"),
        ("hammsta särkee", "oral"),
        ("vuokrat rästissä!", "social"),
        ("sosialityö", "social"),
    ],
)
def test_the_first_hit_is_the_one_that_is_meant(services: None, words: str, found: str) -> None:
    assert Service.objects.all().search(words, "fi")[0].code == found


@pytest.mark.parametrize("words", ["", "   ", "!?", "<script>xyzzy", "ja on se", "' OR 1=1 --", "a" * 5000])
def test_words_that_fit_nothing_find_nothing(services: None, words: str) -> None:
    assert list(Service.objects.all().search(words, "fi")) == []


def test_each_language_has_words_of_its_own(services: None) -> None:
    assert [one.code for one in Service.objects.all().search("tandvärk tand", "sv")] == ["oral"]
