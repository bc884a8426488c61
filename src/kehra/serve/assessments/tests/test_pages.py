"""The pages of an assessment, for staff of both sectors and for the resident."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.assessments import actions
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.assessments.tests.situations import (
    OWN,
    TEXTS,
    make_assessment,
    make_shared_matter,
    part_of,
    write_and_sign,
)
from kehra.serve.assessments.views.reading import assessments_of, permits_needed, section_for
from kehra.serve.matters.actions import permits, work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")


def page_of(matter: Matter) -> str:
    return f"/matters/{matter.pk}/assessment/"


def make_joint_assessment(cast: Cast) -> Assessment:
    """Signed by the nurse Liisa and the social worker Sami, with Eero's own part."""
    assessment = make_assessment(cast, make_shared_matter(cast))
    actions.invite(assessment, cast.assignments["sami"], by=cast.actor("liisa"), now=NOW)
    actions.write_own(assessment, **OWN, by=cast.actor("eero"), now=NOW)
    write_and_sign(cast, assessment, "liisa")
    sami = part_of(cast, assessment, "sami")
    texts = TEXTS | {"need": "Tarvitsee tukea kotiin."}
    actions.write_part(sami, **texts, by=cast.actor("sami"), now=NOW)
    actions.sign_part(sami, by=cast.actor("sami"), now=NOW)
    return assessment


def test_from_beginning_to_ready_by_the_pages_alone(cast: Cast, client: Client) -> None:
    matter = make_taken_matter(cast)
    liisa = signed_in(client, cast, "liisa")
    assert liisa.get(page_of(matter)).status_code == 200
    assert liisa.post(f"{page_of(matter)}begin/").status_code == 302
    part = matter.assessments.get().parts.get()
    draft = f"/assessments/parts/{part.pk}/"
    assert liisa.get(draft).status_code == 200
    assert liisa.post(draft, TEXTS | {"then": "sign"}).headers["Location"] == f"{draft}sign/"
    assert TEXTS["need"] in liisa.get(f"{draft}sign/").text
    for _ in range(2):  # a double click
        assert liisa.post(f"{draft}sign/").status_code == 302
    ready = f"/assessments/{part.assessment_id}/complete/"
    assert liisa.get(ready).status_code == 200
    for _ in range(2):
        assert liisa.post(ready, {"need_found": "yes", "urgency": "4"}).status_code == 302
    assessment = matter.assessments.get()
    assert (assessment.need_found, assessment.is_open) == (True, False)
    assert TEXTS["need"] in liisa.get(page_of(matter)).text


def test_the_residents_own_part_is_read_first(cast: Cast, client: Client) -> None:
    assessment = make_joint_assessment(cast)
    actions.write_own(
        assessment, **(OWN | {"own_words": "Kertoi puhelimessa"}), by=cast.actor("liisa"), now=NOW
    )
    shown = assessments_of(cast.actor("eero"), assessment.matter, NOW)[0]
    whose = [
        (one.part.kind, one.part.professional and one.part.professional.given_names) for one in shown.parts
    ]
    assert whose == [("own", None), ("own", "Liisa"), ("professional", "Liisa"), ("professional", "Sami")]
    page = signed_in(client, cast, "eero").get(page_of(assessment.matter)).text
    assert page.index(OWN["own_words"]) < page.index("Kertoi puhelimessa") < page.index(TEXTS["need"])


def test_the_other_sector_sees_that_a_part_exists_until_the_permit(cast: Cast, client: Client) -> None:
    matter = make_joint_assessment(cast).matter
    sami = signed_in(client, cast, "sami")
    page = sami.get(page_of(matter)).text
    assert "Tarvitsee tukea kotiin." in page
    for hidden in (TEXTS["need"], OWN["strengths"], "Liisa Testi"):
        assert hidden not in page
    permits.give(matter, "health", ["assessment"], by=cast.actor("eero"), now=NOW)
    page = sami.get(page_of(matter)).text
    assert TEXTS["need"] in page
    assert OWN["strengths"] in page
    ground = AuditEntry.objects.filter(action="matters.see_part").latest("at")
    assert (ground.relation, ground.matter_id) == ("permit", matter.pk)


