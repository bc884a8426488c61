"""What a resident forbids holds from that moment, in lists too, until it is withdrawn."""

from datetime import timedelta

import pytest
from django.test import Client

from kehra.kernel.access.permissions import NotPossible, Refused, may, visible
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.people.models import Mandate, Restriction
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.rights.actions import restricting
from kehra.serve.rights.permissions import READ_RESTRICTIONS, RESTRICT


def listed(cast: Cast, name: str, **kwargs: object) -> list[Matter]:
    return list(visible(cast.actor(name, **kwargs), READ, Matter.objects.all()))


def with_another_unit(cast: Cast) -> Matter:
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.other_station, right="work", started_at=NOW)
    matter.refresh_viewers(NOW)
    return matter


def old_enough(cast: Cast) -> None:
    cast.aino.birth_date = cast.aino.birth_date.replace(year=2012)
    cast.aino.save()


def test_a_forbidden_unit_sees_nothing_from_then_on_and_sees_again_when_it_is_withdrawn(cast: Cast) -> None:
    matter = with_another_unit(cast)
    assert listed(cast, "noora") == [matter]
    made = restricting.restrict_unit(cast.eero, cast.other_station, by=cast.actor("eero"), now=NOW)
    assert listed(cast, "noora") == []
    assert not may(cast.actor("noora"), READ, matter, now=NOW)
    assert listed(cast, "liisa") == [matter]
    restricting.withdraw(made, by=cast.actor("eero"), now=NOW)
    assert listed(cast, "noora") == [matter]


def test_a_unit_that_answers_for_an_open_matter_cannot_be_forbidden_before_it_is_closed(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    with pytest.raises(NotPossible):
        restricting.restrict_unit(cast.eero, cast.station, by=cast.actor("eero"), now=NOW)
    work.close(matter, "done", by=cast.actor("liisa"), now=NOW)
    restricting.restrict_unit(cast.eero, cast.station, by=cast.actor("eero"), now=NOW)
    assert listed(cast, "liisa") == []


def test_forbidding_twice_is_once(cast: Cast) -> None:
    for _time in range(2):
        restricting.restrict_unit(cast.eero, cast.other_station, by=cast.actor("eero"), now=NOW)
    assert Restriction.objects.count() == 1


def test_a_minor_able_to_decide_forbids_those_who_act_for_them(cast: Cast) -> None:
    old_enough(cast)
    matter = make_matter(cast, cast.aino)
    assert listed(cast, "marja", acting_for=cast.aino) == [matter]
    made = restricting.restrict_those_acting(cast.aino, by=cast.actor("aino"), now=NOW)
    assert listed(cast, "marja", acting_for=cast.aino) == []
    assert listed(cast, "aino") == [matter]
    with pytest.raises(Refused) as refused:
        restricting.withdraw(made, by=cast.actor("marja", acting_for=cast.aino), now=NOW)
    assert refused.value.hidden  # a guardian is not even told that it was made


def test_a_small_child_is_told_to_talk_with_a_professional(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        restricting.restrict_those_acting(cast.aino, by=cast.actor("aino"), now=NOW)


def test_a_guardian_forbids_a_unit_for_the_child_but_not_themselves(cast: Cast) -> None:
    marja = cast.actor("marja", acting_for=cast.aino)
    restricting.restrict_unit(cast.aino, cast.parish, by=marja, now=NOW)
    with pytest.raises(Refused) as refused:
        restricting.restrict_those_acting(cast.aino, by=marja, now=NOW)
    assert not refused.value.hidden


def test_one_with_a_mandate_cannot_forbid_those_who_act(cast: Cast) -> None:
    Mandate.objects.create(principal=cast.eero, delegate=cast.marja, evidence="paper", valid_from=LONG_AGO)
    marja = cast.actor("marja", acting_for=cast.eero)
    against = Restriction(resident=cast.eero, from_those_acting_for=True, made_at=NOW)
    assert may(marja, READ_RESTRICTIONS, cast.eero, now=NOW)
    assert not may(marja, RESTRICT, against, now=NOW)


@pytest.mark.parametrize("name", ["marja", "liisa", "mikko", "tiina", "karl"])
def test_a_stranger_can_neither_make_nor_withdraw(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        restricting.restrict_unit(cast.eero, cast.other_station, by=cast.actor(name), now=NOW)
    assert refused.value.hidden


def test_the_page_tells_what_follows_before_it_is_made(cast: Cast, client: Client) -> None:
    with_another_unit(cast)
    client = signed_in(client, cast, "eero")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Äänekosken terveysasema" in client.get("/rights/restrictions/").text
    target = f"unit-{cast.other_station.pk}"
    page = client.post("/rights/restrictions/", {"target": target})
    assert "even if your life is in danger" in page.text
    assert not Restriction.objects.exists()
    assert client.post("/rights/restrictions/", {"target": target, "sure": "yes"}).status_code == 302
    made = Restriction.objects.get()
    assert client.post(f"/rights/restrictions/{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is not None


def test_the_page_says_why_the_unit_that_answers_cannot_be_forbidden(cast: Cast, client: Client) -> None:
    make_matter(cast)
    page = signed_in(client, cast, "eero").post(
        "/rights/restrictions/",
        {"target": f"unit-{cast.station.pk}", "sure": "yes"},
        headers={"accept-language": "en"},
    )
    assert page.status_code == 409
    assert "open matter of yours" in page.text


@pytest.mark.parametrize("target", ["", "unit-999999", "unit-x", "those"])
def test_what_was_not_offered_is_told_at_the_field(cast: Cast, client: Client, target: str) -> None:
    page = signed_in(client, cast, "eero").post("/rights/restrictions/", {"target": target, "sure": "yes"})
    assert page.status_code == 422


def test_the_restriction_of_another_does_not_exist(cast: Cast, client: Client) -> None:
    made = restricting.restrict_unit(cast.eero, cast.other_station, by=cast.actor("eero"), now=NOW)
    client = signed_in(client, cast, "elsa")
    assert client.post(f"/rights/restrictions/{made.pk}/withdraw/").status_code == 404
    assert client.post("/rights/restrictions/999999/withdraw/").status_code == 404
    assert NOW - made.made_at < timedelta(seconds=1)


def test_no_matter_is_opened_for_a_unit_that_would_not_see_it(cast: Cast) -> None:
    restricting.restrict_unit(cast.eero, cast.station, by=cast.actor("eero"), now=NOW)
    with pytest.raises(NotPossible):
        make_matter(cast)
    assert not Matter.objects.exists()


def test_a_unit_in_which_only_the_officer_looked_is_not_offered(cast: Cast, client: Client) -> None:
    AuditEntry.objects.record(
        cast.actor("tiina"),
        at=NOW,
        kind=AuditKind.READ,
        action="rights.oversee_log",
        residents=[cast.eero.pk],
    )
    page = signed_in(client, cast, "eero").get("/rights/restrictions/")
    assert "Saarijärven terveysasema" not in page.text
