"""What was done on paper is entered with its true time: the record and the promises are as if the network had
worked, and both times can be seen."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.booking.actions import changing
from kehra.serve.booking.models.appointments import Appointment, CancelReason
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.models import CallBack, Contact
from kehra.serve.day_lists.actions.entering import Done, enter_task, enter_visit
from kehra.serve.day_lists.models import EnteredLater
from kehra.serve.day_lists.permissions import ENTER
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.late import LateRule, NotThen
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages.models import Message
from kehra.serve.tasks.models import Task

PAGE = "/desk/day-list/afterwards/"
TWENTY_PAST = later(minutes=20)  # 10.20 in Helsinki, on paper
NEXT_MORNING = later(days=1)


def clock_of(matter: Matter | None, promise: str = "contact") -> Clock:
    """The matter's clock of this promise."""
    return Clock.objects.get(matter=matter, limit__promise=promise)


def make_visit(cast: Cast) -> Appointment:
    """Eero was to come at ten past ten today."""
    time_of = make_time(cast, day=TODAY, at=time(10, 10))
    return make_appointment(cast, free_time=time_of)


def make_urgent(cast: Cast) -> Task:
    """Marja's urgent need, which waits; somebody must reach her and assess it today."""
    matter = make_matter(cast, cast.marja, urgency=Urgency.URGENT)
    Clock.objects.filter(matter=matter).update(promised_on=TODAY, statutory_on=TODAY)
    return Task.objects.get(matter=matter)


def test_a_visit_is_done_at_its_true_time_and_recorded_at_the_real_one(cast: Cast) -> None:
    visit = make_visit(cast)
    done = Done("came", TWENTY_PAST, "Verenpaine mitattu.")
    enter_visit(visit, done, by=cast.actor("liisa"), now=NEXT_MORNING)
    visit.refresh_from_db()
    assert visit.state == "done"
    note = JournalEntry.objects.get(activity="booking.done")
    assert (note.happened_at, note.at) == (TWENTY_PAST, NEXT_MORNING)
    entry = Entry.objects.get(text="Verenpaine mitattu.")
    assert (entry.happened_at, entry.written_at) == (TWENTY_PAST, NEXT_MORNING)
    assert {row.at for row in AuditEntry.objects.filter(action="booking.receive")} == {NEXT_MORNING}


@pytest.mark.parametrize(("what", "state"), [("no_show", "no_show"), ("cancelled", "cancelled")])
def test_a_visit_that_was_not(cast: Cast, what: str, state: str) -> None:
    visit = make_visit(cast)
    at = TWENTY_PAST if what == "no_show" else NOW + timedelta(minutes=5)
    enter_visit(visit, Done(what, at), by=cast.actor("olli"), now=NEXT_MORNING)
    visit.refresh_from_db()
    assert visit.state == state


@pytest.mark.parametrize("what", ["came", "no_show", "cancelled"])
def test_a_past_visit_that_is_entered_stands_on_the_timeline_and_is_no_news(cast: Cast, what: str) -> None:
    visit = make_visit(cast)
    before = Message.objects.filter(matter=visit.matter).count()
    at = NOW + timedelta(minutes=5) if what == "cancelled" else TWENTY_PAST
    enter_visit(visit, Done(what, at), by=cast.actor("olli"), now=NEXT_MORNING)
    told = JournalEntry.objects.filter(matter_id=visit.matter_id, happened_at=at)
    assert told.filter(activity__startswith="booking.").count() == 1
    assert Message.objects.filter(matter=visit.matter).count() == before


def test_a_visit_to_come_that_was_cancelled_on_paper_is_news(cast: Cast) -> None:
    visit = make_appointment(cast, free_time=make_time(cast, day=TODAY + timedelta(days=2)))
    reason, liisa = CancelReason.ASKED, cast.actor("liisa")
    changing.cancel(visit, by=liisa, now=NEXT_MORNING, happened_at=TWENTY_PAST, reason=reason)
    notice = Message.objects.get(matter=visit.matter, activity="booking.cancelled")
    assert (notice.data["day"], notice.data["clock"]) == ("2026-03-12", "09:00")


def test_who_was_reached_on_paper_was_reached_in_time(cast: Cast) -> None:
    task = make_urgent(cast)
    enter_task(task, Done("reached", TWENTY_PAST, "Soitettu."), by=cast.actor("liisa"), now=NEXT_MORNING)
    clock = clock_of(task.matter)
    assert (clock.stopped_on, clock.kept) == (TODAY, True)
    matter = Matter.objects.get(pk=task.matter_id)
    assert matter.responsible == cast.professional("liisa")
    told = JournalEntry.objects.filter(matter_id=matter.pk, happened_at=TWENTY_PAST)
    activities = set(told.values_list("activity", flat=True))
    assert activities == {"matters.taken", "matters.clock_stopped", "matters.written"}


