"""The resident's pages, from the first words to what happens next."""

from uuid import uuid4

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.catalogue.models import EverydayNeed, Offering
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.models import Contact
from kehra.serve.contacts.permissions import START
from kehra.serve.contacts.tests.situations import CALM, make_draft, make_sent
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task


def signed_in(cast: Cast, name: str, *, acting_for: Resident | None = None) -> Client:
    client = Client()
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(cast.user(name))
    if acting_for is not None:
        session = client.session
        session["choice"] = {"resident_id": acting_for.pk}
        session.save()
    return client


@pytest.fixture
def eero(cast: Cast) -> Client:
    return signed_in(cast, "eero")


def begin(client: Client, words: str = "vastaanotto") -> Contact:
    response = client.post("/needs/new/", {"once": uuid4(), "words": words})
    assert response.status_code == 302, response.text
    return Contact.objects.latest("pk")


def test_from_words_to_a_matter_one_question_a_page(cast: Cast, eero: Client) -> None:
    contact = begin(eero)
    page = eero.get(f"/needs/{contact.pk}/service/").text
    assert "Vastaanotto: mitä saat" in page
    assert "Saarijärven terveysasema, Saarijärven sote-asema" in page
    response = eero.post(f"/needs/{contact.pk}/service/", {"service": cast.reception.pk})
    for link_id, answer in CALM.items():
        assert response.headers["Location"] == f"/needs/{contact.pk}/questions/{link_id}/"
        assert eero.get(response.headers["Location"]).status_code == 200
        response = eero.post(response.headers["Location"], {"answer": answer})
    assert response.headers["Location"] == f"/needs/{contact.pk}/reach/"
    response = eero.post(response.headers["Location"], {"wants_call": "yes", "phone": "040 123 4567"})
    check = eero.get(response.headers["Location"]).text
    assert "Saarijärven terveysasema" in check
    assert "040 123 4567" in check
    response = eero.post(f"/needs/{contact.pk}/check/", {"once": uuid4()})
    page = eero.get(response.headers["Location"]).text
    assert "Saarijärven terveysasema" in page
    assert Matter.objects.get().channel == "digital"


def test_what_is_nearest_to_the_resident_is_named_first(cast: Cast, eero: Client) -> None:
    """The unit that takes in the needs of the resident's municipality stands before older rows."""
    own = Offering.objects.get(service=cast.reception, intake=True)
    far = Unit.objects.exclude(pk=own.unit_id).filter(county=own.county_id)[0]
    own.municipalities.add(cast.eero.municipality)
    rows = {"county_id": own.county_id, "service": own.service, "valid_from": own.valid_from, "site": None}
    older = [Offering(pk=pk, unit=far, **rows) for pk in range(-3, 0)]
    Offering.objects.bulk_create(older)
    contact = begin(eero)
    page = eero.get(f"/needs/{contact.pk}/service/").text
    assert page.index("Saarijärven terveysasema") < page.index(str(far))


