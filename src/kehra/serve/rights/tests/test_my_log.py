"""The resident sees who has looked at their data, counted exactly."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.codes.models import Code, CodeSystem
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.rights.permissions import READ_LOG

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def clock_stands(set_time: Callable[[datetime], None]) -> None:
    set_time(NOW)


def test_as_many_looks_as_there_were_are_shown_and_this_one_too(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    before = AuditEntry.objects.filter(residents__contains=[cast.eero.pk]).count()
    for _look in range(60):
        require(cast.actor("liisa"), READ, matter, now=NOW)
    page = signed_in(client, cast, "eero").get("/log/?own=1", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert f"{before + 61} rows" in page.text
    assert page.text.count("Liisa Testi</strong>") == 49  # the first page has fifty lines, one of them this
    assert "Liisa Testi</strong>" in client.get("/log/?own=1&page=2").text


def test_the_log_opens_with_what_others_did_and_counts_the_residents_own_visits(
    cast: Cast, client: Client
) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast), now=NOW)
    page = signed_in(client, cast, "eero").get("/log/", headers={"accept-language": "en"})
    eero = cast.user("eero")
    own = AuditEntry.objects.filter(residents__contains=[eero.resident_id], actor_user_id=eero.pk).count()
    assert "<strong>1 row</strong>" in page.text
    assert "You</strong>" not in page.text
    assert f"Show your own visits too ({own} rows)" in page.text


def test_a_line_says_who_for_which_unit_what_and_on_what_ground(cast: Cast, client: Client) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast), now=NOW)
    system = CodeSystem.objects.create(uri="relation", names={"fi": "Suhde"}, source="test")
    names = {"fi": "osallistuva yksikkö", "en": "a unit that takes part"}
    Code.objects.create(system=system, code="unit_takes_part", names=names, valid_from=NOW.date())
    page = signed_in(client, cast, "eero").get("/log/", headers={"accept-language": "en"})
    for said in ("Liisa Testi", "Saarijärven terveysasema", READ.sentence, "a unit that takes part"):
        assert str(said) in page.text


def test_a_ground_without_a_word_of_the_county_is_told_by_its_rule(cast: Cast, client: Client) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast), now=NOW)
    page = signed_in(client, cast, "eero").get("/log/", headers={"accept-language": "en"})
    assert "a worker of a unit that takes part in the matter" in page.text


def test_a_refusal_is_shown_as_a_try(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    assert signed_in(Client(), cast, "noora").get(f"/matters/{matter.pk}/").status_code == 404
    page = signed_in(client, cast, "eero").get("/log/?kind=refusal", headers={"accept-language": "en"})
    assert "Tried, was refused" in page.text
    assert "Noora Testi" in page.text
    assert "1 of" in page.text


def test_the_log_is_filtered_by_unit(cast: Cast, client: Client) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast), now=NOW)
    page = signed_in(client, cast, "eero").get(
        f"/log/?unit={cast.station.pk}", headers={"accept-language": "en"}
    )
    assert "1 of" in page.text


@pytest.mark.parametrize("query", ["page=x", "page=-3", "unit=x", "unit=999999999999999999999", "kind=x"])
def test_a_wrong_wish_shows_the_whole_log(cast: Cast, client: Client, query: str) -> None:
    assert signed_in(client, cast, "eero").get(f"/log/?{query}").status_code == 200


def test_what_is_older_than_two_years_is_not_shown(cast: Cast, client: Client) -> None:
    two_years = datetime(2024, 3, 10, tzinfo=NOW.tzinfo)
    for at, name in ((two_years - timedelta(days=1), "Vanha"), (two_years + timedelta(days=1), "Uusi")):
        AuditEntry.objects.create(
            at=at, kind=AuditKind.READ, action="matters.read", actor_kind="professional", actor_name=name,
            county_id="15", residents=[cast.eero.pk],
        )  # fmt: skip
    page = signed_in(client, cast, "eero").get("/log/")
    assert "Uusi" in page.text
    assert "Vanha" not in page.text


def test_a_guardian_sees_the_childs_log_but_not_who_else_acts_for_the_child(
    cast: Cast, client: Client
) -> None:
    yesterday = NOW - timedelta(days=1)
    matter = make_matter(cast, cast.aino)
    require(cast.actor("pekka", acting_for=cast.aino, now=yesterday), READ, matter, now=yesterday)
    page = signed_in(client, cast, "marja", acting_for=cast.aino).get(
        "/log/", headers={"accept-language": "en"}
    )
    assert page.status_code == 200
    assert "Somebody else" in page.text
    assert "Pekka" not in page.text


def test_a_guardian_whom_the_minor_has_restricted_finds_no_log(cast: Cast, client: Client) -> None:
    Restriction.objects.create(resident=cast.aino, from_those_acting_for=True, made_at=NOW)
    client = signed_in(client, cast, "marja", acting_for=cast.aino)
    assert client.get("/log/").status_code == 404
    assert client.get("/rights/").status_code == 404
    assert AuditEntry.objects.filter(kind=AuditKind.REFUSAL, action="rights.read_log").count() == 2


@pytest.mark.parametrize("name", ["marja", "liisa", "mikko", "tiina", "karl"])
def test_nobody_else_reads_it(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), READ_LOG, cast.eero, now=NOW)
    assert refused.value.hidden


@pytest.mark.parametrize("name", ["liisa", "tiina"])
def test_a_worker_has_no_log_in_that_role(cast: Cast, client: Client, name: str) -> None:
    assert signed_in(client, cast, name).get("/log/").status_code == 404


def test_a_long_log_takes_no_more_queries_than_a_short_one(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    matter = make_matter(cast)
    for name in ("liisa", "olli") * 30:
        require(cast.actor(name), READ, matter, now=NOW)
    client = signed_in(client, cast, "eero")
    with django_assert_max_num_queries(25):
        assert client.get("/log/").status_code == 200