def test_a_promise_that_somebody_answered_too_late_was_kept_after_all(cast: Cast) -> None:
    task = make_urgent(cast)
    assert task.matter is not None
    work.take(task.matter, by=cast.actor("olli"), now=NEXT_MORNING)
    assert clock_of(task.matter).kept is False
    enter_task(task, Done("reached", TWENTY_PAST), by=cast.actor("liisa"), now=later(days=1, hours=1))
    clock = clock_of(task.matter)
    assert (clock.stopped_on, clock.kept) == (TODAY, True)
    assert Matter.objects.get(pk=task.matter_id).responsible == cast.professional("olli")


def test_the_assessment_on_the_telephone_counts_from_its_day(cast: Cast) -> None:
    task = make_urgent(cast)
    done = Done("reached", TWENTY_PAST, urgency=Urgency.NON_URGENT)
    enter_task(task, done, by=cast.actor("liisa"), now=NEXT_MORNING)
    clock = clock_of(task.matter, "assessment")
    assert (clock.stopped_on, clock.kept) == (TODAY, True)
    assert Matter.objects.get(pk=task.matter_id).urgency == Urgency.NON_URGENT


@pytest.mark.parametrize(("what", "made"), [("reached", True), ("no_answer", False)])
def test_a_call_that_was_wanted(cast: Cast, what: str, made: bool) -> None:
    matter = make_matter(cast, cast.marja)
    call = calls.want(matter, "050 777 1234", by=cast.actor("marja"), now=NOW)
    task = Task.objects.get(kind="contacts.call")
    enter_task(task, Done(what, TWENTY_PAST), by=cast.actor("liisa"), now=NEXT_MORNING)
    call = CallBack.objects.get(pk=call.pk)
    assert (call.last_try_at, call.tries, call.done_at) == (TWENTY_PAST, 1, TWENTY_PAST if made else None)


def test_two_people_with_the_same_paper_enter_it_once(cast: Cast) -> None:
    visit, task = make_visit(cast), make_urgent(cast)
    for name, text in (("liisa", "Kävi."), ("olli", "Kävi täällä.")):
        by = cast.actor(name)
        enter_visit(visit, Done("came", TWENTY_PAST, text), by=by, now=NEXT_MORNING)
        enter_task(task, Done("reached", TWENTY_PAST, text), by=by, now=NEXT_MORNING)
    assert EnteredLater.objects.count() == 2
    assert Entry.objects.filter(kind="entry").count() == 2
    assert set(Entry.objects.filter(kind="entry").values_list("text", flat=True)) == {"Kävi."}


