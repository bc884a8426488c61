"""The day's letters: one envelope for each receiver, printed, posted, and printed again in the log."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.booking.actions import booking, changing
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import EmailState, Notification
from kehra.serve.messages.tests.gateways import reach
from kehra.serve.reach.actions import letters
from kehra.serve.reach.models import Letter
from kehra.serve.reach.tests.situations import make_mandate, make_waiting_letter


def text_of(letter: Letter) -> str:
    return "\n".join(line for part in letter.body["parts"] for line in [part["title"], *part["lines"]])


def test_one_letter_holds_all_that_is_new_and_nothing_is_in_two(cast: Cast) -> None:
    matter = make_waiting_letter(cast)
    messages.send(matter, "Vielä yksi asia.", by=cast.actor("olli"), now=NOW)
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    assert "Tulokset ovat kunnossa." in text_of(letter)
    assert "Vielä yksi asia." in text_of(letter)
    assert letters.make(by=cast.actor("liisa"), now=NOW) == []


def test_what_is_told_of_one_matter_stands_under_one_title_and_once(cast: Cast) -> None:
    make_waiting_letter(cast)
    notice = Notification.objects.filter(channel="letter", message__activity="matters.taken").get()
    notice.pk, notice.queued_at = None, NOW - timedelta(minutes=1)
    notice.save()
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    assert [part["title"] for part in letter.body["parts"]].count("Vastaanotto") == 1
    assert text_of(letter).count("Ammattilainen otti asiasi.") == 1


def test_a_promise_says_what_was_promised(cast: Cast) -> None:
    reach(cast.eero, letters=True)
    told = Told("phone", "Polvi on kipeä.", cast.reception)
    matter = reception.open_for(cast.eero, told, by=cast.actor("liisa"), now=NOW).matter
    assert matter is not None
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    promised = [line for line in text_of(letter).splitlines() if line.startswith("Sinulle on luvattu")]
    titles = {str(clock.limit.title["fi"]) for clock in matter.clocks.all()}
    assert promised
    assert all(any(line.endswith(f"{title}.") for title in titles) for line in promised)


def test_a_booked_time_says_when_where_and_with_whom(cast: Cast) -> None:
    reach(cast.eero, letters=True, interpreter_language="so")
    matter = make_taken_matter(cast)
    booking.book(matter, make_time(cast, at=time(9)), by=cast.actor("liisa"), now=NOW)
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    said = text_of(letter)
    for what in ("9.00–9.30", "Sairaalantie 2", "Liisa Testi", "somali"):
        assert what in said


def test_a_time_that_was_cancelled_before_printing_is_not_told_as_coming(cast: Cast) -> None:
    reach(cast.eero, letters=True)
    matter = make_taken_matter(cast)
    booked = booking.book(matter, make_time(cast, at=time(9)), by=cast.actor("liisa"), now=NOW)
    changing.cancel(booked, by=cast.actor("liisa"), reason="absent", now=NOW)
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    assert "9.00–9.30" not in text_of(letter)


def test_it_is_in_the_language_of_the_receiver(cast: Cast) -> None:
    make_waiting_letter(cast)
    cast.eero.contact_language = "sv"
    cast.eero.save()
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    assert (letter.language, letter.body["heading"]) == ("sv", "Nyheter till dig")


def test_a_letter_to_a_delegate_says_of_whom_it_tells_and_both_stand_in_the_log(cast: Cast) -> None:
    make_mandate(cast, informed=True)
    reach(cast.marja, letters=True)
    Notification.objects.all().delete()
    make_waiting_letter(cast)
    made = {letter.receiver: letter for letter in letters.make(by=cast.actor("liisa"), now=NOW)}
    assert "Eero Korhonen" in made[cast.marja].body["heading"]
    assert set(made[cast.marja].concern().residents) == {cast.marja.pk, cast.eero.pk}


def test_posted_is_posted_once_and_what_it_told_is_sent(cast: Cast) -> None:
    make_waiting_letter(cast)
    made = letters.make(by=cast.actor("liisa"), now=NOW)
    assert letters.post(made, by=cast.actor("liisa"), now=NOW) == 1
    assert letters.post(made, by=cast.actor("olli"), now=NOW) == 0
    states = set(Notification.objects.filter(channel="letter").values_list("state", flat=True))
    assert states == {EmailState.SENT}
    assert Letter.objects.get().posted_by == cast.professional("liisa")


def test_each_printing_stands_in_the_log(cast: Cast) -> None:
    make_waiting_letter(cast)
    made = letters.make(by=cast.actor("liisa"), now=NOW)
    for _again in range(2):
        addresses = letters.printed(made, by=cast.actor("liisa"), now=NOW)
    assert addresses[made[0].pk] == cast.eero.address
    assert AuditEntry.objects.filter(action="reach.print", residents__contains=[cast.eero.pk]).count() == 2


def test_a_protected_address_is_printed_only_where_the_matter_is(cast: Cast) -> None:
    """reach.print_address: PRINT_ADDRESS."""
    cast.eero.address_protected = True
    cast.eero.save()
    matter = make_waiting_letter(cast)
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    assert letters.printed([letter], by=cast.actor("liisa"), now=NOW)[letter.pk] is not None
    assert AuditEntry.objects.filter(action="reach.print_address").count() == 1
    matter.unit = cast.social
    matter.save()
    assert letters.printed([letter], by=cast.actor("liisa"), now=NOW)[letter.pk] is None


@pytest.mark.parametrize("name", ["noora", "sami", "mikko", "pia", "karl", "eero"])
def test_others_neither_print_nor_post_them(cast: Cast, name: str) -> None:
    """reach.print and reach.post: PRINT, POST."""
    make_waiting_letter(cast)
    made = letters.make(by=cast.actor("liisa"), now=NOW)
    with pytest.raises(Refused):
        letters.printed(made, by=cast.actor(name), now=NOW)
    with pytest.raises(Refused):
        letters.post(made, by=cast.actor(name), now=NOW)


def test_nobody_prints_their_own(cast: Cast) -> None:
    make_waiting_letter(cast)
    professional = cast.professional("liisa")
    professional.resident = cast.eero
    professional.save()
    assert letters.make(by=cast.actor("liisa"), now=NOW) == []
    assert len(letters.make(by=cast.actor("olli"), now=NOW)) == 1


def test_the_day_on_the_pages(cast: Cast, client: Client, set_time: Any) -> None:
    make_waiting_letter(cast)
    signed_in(client, cast, "liisa")
    assert "Eero Korhonen" in client.get("/desk/letters/", secure=True).content.decode()
    made = client.post("/desk/letters/make/", secure=True)
    assert made.headers["Location"] == "/desk/letters/print/"
    sheet = client.get("/desk/letters/print/", secure=True).content.decode()
    assert cast.eero.address.street in sheet
    letter = Letter.objects.get()
    for _twice in range(2):
        assert client.post("/desk/letters/posted/", {"letter": letter.pk}, secure=True).status_code == 302
    assert client.get(f"/desk/letters/{letter.pk}/", secure=True).status_code == 200
    assert client.get("/desk/letters/print/", secure=True).status_code == 200


@pytest.mark.parametrize(("name", "status"), [("noora", 200), ("mikko", 404), ("eero", 404)])
def test_another_unit_sees_none_of_them_and_others_no_page(
    cast: Cast, client: Client, set_time: Any, name: str, status: int
) -> None:
    make_waiting_letter(cast)
    (letter,) = letters.make(by=cast.actor("liisa"), now=NOW)
    signed_in(client, cast, name)
    page = client.get("/desk/letters/", secure=True)
    assert page.status_code == status
    assert "Korhonen" not in page.content.decode().replace("Eero Korhonen</span>", "")
    assert client.get(f"/desk/letters/{letter.pk}/", secure=True).status_code == 404