def test_what_came_of_it_is_told_to_those_who_may_read_it(cast: Cast) -> None:
    assessment = make_joint_assessment(cast)
    actions.complete(assessment, need_found=True, by=cast.actor("liisa"), now=NOW)

    def told(name: str) -> bool:
        return assessments_of(cast.actor(name), assessment.matter, NOW)[0].result_seen

    assert [told(name) for name in ("liisa", "eero", "sami")] == [True, True, False]
    permits.give(assessment.matter, "health", ["assessment"], by=cast.actor("eero"), now=NOW)
    assert told("sami")


def test_a_worker_can_ask_for_the_permit_once(cast: Cast, client: Client) -> None:
    matter = make_joint_assessment(cast).matter
    sami = cast.actor("sami")
    shown = assessments_of(sami, matter, NOW)
    assert permits_needed(sami, matter, shown) == [("health", "")]
    permits.ask(matter, "health", by=sami, now=NOW)
    assert permits_needed(sami, matter, shown) == [("health", "asked")]
    permits.give(matter, "health", ["need"], by=cast.actor("eero"), now=NOW)
    assert permits_needed(sami, matter, shown) == [("health", "given")]
    assert signed_in(client, cast, "sami").get(page_of(matter)).status_code == 200


def test_health_reads_the_part_of_social_care_only_by_the_permit(cast: Cast, client: Client) -> None:
    matter = make_joint_assessment(cast).matter
    liisa = signed_in(client, cast, "liisa")
    assert "Tarvitsee tukea kotiin." not in liisa.get(page_of(matter)).text
    permit = permits.give(matter, "social", ["assessment"], by=cast.actor("eero"), now=NOW)
    assert "Tarvitsee tukea kotiin." in liisa.get(page_of(matter)).text
    permits.revoke(permit, by=cast.actor("eero"), now=NOW)
    assert "Tarvitsee tukea kotiin." not in liisa.get(page_of(matter)).text


def test_a_draft_is_seen_by_its_author_only(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast)
    actions.write_part(part_of(cast, assessment, "liisa"), **TEXTS, by=cast.actor("liisa"), now=NOW)
    for name, sees in (("liisa", True), ("olli", False), ("eero", False)):
        page = signed_in(client, cast, name).get(page_of(assessment.matter))
        assert (page.status_code, TEXTS["need"] in page.text) == (200, sees)


def test_what_was_corrected_stands_under_what_took_its_place(cast: Cast) -> None:
    assessment, liisa = make_assessment(cast), cast.actor("liisa")
    signed = write_and_sign(cast, assessment, "liisa")
    draft = actions.supersede_part(signed, by=liisa, now=NOW)
    olli = actions.invite(assessment, cast.assignments["olli"], by=liisa, now=NOW)
    eero, matter = cast.actor("eero"), assessment.matter
    assert [one.part for one in assessments_of(eero, matter, NOW)[0].parts] == [signed, draft, olli]
    actions.sign_part(draft, by=liisa, now=NOW)
    mine, other = assessments_of(eero, matter, NOW)[0].parts
    assert (mine.part, mine.earlier, other.part) == (draft, [signed], olli)


def test_the_resident_writes_their_own_part_on_their_page(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast)
    eero = signed_in(client, cast, "eero")
    form = f"/assessments/{assessment.pk}/own/"
    assert eero.get(form).status_code == 200
    assert eero.post(form, dict.fromkeys(OWN, "")).status_code == 422
    for _ in range(2):
        assert eero.post(form, OWN).status_code == 302
    assert assessment.parts.filter(kind="own").count() == 1
    assert OWN["strengths"] in eero.get(form).text


def test_a_guardian_writes_for_the_child_and_it_is_marked(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast, make_taken_matter(cast, cast.aino))
    marja = signed_in(client, cast, "marja", acting_for=cast.aino)
    assert marja.post(f"/assessments/{assessment.pk}/own/", OWN).status_code == 302
    assert "Marja Laine" in signed_in(client, cast, "liisa").get(page_of(assessment.matter)).text


def test_a_colleague_is_chosen_from_those_who_can_be_asked(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast)
    liisa = signed_in(client, cast, "liisa")
    form = f"/assessments/{assessment.pk}/invite/"
    assert "Olli Testi" in liisa.get(form).text
    assert liisa.post(form, {"colleague": cast.assignments["noora"].pk}).status_code == 422
    for _ in range(2):
        liisa.post(form, {"colleague": cast.assignments["olli"].pk})
    assert assessment.parts.unsigned().count() == 2
    assert liisa.get(form).status_code == 200  # nobody is left to be asked
    assert "Olli Testi" in liisa.get(f"/assessments/{assessment.pk}/complete/").text