@pytest.mark.parametrize(
    ("at", "now"),
    [
        (later(days=1, minutes=1), NEXT_MORNING),  # still to come
        (NOW - timedelta(minutes=1), NEXT_MORNING),  # before the matter began
        (TWENTY_PAST, later(days=6)),  # too long ago
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_is_saved(
    cast: Cast, at: datetime, now: datetime
) -> None:
    visit, task = make_visit(cast), make_urgent(cast)
    with pytest.raises(NotThen):
        enter_visit(visit, Done("came", at), by=cast.actor("liisa", now=now), now=now)
    with pytest.raises(NotThen):
        enter_task(task, Done("reached", at), by=cast.actor("liisa", now=now), now=now)
    assert not EnteredLater.objects.exists()


def test_the_dated_row_decides_for_how_long(cast: Cast) -> None:
    visit = make_visit(cast)
    LateRule.objects.create(valid_from=TODAY, days=10, ground={"fi": "test"})
    enter_visit(visit, Done("came", TWENTY_PAST), by=cast.actor("liisa"), now=later(days=6))
    assert EnteredLater.objects.exists()


def test_a_visit_noted_otherwise_meanwhile_is_told(cast: Cast) -> None:
    visit = make_visit(cast)
    enter_visit(visit, Done("came", TWENTY_PAST), by=cast.actor("liisa"), now=NEXT_MORNING)
    EnteredLater.objects.all().delete()
    with pytest.raises(NotPossible):
        enter_visit(visit, Done("no_show", TWENTY_PAST), by=cast.actor("liisa"), now=NEXT_MORNING)


@pytest.mark.parametrize("name", ["noora", "mikko", "eero", "pia", "karl", "sami"])
def test_others_enter_nothing(cast: Cast, name: str) -> None:
    """Neither those whom ENTER refuses, nor those of another unit."""
    visit, task = make_visit(cast), make_urgent(cast)
    with pytest.raises(Refused):
        enter_visit(visit, Done("came", TWENTY_PAST), by=cast.actor(name), now=NEXT_MORNING)
    with pytest.raises(Refused):
        enter_task(task, Done("reached", TWENTY_PAST), by=cast.actor(name), now=NEXT_MORNING)
    assert ENTER.writes


@pytest.fixture
def liisa(cast: Cast, client: Client, set_time: Callable[[datetime], None]) -> Client:
    set_time(NEXT_MORNING)
    return signed_in(client, cast, "liisa")


def test_two_matters_of_one_person_are_told_apart(cast: Cast, liisa: Client) -> None:
    visit, task = make_visit(cast), make_urgent(cast)
    page = liisa.get(f"{PAGE}?day={TODAY.isoformat()}").text
    for matter in (visit.matter, task.matter):
        assert matter is not None
        born = matter.resident.birth_date
        assert born is not None
        assert f"</a>, syntynyt {born.year}, {matter.service.names['fi']}, " in page


def test_one_screen_for_the_whole_paper(cast: Cast, liisa: Client) -> None:
    visit, task = make_visit(cast), make_urgent(cast)
    path = f"{PAGE}?day={TODAY.isoformat()}"
    page = liisa.get(path).text
    assert "10.10" in page
    assert f"visit-{visit.pk}-what" in page
    sent = {
        f"visit-{visit.pk}-what": "came",
        f"visit-{visit.pk}-at": "10.20",
        f"visit-{visit.pk}-text": "Verenpaine mitattu.",
        f"task-{task.pk}-what": "reached",
        f"task-{task.pk}-at": "10.25",
    }
    for _ in range(2):
        assert liisa.post(path, sent).url == path
    assert EnteredLater.objects.count() == 2
    assert "Liisa Testi kirjasi tämän" in liisa.get(path).text
    course = liisa.get(f"/matters/{visit.matter_id}/").text
    assert "Kirjattu jälkikäteen" in course
    assert "klo 10.20" in course
    liisa.logout()
    assert "Kirjattu jälkikäteen" in signed_in(liisa, cast, "eero").get(f"/matters/{visit.matter_id}/").text


def test_wrong_input_is_told_and_nothing_is_half_saved(cast: Cast, liisa: Client) -> None:
    visit, task = make_visit(cast), make_urgent(cast)
    good = {f"task-{task.pk}-what": "reached", f"task-{task.pk}-at": "10.25"}
    for wrong, said in (
        ({"what": "came", "at": "kymmenen"}, "Kirjoita kellonaika näin"),
        ({"what": "came", "at": ""}, "mihin aikaan"),
        ({"what": "came", "at": "9.00"}, "ennen kuin asia alkoi"),
        ({"what": "no_show", "at": "10.05"}, "ei ole vielä alkanut"),
        ({"text": "Kävi."}, "Valitse"),
    ):
        sent = good | {f"visit-{visit.pk}-{part}": text for part, text in wrong.items()}
        page = liisa.post(f"{PAGE}?day={TODAY.isoformat()}", sent)
        assert page.status_code == 422
        assert said in page.text
        assert "Mitään ei ole vielä tallennettu" in page.text
    assert not EnteredLater.objects.exists()
    assert Clock.objects.filter(matter=task.matter, stopped_on=None).exists()


def test_an_empty_day_and_a_day_too_long_ago_say_so(cast: Cast, liisa: Client) -> None:
    assert "Tältä päivältä ei ole kirjattavaa" in liisa.get(f"{PAGE}?day=2020-01-01").text


def test_the_page_is_for_the_units_workers(cast: Cast, client: Client, liisa: Client) -> None:
    make_visit(cast)
    for name, status in (("mikko", 403), ("eero", 404), ("pia", 404)):
        assert signed_in(Client(), cast, name).get(PAGE).status_code == status
    assert "Eero" not in signed_in(Client(), cast, "noora").get(f"{PAGE}?day={TODAY.isoformat()}").text


def test_somebody_else_who_called_is_entered_with_the_true_time(cast: Cast, liisa: Client) -> None:
    liisa.post("/desk/new/", {"code": cast.elsa.identity_code})
    path = f"/desk/new/{cast.elsa.pk}/"
    told = {
        "channel": "phone",
        "words": "Kuume nousi.",
        "service": str(cast.reception.pk),
        "urgency": "3",
        "happened_day": "10.3.2026",
        "happened_time": "10.20",
    }
    wrong = liisa.post(path, told | {"happened_day": "1.3.2026"})
    assert (wrong.status_code, Contact.objects.count()) == (422, 0)
    assert liisa.post(path, told | {"happened_time": ""}).status_code == 422
    for _ in range(2):
        assert liisa.post(path, told).status_code == 302
    contact = Contact.objects.get()
    assert contact.sent_at == TWENTY_PAST
    assert contact.matter is not None
    assert contact.matter.opened_at == TWENTY_PAST
    clock = clock_of(contact.matter)
    assert (clock.started_on, clock.stopped_on, clock.kept) == (TODAY, TODAY, True)
    opened = JournalEntry.objects.get(activity="matters.opened")
    assert (opened.at, opened.happened_at) == (NEXT_MORNING, TWENTY_PAST)


def test_a_correction_is_about_the_same_time(cast: Cast) -> None:
    visit = make_visit(cast)
    enter_visit(visit, Done("came", TWENTY_PAST, "Vasen."), by=cast.actor("liisa"), now=NEXT_MORNING)
    entry = Entry.objects.get(text="Vasen.")
    mended = work.write(visit.matter, "Oikea.", by=cast.actor("liisa"), now=later(days=2), supersedes=entry)
    assert (mended.happened_at, mended.written_at) == (TWENTY_PAST, later(days=2))
