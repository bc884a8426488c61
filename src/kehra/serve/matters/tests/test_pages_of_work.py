"""The pages on which a professional works in a matter, and the resident decides about the permit."""

from collections.abc import Callable

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.codes.models import Code, CodeSystem
from kehra.library.operating_models.models import LimitRow, PauseReason
from kehra.serve.matters.actions import handovers, permits
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")


@pytest.fixture(autouse=True)
def outcomes(db: None) -> None:
    system = CodeSystem.objects.create(uri="outcome", names={"fi": "Päättymisen syy"}, source="test")
    Code.objects.create(system=system, code="solved", names={"fi": "asia hoidettiin"}, valid_from=LONG_AGO)


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return make_taken_matter(cast)


@pytest.fixture
def liisa(cast: Cast, client: Client) -> Client:
    return signed_in(client, cast, "liisa")


def path(matter: Matter, what: str = "") -> str:
    return f"/matters/{matter.pk}/{what}"


FORMS = ["give/", "write/", "urgency/", "close/", "transfer/", "guide/"]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_opens_for_the_unit(matter: Matter, liisa: Client, form: str) -> None:
    assert liisa.get(path(matter, form)).status_code == 200


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "status"), [("eero", 403), ("sami", 404), ("karl", 404), ("mikko", 404)])
def test_nobody_else_is_shown_a_form(
    cast: Cast, matter: Matter, client: Client, form: str, name: str, status: int
) -> None:
    assert signed_in(client, cast, name).get(path(matter, form)).status_code == status


@pytest.mark.parametrize("form", ["write/", "urgency/", "close/", "transfer/", "guide/"])
def test_an_empty_form_comes_back_with_what_is_missing(matter: Matter, liisa: Client, form: str) -> None:
    answer = liisa.post(path(matter, form), {})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


def test_a_matter_is_taken_with_one_button(cast: Cast, client: Client) -> None:
    waiting = make_matter(cast)
    assert signed_in(client, cast, "liisa").post(path(waiting, "take/"))["Location"] == path(waiting)
    waiting.refresh_from_db()
    assert waiting.responsible == cast.professional("liisa")


def test_an_entry_sent_twice_is_one_entry(matter: Matter, liisa: Client) -> None:
    form = {"text": "Polvessa nestettä.", "once": "6f2f3f0e-9d0e-4a3b-9f57-6b6b0f7f0001"}
    for _ in range(2):
        assert liisa.post(path(matter, "write/"), form).status_code == 302
    assert matter.entries.filter(kind="entry").count() == 1


def test_only_its_writer_corrects_an_entry(cast: Cast, matter: Matter, liisa: Client) -> None:
    liisa.post(path(matter, "write/"), {"text": "vasen polvi"})
    entry = matter.entries.get(text="vasen polvi")
    correct = path(matter, f"entries/{entry.pk}/correct/")
    assert "vasen polvi" in liisa.get(correct).text
    assert liisa.post(correct, {"text": "oikea polvi"}).status_code == 302
    assert matter.entries.get(supersedes=entry).text == "oikea polvi"
    assert signed_in(liisa, cast, "olli").get(correct).status_code == 404


def test_it_is_given_judged_and_closed(cast: Cast, matter: Matter, liisa: Client) -> None:
    liisa.post(path(matter, "urgency/"), {"urgency": "2"})
    liisa.post(path(matter, "give/"), {"professional": cast.professional("olli").pk})
    liisa.post(path(matter, "close/"), {"outcome": "solved"})
    matter.refresh_from_db()
    assert (matter.urgency, matter.responsible, matter.outcome) == (
        Urgency.URGENT,
        cast.professional("olli"),
        "solved",
    )
    assert liisa.post(path(matter, "write/"), {"text": "myöhässä"}).status_code == 409
    assert "asia hoidettiin" in liisa.get(path(matter)).text


def test_a_promise_is_paused_only_for_a_reason_that_stands_for_it(matter: Matter, liisa: Client) -> None:
    limit = LimitRow.objects.get(code="mental_health.treatment", valid_until=None)
    clock = Clock.objects.create(
        matter=matter, limit=limit, started_on=NOW, statutory_on="2026-06-10", promised_on="2026-06-10"
    )
    pause = path(matter, f"promises/{clock.pk}/pause/")
    allowed = PauseReason.objects.get(code="medical_reason")
    other = PauseReason.objects.get(code="application_incomplete")
    assert "Terveydenhuoltolaki" in liisa.get(pause).text
    assert liisa.post(pause, {"reason": other.pk}).status_code == 422
    assert liisa.post(pause, {"reason": allowed.pk}).status_code == 302
    assert clock.pauses.get().reason == allowed
    assert liisa.post(path(matter, f"promises/{clock.pk}/resume/")).status_code == 302
    assert not clock.pauses.filter(days__upper_inf=True).exists()