def test_a_part_is_marked_as_not_needed(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast)
    path = f"/assessments/parts/{part_of(cast, assessment, 'liisa').pk}/withdraw/"
    liisa = signed_in(client, cast, "liisa")
    assert liisa.get(path).status_code == 200
    assert liisa.post(path).status_code == 302
    assert liisa.get(path).status_code == 302
    assert not assessment.parts.asked().exists()


def test_a_signed_part_leads_to_its_correction_only(cast: Cast, client: Client) -> None:
    part = write_and_sign(cast, make_assessment(cast), "liisa")
    liisa = signed_in(client, cast, "liisa")
    path = f"/assessments/parts/{part.pk}/"
    assert liisa.get(path).status_code == liisa.get(f"{path}sign/").status_code == 302
    assert liisa.post(path, TEXTS).status_code == 409
    assert liisa.post(f"{path}correct/").status_code == 302
    assert AssessmentPart.objects.filter(supersedes=part).exists()


def test_to_sign_everything_must_be_written(cast: Cast, client: Client) -> None:
    part = part_of(cast, make_assessment(cast), "liisa")
    liisa, path = signed_in(client, cast, "liisa"), f"/assessments/parts/{part.pk}/"
    assert liisa.post(path, {"need": "Apu", "then": "sign"}).status_code == 422
    assert liisa.post(path, {"need": "Apu", "then": "save"}).status_code == 302
    assert liisa.get(f"{path}sign/").headers["Location"] == path


@pytest.mark.parametrize("name", ["elsa", "noora", "mikko", "karl"])
def test_for_strangers_there_is_nothing(cast: Cast, client: Client, name: str) -> None:
    assessment = make_assessment(cast)
    stranger, part = signed_in(client, cast, name), part_of(cast, assessment, "liisa")
    for path in (
        page_of(assessment.matter),
        *(f"/assessments/{assessment.pk}/{what}/" for what in ("invite", "own", "complete")),
        *(f"/assessments/parts/{part.pk}/{what}" for what in ("", "sign/", "withdraw/")),
        "/matters/999999/assessment/",
        "/assessments/999999/own/",
        "/assessments/parts/999999/",
    ):
        assert stranger.get(path).status_code == 404, path


def test_the_resident_sees_but_neither_leads_nor_signs(cast: Cast, client: Client) -> None:
    assessment = make_assessment(cast)
    eero, part = signed_in(client, cast, "eero"), part_of(cast, assessment, "liisa")
    for path in (f"/assessments/{assessment.pk}/invite/", f"/assessments/parts/{part.pk}/sign/"):
        assert eero.get(path).status_code == 403


def test_in_a_closed_matter_it_is_read_and_nothing_more(cast: Cast, client: Client) -> None:
    assessment = make_joint_assessment(cast)
    work.close(assessment.matter, "help_given", by=cast.actor("liisa"), now=NOW)
    for name in ("liisa", "eero"):
        page = signed_in(client, cast, name).get(page_of(assessment.matter))
        assert page.status_code == 200
        assert f"/assessments/{assessment.pk}/" not in page.text


def test_many_parts_take_as_many_queries_as_one(cast: Cast, client: Client) -> None:
    one = make_assessment(cast).matter
    liisa = signed_in(client, cast, "liisa")
    liisa.get(page_of(one))
    with CaptureQueriesContext(
        connection,
    ) as few:
        liisa.get(page_of(one))
    many = make_joint_assessment(cast)
    for words in ("a", "b", "c"):
        actions.write_own(many, **(OWN | {"own_words": words}), by=cast.actor("eero"), now=NOW)
    actions.complete(many, need_found=True, by=cast.actor("liisa"), now=NOW)
    make_assessment(cast, many.matter)
    with CaptureQueriesContext(connection) as more:
        liisa.get(page_of(many.matter))
    assert len(more) == len(few) <= 30


@pytest.mark.parametrize("name", ["liisa", "eero", "sami"])
def test_the_section_of_the_matters_page_shows_the_latest(cast: Cast, name: str) -> None:
    assessment = make_joint_assessment(cast)
    context = section_for(cast.actor(name), assessment.matter, NOW)
    assert context["assessing"]["latest"].assessment == assessment
