"""A paper mandate is recorded with its evidence, lets the delegate act, and ends at the resident's word."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.models import Choice, ChoiceEnded, User
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Mandate, Resident
from kehra.kernel.people.rules import artificial_code
from kehra.serve.contacts.views.reception import FOUND
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages.models import Notification
from kehra.serve.messages.rules import File
from kehra.serve.messages.tests.files import PDF
from kehra.serve.messages.tests.gateways import reach
from kehra.serve.reach.actions import mandates
from kehra.serve.reach.actions.mandates import Delegate
from kehra.serve.reach.tests.situations import GIVEN, make_mandate


def test_the_delegate_acts_for_the_principal_from_then_on(cast: Cast) -> None:
    mandate = make_mandate(cast)
    assert cast.actor("marja", acting_for=cast.eero).behalf_ground == "mandate"
    assert (mandate.received_by, mandate.received_in) == (cast.professional("liisa"), cast.station)


def test_both_are_told_each_once_and_the_log_says_who_recorded_it(cast: Cast) -> None:
    reach(cast.eero, letters=True)
    make_mandate(cast, informed=True)
    told = Notification.objects.order_by("pk")
    assert [(one.receiver, one.channel) for one in told] == [(cast.eero, "letter"), (cast.marja, "email")]
    assert "Marja Laine" in told[0].text
    written = AuditEntry.objects.get(action="reach.record_mandate")
    assert set(written.residents) == {cast.eero.pk, cast.marja.pk}


def test_a_delegate_from_elsewhere_gets_a_record_with_a_name_only(cast: Cast) -> None:
    to = Delegate(artificial_code(cast.eero.birth_date or TODAY, 955), "Maija", "Korhonen")
    mandate = mandates.record(cast.eero, to, GIVEN, by=cast.actor("liisa"), now=NOW)
    assert (mandate.delegate.name, mandate.delegate.municipality) == ("Maija Korhonen", None)
    other = Delegate(artificial_code(cast.eero.birth_date or TODAY, 956))
    with pytest.raises(NotPossible):
        mandates.record(cast.elsa, other, GIVEN, by=cast.actor("liisa"), now=NOW)


def test_one_for_the_same_two_is_recorded_once_and_again_when_it_has_ended(cast: Cast) -> None:
    mandate = make_mandate(cast)
    with pytest.raises(NotPossible):
        make_mandate(cast)
    mandates.withdraw(mandate, by=cast.actor("liisa"), now=NOW)
    make_mandate(cast)


@pytest.mark.parametrize(
    "wrong",
    [
        {"evidence": ""},
        {"until": TODAY},
        {"start": TODAY + timedelta(days=3), "until": TODAY + timedelta(days=3)},
    ],
)
def test_without_evidence_or_days_it_is_not_recorded(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotPossible):
        make_mandate(cast, **wrong)


def test_a_paper_is_evidence_enough(cast: Cast) -> None:
    mandate = make_mandate(cast, evidence="", paper=File("valtakirja.pdf", "application/pdf", PDF))
    assert bytes(mandate.paper.content) == PDF


def test_for_a_child_act_the_guardians(cast: Cast) -> None:
    to = Delegate(str(cast.eero.identity_code))
    with pytest.raises(NotPossible):
        mandates.record(cast.aino, to, GIVEN, by=cast.actor("liisa"), now=NOW)
    to = Delegate(str(cast.aino.identity_code))
    with pytest.raises(NotPossible):
        mandates.record(cast.eero, to, GIVEN, by=cast.actor("liisa"), now=NOW)


@pytest.mark.parametrize("name", ["eero", "marja", "mikko", "tiina", "pia", "karl"])
def test_only_workers_who_serve_residents_record_one(cast: Cast, name: str) -> None:
    """reach.record_mandate: RECORD_MANDATE."""
    to = Delegate(str(cast.marja.identity_code))
    with pytest.raises(Refused):
        mandates.record(cast.eero, to, GIVEN, by=cast.actor(name), now=NOW)


@pytest.mark.parametrize("whose", ["eero", "marja", "aino"])
def test_nobody_records_one_to_themselves_or_of_their_family(cast: Cast, whose: str) -> None:
    """Liisa is one of the two, or the guardian of one of them."""
    resident: Resident = getattr(cast, whose)
    professional = cast.professional("liisa")
    professional.resident = cast.marja if whose == "aino" else resident
    professional.save()
    with pytest.raises(Refused):
        make_mandate(cast)


def test_nobody_records_one_for_whom_they_act_for_themselves(cast: Cast) -> None:
    Mandate.objects.create(principal=cast.eero, delegate=cast.pekka, evidence="x", valid_from=LONG_AGO)
    professional = cast.professional("liisa")
    professional.resident = cast.pekka
    professional.save()
    with pytest.raises(Refused) as refused:
        make_mandate(cast)
    assert refused.value.reason == "conflict"


def test_it_ends_at_once_and_both_are_told(cast: Cast) -> None:
    mandate = make_mandate(cast)
    Notification.objects.all().delete()
    for _twice in range(2):
        mandates.withdraw(mandate, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(ChoiceEnded):
        cast.user("marja").actor(Choice(resident_id=cast.eero.pk), now=NOW)
    assert {one.receiver for one in Notification.objects.all()} == {cast.eero, cast.marja}


@pytest.mark.parametrize("name", ["marja", "pekka", "mikko", "karl"])
def test_others_do_not_end_it(cast: Cast, name: str) -> None:
    """reach.withdraw_mandate: WITHDRAW_MANDATE."""
    mandate = make_mandate(cast)
    acting = cast.eero if name == "marja" else None
    with pytest.raises(Refused):
        mandates.withdraw(mandate, by=cast.actor(name, acting_for=acting), now=NOW)


def found(client: Client, *residents: Resident) -> None:
    session = client.session
    session[FOUND] = [one.pk for one in residents]
    session.save()


def posted(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "code": cast.marja.identity_code,
        "start": "10.3.2026",
        "last": "31.12.2026",
        "identified_by": "document",
        "evidence": "Nähty",
        "informed": "on",
        **more,
    }


def test_a_nurse_records_it_on_the_page_and_the_resident_reads_it(
    cast: Cast, client: Client, set_time: Any
) -> None:
    signed_in(client, cast, "liisa")
    found(client, cast.eero)
    path = f"/desk/residents/{cast.eero.pk}/mandates/new/"
    assert client.get(path, secure=True).status_code == 200
    assert client.post(path, posted(cast), secure=True).status_code == 302
    mandate = Mandate.objects.get()
    assert mandate.last_day == replace(GIVEN, start=TODAY).start.replace(month=12, day=31)
    assert "Marja Laine" in client.get(f"/desk/residents/{cast.eero.pk}/reach/", secure=True).content.decode()
    signed_in(client, cast, "eero")
    assert "Marja Laine" in client.get("/reach/", secure=True).content.decode()
    assert client.get(f"/mandates/{mandate.pk}/end/", secure=True).status_code == 200
    assert client.post(f"/mandates/{mandate.pk}/end/", secure=True).status_code == 302
    assert not Mandate.objects.on(TODAY).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"evidence": ""}, {"code": "x"}, {"last": "1.1.2026"}, {"identified_by": ""}, {"start": "soon"}],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(
    cast: Cast, client: Client, set_time: Any, wrong: dict[str, str]
) -> None:
    signed_in(client, cast, "liisa")
    found(client, cast.eero)
    path = f"/desk/residents/{cast.eero.pk}/mandates/new/"
    page = client.post(path, posted(cast, **wrong), secure=True)
    assert page.status_code == 422
    assert not Mandate.objects.exists()


def test_a_resident_who_was_not_looked_for_is_not_opened_by_a_number(
    cast: Cast, client: Client, set_time: Any
) -> None:
    signed_in(client, cast, "liisa")
    for page in ("reach", "mandates/new"):
        assert client.get(f"/desk/residents/{cast.eero.pk}/{page}/", secure=True).status_code == 404


def test_the_paper_is_a_file_for_those_whom_it_concerns(cast: Cast, client: Client, set_time: Any) -> None:
    """reach.see_paper: SEE_PAPER."""
    mandate = make_mandate(cast, paper=File("valtakirja.pdf", "application/pdf", PDF))
    path = f"/mandates/{mandate.pk}/paper/"
    for name in ("eero", "marja"):
        got = signed_in(client, cast, name).get(path, secure=True)
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in got.headers["Content-Security-Policy"]
    for name in ("pekka", "liisa", "karl"):
        assert signed_in(client, cast, name).get(path, secure=True).status_code == 404
    make_taken_matter(cast)
    assert signed_in(client, cast, "liisa").get(path, secure=True).status_code == 200


def test_a_delegate_without_electronic_identity_has_no_user_and_needs_none(cast: Cast) -> None:
    User.objects.filter(resident=cast.marja).delete()
    assert make_mandate(cast).delegate == cast.marja