def test_sent_twice_is_one_matter(cast: Cast, eero: Client) -> None:
    contact, once = make_draft(cast, **CALM), uuid4()
    answers = [eero.post(f"/needs/{contact.pk}/check/", {"once": once}) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/needs/{contact.pk}/sent/"] * 2
    assert Matter.objects.count() == 1


def test_begun_twice_is_one_draft(eero: Client) -> None:
    once = uuid4()
    for _time in range(2):
        assert eero.post("/needs/new/", {"once": once, "words": "polvi"}).status_code == 302
    assert Contact.objects.count() == 1


def test_a_single_answer_is_changed_and_the_check_comes_again(cast: Cast, eero: Client) -> None:
    contact = make_draft(cast, **CALM)
    path = f"/needs/{contact.pk}/questions/severity/?change=1"
    response = eero.post(path, {"answer": "very"})
    assert response.headers["Location"] == f"/needs/{contact.pk}/check/"


def test_an_everyday_choice_knows_its_service(cast: Cast, eero: Client) -> None:
    need = EverydayNeed.objects.create(
        county=cast.county, names={"fi": "Olen kipeä"}, service=cast.reception, order=1
    )
    assert "Olen kipeä" in eero.get("/needs/new/").text
    response = eero.post("/needs/new/", {"once": uuid4(), "words": "", "need": need.pk})
    contact = Contact.objects.get()
    assert response.headers["Location"] == f"/needs/{contact.pk}/words/"
    assert contact.service == cast.reception
    response = eero.post(f"/needs/{contact.pk}/words/", {"words": ""})
    assert response.headers["Location"] == f"/needs/{contact.pk}/questions/danger/"


@pytest.mark.parametrize("words", ["", "x" * 4001])
def test_no_words_and_too_many_are_told_at_the_field(eero: Client, words: str) -> None:
    response = eero.post("/needs/new/", {"words": words})
    assert response.status_code == 422
    assert 'href="#id_words"' in response.text
    assert not Contact.objects.exists()


def test_the_question_of_danger_must_be_answered(cast: Cast, eero: Client) -> None:
    contact = make_draft(cast)
    response = eero.post(f"/needs/{contact.pk}/questions/danger/", {"once": uuid4()})
    assert response.status_code == 422
    assert 'href="#id_answer"' in response.text
    response = eero.post(f"/needs/{contact.pk}/questions/danger/", {"once": uuid4(), "answer": "forged"})
    assert response.status_code == 422


def test_nothing_is_sent_before_the_question_of_danger_is_answered(cast: Cast, eero: Client) -> None:
    contact = make_draft(cast, severity=["little"])
    for response in (
        eero.get(f"/needs/{contact.pk}/check/"),
        eero.post(f"/needs/{contact.pk}/check/", {"once": uuid4()}),
    ):
        assert response.headers["Location"] == f"/needs/{contact.pk}/questions/danger/"
    assert not Matter.objects.exists()


def test_a_danger_says_at_once_whom_to_call_and_alerts_the_unit(cast: Cast, eero: Client) -> None:
    contact = make_draft(cast)
    response = eero.post(
        f"/needs/{contact.pk}/questions/danger/", {"once": uuid4(), "answer": ["self_harm"]}, follow=True
    )
    assert 'href="tel:112"' in response.text
    assert "09 2525 0111" in response.text
    assert Task.objects.filter(kind="contacts.alert").count() == 1
    # Going back and answering again leads to the same page and alerts nobody twice.
    again = eero.post(f"/needs/{contact.pk}/questions/danger/", {"once": uuid4(), "answer": ["self_harm"]})
    assert again.headers["Location"] == f"/needs/{contact.pk}/sent/"
    assert Task.objects.filter(kind="contacts.alert").count() == 1


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({}, True),
        (
            {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
            False,
        ),
    ],
)
def test_out_of_hours_it_says_that_nobody_reads_now(
    cast: Cast, eero: Client, hours: dict, told: bool
) -> None:
    Unit.objects.update(opening_hours=hours)
    contact = make_sent(cast)
    assert ("kehra-notice--warning" in eero.get(f"/needs/{contact.pk}/sent/").text) is told


def test_for_whom_is_said_on_every_page(cast: Cast) -> None:
    marja = signed_in(cast, "marja", acting_for=cast.aino)
    assert "Aino Laine" in marja.get("/needs/new/").text
    contact = begin(marja)
    assert contact.resident == cast.aino
    for page in ("words", "service", "reach"):
        assert "Aino Laine" in marja.get(f"/needs/{contact.pk}/{page}/").text


PAGES = ["words", "service", "questions/danger", "reach", "check", "sent"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["elsa", "marja", "liisa", "karl"])
def test_anothers_draft_and_an_unknown_one_are_the_same_404(cast: Cast, name: str, page: str) -> None:
    contact, client = make_draft(cast), signed_in(cast, name)
    assert client.get(f"/needs/{contact.pk}/{page}/").status_code == 404
    assert client.get(f"/needs/999999/{page}/").status_code == 404
    assert client.post(f"/needs/{contact.pk}/discard/").status_code == 404


def test_staff_have_no_draft_of_their_own(cast: Cast) -> None:
    assert signed_in(cast, "liisa").get("/needs/new/").status_code == 404
    with pytest.raises(Refused):
        require(cast.actor("liisa"), START, cast.eero, now=NOW)


def test_a_thrown_away_draft_is_gone(cast: Cast, eero: Client) -> None:
    contact = make_draft(cast)
    assert eero.post(f"/needs/{contact.pk}/discard/").status_code == 302
    assert eero.get(f"/needs/{contact.pk}/check/").status_code == 404


def test_the_ground_of_a_promise_and_more_about_the_need(cast: Cast, eero: Client) -> None:
    contact = make_sent(cast)
    matter, once = contact.matter, uuid4()
    assert matter is not None
    for clock in matter.clocks.all():
        assert str(clock.limit) in eero.get(f"/matters/{matter.pk}/promises/{clock.pk}/").text
    for _time in range(2):
        assert (
            eero.post(f"/matters/{matter.pk}/add/", {"once": once, "text": "Se turposi."}).status_code == 302
        )
    assert matter.entries.filter(text="Se turposi.").count() == 1
    assert signed_in(cast, "elsa").get(f"/matters/{matter.pk}/add/").status_code == 404
    assert signed_in(cast, "liisa").get(f"/matters/{matter.pk}/add/").status_code == 403
