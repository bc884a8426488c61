"""The pages: who is away, the one screen, and coming after all."""

import re
from datetime import time, timedelta

import pytest
from django.test import Client

from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, signed_in
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.absences.models import Share
from kehra.serve.absences.tests.situations import make_morning
from kehra.serve.booking.actions import booking
from kehra.serve.booking.tests.situations import make_nurse, make_time
from kehra.serve.matters.tests.situations import make_taken_matter

pytestmark = pytest.mark.usefixtures("set_time")


def test_the_manager_marks_and_confirms_what_is_proposed(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    Absence.objects.all().delete()
    mikko = signed_in(client, cast, "mikko")
    page = mikko.post("/absences/", _mark(cast.professional("liisa").pk))
    assert (page.status_code, page["Location"]) == (302, "/absences/plan/")
    screen = mikko.get("/absences/plan/").text
    assert "Eero Korhonen" in screen
    assert _chosen(screen, f"visit-{morning.visit.pk}") == f"give:{morning.maija.pk}"
    assert _chosen(screen, f"matter-{morning.matter.pk}") == f"give:{morning.maija.pk}"
    seen = AuditEntry.objects.get(action="absences.plan", residents__contains=[cast.eero.pk])
    assert (seen.relation, seen.purpose) == ("manager", "care")
    sent = {f"visit-{morning.visit.pk}": f"give:{morning.maija.pk}", f"matter-{morning.matter.pk}": "stay"}
    assert mikko.post("/absences/plan/", sent).status_code == 302
    morning.visit.refresh_from_db()
    assert morning.visit.professional == morning.maija
    after = mikko.get("/absences/plan/").text
    assert f"visit-{morning.visit.pk}" not in after
    assert _chosen(after, f"matter-{morning.matter.pk}") == "stay"
    assert after.index("govuk-details") < after.index(f"row-matter-{morning.matter.pk}")
    assert "Maija Testi" in after


def test_pressed_twice_is_once(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    mikko = signed_in(client, cast, "mikko")
    once = re.search(r'name="once" value="([^"]+)"', mikko.get("/absences/plan/").text)
    assert once
    sent = {f"visit-{morning.visit.pk}": f"give:{morning.maija.pk}", "once": once[1]}
    for _press in range(2):
        assert mikko.post("/absences/plan/", sent).status_code == 302
    assert Share.objects.count() == 1


def test_one_colleague_twice_at_one_time_is_said_before_anything_is_done(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    Absence.objects.update(ended_at=NOW)
    elsas = make_taken_matter(cast, cast.elsa)
    second = make_time(cast, day=TODAY, at=time(13, 30))
    visit = booking.book(elsas, second, by=cast.actor("elsa"), now=NOW)
    morning.same_time.delete()
    make_absence(cast)
    mikko = signed_in(client, cast, "mikko")
    sent = {
        f"visit-{morning.visit.pk}": f"move:{morning.later_time.pk}",
        f"visit-{visit.pk}": f"move:{morning.later_time.pk}",
    }
    page = mikko.post("/absences/plan/", sent)
    assert page.status_code == 422
    assert "govuk-error-summary" in page.text
    assert _chosen(page.text, f"visit-{visit.pk}") == f"move:{morning.later_time.pk}"
    assert not Share.objects.exists()


def test_what_no_longer_holds_is_said_row_by_row(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    mikko = signed_in(client, cast, "mikko")
    elsas = make_taken_matter(cast, cast.elsa)
    booking.book(elsas, morning.same_time, by=cast.actor("elsa"), now=NOW)
    sent = {
        f"visit-{morning.visit.pk}": f"give:{morning.maija.pk}",
        f"matter-{morning.matter.pk}": f"give:{morning.maija.pk}",
        "visit-12345": "cancel",
        "visit-abc": "give:1",
        "nonsense": "x",
    }
    page = mikko.post("/absences/plan/", sent, follow=True).text
    assert "Eero Korhonen, " in page
    assert "Maija Testi" in page
    assert Share.objects.get().matter == morning.matter


def test_half_of_the_staff_away_is_one_screen_urgent_first(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    nurse = make_nurse(cast, "anna")
    urgent = make_taken_matter(cast, cast.elsa, urgency=2)
    visit = booking.book(
        urgent, make_time(cast, "anna", day=TODAY, at=time(13)), by=cast.actor("elsa"), now=NOW
    )
    mikko = signed_in(client, cast, "mikko")
    mikko.post("/absences/", _mark(nurse.pk, cast.professional("olli").pk))
    screen = mikko.get("/absences/plan/").text
    assert screen.index(f"row-visit-{visit.pk}") < screen.index(f"row-visit-{morning.visit.pk}")
    assert _chosen(screen, f"visit-{visit.pk}") == f"give:{morning.maija.pk}"
    assert _chosen(screen, f"visit-{morning.visit.pk}") == f"move:{morning.later_time.pk}"


def test_a_resident_who_forbade_the_unit_is_said_to_be_there_without_a_name(
    cast: Cast, client: Client
) -> None:
    make_morning(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.station, made_at=NOW)
    screen = signed_in(client, cast, "mikko").get("/absences/plan/").text
    assert "Korhonen" not in screen
    assert "row-visit-" in screen


def test_wrong_words_are_told_at_their_field(cast: Cast, client: Client) -> None:
    mikko = signed_in(client, cast, "mikko")
    page = mikko.post("/absences/", {"first": "eilen", "last": "", "kind": "flunssa"})
    assert page.status_code == 422
    assert "govuk-error-summary" in page.text
    yesterday = TODAY - timedelta(days=1)
    gone = _mark(cast.professional("liisa").pk) | {"last": f"{yesterday.day}.{yesterday.month}.2026"}
    assert mikko.post("/absences/", gone).status_code == 422
    assert not Absence.objects.exists()


def test_a_colleague_sees_who_is_away_and_may_do_nothing(cast: Cast, client: Client) -> None:
    absence = make_absence(cast)
    olli = signed_in(client, cast, "olli")
    page = olli.get("/absences/")
    assert page.status_code == 200
    assert "Liisa Testi" in page.text
    assert '<form method="post"' not in page.text.split("<main")[1]
    assert olli.post("/absences/", _mark(cast.professional("liisa").pk)).status_code == 403
    assert olli.get("/absences/plan/").status_code == 403
    assert olli.post(f"/absences/{absence.pk}/end/").status_code == 403


@pytest.mark.parametrize("name", ["eero", "tiina"])
def test_strangers_find_nothing(cast: Cast, client: Client, name: str) -> None:
    absence = make_absence(cast)
    stranger = signed_in(client, cast, name)
    for path in ("/absences/", "/absences/plan/", f"/absences/{absence.pk}/end/"):
        assert stranger.get(path).status_code == 404


def test_another_unit_ends_nobodys_absence(cast: Cast, client: Client) -> None:
    absence = make_absence(cast)
    assert signed_in(client, cast, "noora").post(f"/absences/{absence.pk}/end/").status_code == 404
    assert signed_in(client, cast, "mikko").get("/absences/999/end/").status_code == 404


def test_coming_after_all_asks_once_and_what_was_given_goes_back(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    mikko = signed_in(client, cast, "mikko")
    mikko.post("/absences/plan/", {f"visit-{morning.visit.pk}": f"give:{morning.maija.pk}"})
    assert mikko.get(f"/absences/{morning.absence.pk}/end/").status_code == 200
    assert mikko.post(f"/absences/{morning.absence.pk}/end/").status_code == 302
    morning.visit.refresh_from_db()
    assert morning.visit.professional == cast.professional("liisa")
    assert mikko.get("/absences/plan/").status_code == 200


def test_what_waits_for_them_is_not_counted_as_shared_out(cast: Cast, client: Client) -> None:
    morning = make_morning(cast)
    mikko = signed_in(client, cast, "mikko")
    quiet = make_taken_matter(cast, cast.marja)
    stays = {f"matter-{quiet.pk}": "stay"}
    given = {f"visit-{morning.visit.pk}": f"give:{morning.maija.pk}"}
    page = mikko.post("/absences/plan/", stays | given, follow=True).text
    assert "1 asia jaettiin" in page or "1 thing was shared out" in page
    assert "asiaa jaettiin" not in page


def test_the_screen_costs_the_same_for_one_and_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries: object
) -> None:
    make_morning(cast)
    mikko = signed_in(client, cast, "mikko")
    Absence.objects.update(ended_at=NOW)
    for number, resident in enumerate((cast.elsa, cast.sari, cast.marja)):
        matter = make_taken_matter(cast, resident)
        free = make_time(cast, day=TODAY, at=time(14 + number))
        name = next(name for name, user in cast.users.items() if user.resident_id == resident.pk)
        booking.book(matter, free, by=cast.actor(name), now=NOW)
    make_absence(cast)
    mikko.get("/absences/plan/")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert mikko.get("/absences/plan/").status_code == 200


def _mark(*workers: int) -> dict[str, object]:
    day = f"{TODAY.day}.{TODAY.month}.{TODAY.year}"
    return {"who": list(workers), "first": day, "last": day, "kind": "absent"}


def _chosen(page: str, name: str) -> str:
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert select, name
    chosen = re.search(r'value="([^"]+)" selected', select[0])
    return chosen[1] if chosen else ""