def test_the_other_unit_is_asked_and_accepts(cast: Cast, matter: Matter, liisa: Client) -> None:
    liisa.post(path(matter, "transfer/"), {"to": cast.other_station.pk, "shares": ["need"], "note": "Hei"})
    handover = matter.handovers.get()
    noora = signed_in(liisa, cast, "noora")
    assert "Hei" in noora.get(path(matter)).text
    assert "050 000" not in noora.get(path(matter)).text  # who is only asked is not to call
    assert noora.post(path(matter, f"handovers/{handover.pk}/accept/")).status_code == 302
    matter.refresh_from_db()
    assert matter.unit == cast.other_station
    assert "050 000" in noora.get(path(matter)).text


def test_who_refuses_says_why_and_no_longer_sees_it(cast: Cast, matter: Matter, client: Client) -> None:
    handover = handovers.offer(matter, to=cast.other_station, shares=[], by=cast.actor("liisa"), now=NOW)
    noora = signed_in(client, cast, "noora")
    refuse = path(matter, f"handovers/{handover.pk}/refuse/")
    assert noora.post(refuse, {"reason": " "}).status_code == 422
    assert noora.post(refuse, {"reason": "Ei meidän aluetta."})["Location"] == "/desk/"
    assert noora.get(path(matter)).status_code == 404


def test_the_giver_guides_to_an_offering_and_withdraws(cast: Cast, matter: Matter, liisa: Client) -> None:
    offering = Offering.objects.create(
        county=cast.county, service=cast.social_work, unit=cast.parish, valid_from=LONG_AGO
    )
    liisa.post(path(matter, "guide/"), {"to": offering.pk})
    handover = matter.handovers.get()
    assert handover.offering == offering
    assert liisa.post(path(matter, f"handovers/{handover.pk}/withdraw/")).status_code == 302
    handover.refresh_from_db()
    assert handover.state == "withdrawn"


def test_the_address_is_asked_for_apart_and_stands_in_the_log(
    cast: Cast, matter: Matter, liisa: Client
) -> None:
    assert "Kotikatu" not in liisa.get(path(matter)).text
    assert "Kotikatu" in liisa.get(path(matter, "address/")).text
    assert AuditEntry.objects.filter(action="matters.address", residents=[cast.eero.pk]).count() == 1


def test_a_protected_address_is_marked_and_closed_to_others(cast: Cast, client: Client) -> None:
    protected = make_matter(cast, cast.sari)
    Participation.objects.create(matter=protected, unit=cast.other_station, right="work", started_at=NOW)
    assert signed_in(client, cast, "noora").get(path(protected, "address/")).status_code == 403


def test_the_permit_is_asked_and_the_resident_decides(cast: Cast, matter: Matter, client: Client) -> None:
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    sami = signed_in(client, cast, "sami")
    assert path(matter, "permit/ask/") in sami.get(path(matter)).text
    assert sami.post(path(matter, "permit/ask/"), {"sector": "health"}).status_code == 302
    permit = matter.permits.get()
    eero = signed_in(client, cast, "eero")
    assert "Aikuissosiaalityö" in eero.get(path(matter, "permit/")).text
    answer = {"permit": permit.pk, f"permit-{permit.pk}-kinds": ["need", "entry"], "wish": "give"}
    assert eero.post(path(matter, "permit/"), answer).status_code == 302
    narrow = answer | {f"permit-{permit.pk}-kinds": ["need"], "wish": "narrow"}
    assert eero.post(path(matter, "permit/"), narrow).status_code == 302
    permit.refresh_from_db()
    assert permit.kinds == ["need"]
    assert eero.post(path(matter, "permit/"), {"permit": permit.pk, "wish": "revoke"}).status_code == 302
    assert "Polvi" not in signed_in(client, cast, "sami").get(path(matter)).text


@pytest.mark.parametrize(
    ("answer", "status"),
    [({}, 404), ({"permit": "x"}, 404), ({"permit": "99999999999999999999"}, 404), ({"wish": "give"}, 422)],
)
def test_an_odd_answer_about_the_permit_is_told(
    cast: Cast, matter: Matter, client: Client, answer: dict[str, str], status: int
) -> None:
    permit = permits.ask(matter, "health", by=cast.actor("liisa"), now=NOW)
    sent = answer | ({"permit": str(permit.pk)} if "wish" in answer else {})
    assert signed_in(client, cast, "eero").post(path(matter, "permit/"), sent).status_code == status


def test_staff_do_not_decide_about_the_permit(matter: Matter, liisa: Client) -> None:
    assert liisa.get(path(matter, "permit/")).status_code == 403


def test_the_page_costs_the_same_for_a_long_course(
    matter: Matter, liisa: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        liisa.post(path(matter, "write/"), {"text": f"Kirjaus {number}"})
    with django_assert_max_num_queries(52):  # type: ignore[attr-defined]
        assert "Kirjaus 19" in liisa.get(path(matter)).text
