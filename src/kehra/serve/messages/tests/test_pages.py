"""The thread on a page, and its files."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.messages import actions
from kehra.serve.messages.models import Attachment, EmailState, Message, Notification
from kehra.serve.messages.tests.files import HTML, PDF
from kehra.serve.messages.tests.test_send import PDF_FILE


@pytest.fixture
def eero(cast: Cast) -> Client:
    return signed_in(cast, "eero")


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(cast.user(name))
    return client


def test_a_message_with_a_file_is_sent_once_however_often_the_form_is(cast: Cast, eero: Client) -> None:
    matter, once = make_matter(cast), str(uuid4())
    for _time in range(2):
        file = SimpleUploadedFile("lähete.pdf", PDF)
        response = eero.post(
            f"/matters/{matter.pk}/messages/", {"once": once, "text": "Liitteenä lähete", "attached": [file]}
        )
        assert response.status_code == 302
    assert Message.objects.filter(text="Liitteenä lähete").count() == 1
    assert Attachment.objects.get().name == "lähete.pdf"


def test_a_wrong_file_is_told_at_the_field_and_what_was_typed_stays(cast: Cast, eero: Client) -> None:
    matter = make_matter(cast)
    file = SimpleUploadedFile("kuva.png", HTML)
    response = eero.post(f"/matters/{matter.pk}/messages/", {"text": "Kuva polvesta", "attached": [file]})
    assert response.status_code == 422
    assert "Kuva polvesta" in response.text
    assert "PDF" in response.text
    assert not Message.objects.filter(text="Kuva polvesta").exists()


@pytest.mark.parametrize("name", ["marja", "noora", "karl", "mikko"])
def test_a_stranger_finds_no_thread_and_no_file(cast: Cast, name: str) -> None:
    matter = make_taken_matter(cast)
    message = actions.send(matter, "Lähete", [PDF_FILE], by=cast.actor("eero"), now=NOW)
    client = signed_in(cast, name)
    assert client.get(f"/matters/{matter.pk}/messages/").status_code == 404
    assert client.get(f"/attachments/{message.attachments.get().pk}/").status_code == 404
    assert client.get("/attachments/999999/").status_code == 404


def test_a_file_is_given_only_to_be_saved(cast: Cast, eero: Client) -> None:
    message = actions.send(make_matter(cast), "Lähete", [PDF_FILE], by=cast.actor("eero"), now=NOW)
    response = eero.get(f"/attachments/{message.attachments.get().pk}/")
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")


def test_opening_the_thread_counts_as_reading(cast: Cast, eero: Client) -> None:
    matter = make_taken_matter(cast)
    assert Message.objects.unread_for(cast.actor("eero")).exists()
    assert eero.get(f"/matters/{matter.pk}/messages/").status_code == 200
    assert not Message.objects.unread_for(cast.actor("eero")).exists()


def test_the_list_says_what_will_be_there_when_it_is_empty(eero: Client) -> None:
    assert eero.get("/messages/").status_code == 200


def test_staff_see_that_it_is_not_known_whether_the_resident_was_told(cast: Cast, eero: Client) -> None:
    matter = make_taken_matter(cast)
    path, words = f"/matters/{matter.pk}/messages/", "Ei tiedetä, saiko asukas"
    liisa = signed_in(cast, "liisa")
    assert words not in liisa.get(path).text
    Notification.objects.update(state=EmailState.UNKNOWN)
    assert words in liisa.get(path).text
    assert words not in eero.get(path).text
