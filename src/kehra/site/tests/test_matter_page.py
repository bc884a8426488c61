"""One matter's page: the staff's and the resident's, for those who may see it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later, signed_in
from kehra.library.operating_models.models import LimitRow, PauseReason
from kehra.serve.assessments import actions as assessing
from kehra.serve.matters.actions import clocks
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")


def test_the_resident_and_the_unit_see_the_same_matter(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    for name in ("eero", "liisa"):
        page = signed_in(client, cast, name).get(f"/matters/{matter.pk}/")
        assert (page.status_code, "Polvi on ollut kipeä" in page.text) == (200, True)


def test_the_other_sector_sees_that_something_was_written_but_not_what(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    page = signed_in(client, cast, "sami").get(f"/matters/{matter.pk}/")
    assert page.status_code == 200
    assert "Polvi" not in page.text


@pytest.mark.parametrize(("name", "told"), [("eero", True), ("sari", False)])
def test_a_protected_municipality_is_told_on_no_page_of_staff(
    cast: Cast, client: Client, name: str, told: bool
) -> None:
    matter = make_matter(cast, getattr(cast, name))
    liisa = signed_in(client, cast, "liisa")
    for path in (f"/matters/{matter.pk}/", "/desk/"):
        page = liisa.get(path)
        assert (page.status_code, "Saarijärvi" in page.text) == (200, told), path


@pytest.mark.parametrize("name", ["elsa", "noora", "mikko", "karl"])
def test_for_strangers_there_is_no_such_matter(cast: Cast, client: Client, name: str) -> None:
    matter = make_matter(cast)
    for number in (matter.pk, 999_999):
        assert signed_in(client, cast, name).get(f"/matters/{number}/").status_code == 404


def test_beside_the_list_only_the_matter_is_sent(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    page = signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in page.text
    assert "Polvi" in page.text


def test_a_paused_promise_moves_with_each_day_and_the_day_of_law_stays(
    cast: Cast, client: Client, set_time: Callable[[datetime], None]
) -> None:
    matter = make_taken_matter(cast)
    limit = LimitRow.objects.get(code="mental_health.treatment", valid_until=None)
    clock = Clock.objects.create(
        matter=matter, limit=limit, started_on=TODAY, statutory_on="2026-06-10", promised_on="2026-06-10"
    )
    reason = PauseReason.objects.get(code="medical_reason")
    clocks.pause(clock, reason, by=cast.actor("liisa"), now=NOW)
    set_time(later(days=10))
    page = signed_in(client, cast, "liisa").get(f"/matters/{matter.pk}/", headers={"accept-language": "en"})
    assert "Promised by Friday 19 June 2026" in page.text
    assert "By law the day is Wednesday 10 June 2026" in page.text


def test_the_assessment_stands_on_the_page_for_both(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    assessment = assessing.begin(matter, by=cast.actor("liisa"), now=NOW)
    own = {"own_words": "Haluan päästä marjaan.", "strengths": "", "matters_to_me": ""}
    assessing.write_own(assessment, **own, by=cast.actor("eero"), now=NOW)
    for name in ("eero", "liisa"):
        page = signed_in(client, cast, name).get(f"/matters/{matter.pk}/").text
        assert "Haluan päästä marjaan." in page
        assert f"/matters/{matter.pk}/assessment/" in page
