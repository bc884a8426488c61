"""The people worth signing in as, and their stories, whatever day it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from kehra.kernel.access.permissions import may
from kehra.kernel.accounts.models import Choice, ChoiceEnded, Duty, User
from kehra.kernel.people.models import EmergencyAccess, Resident
from kehra.kernel.time import helsinki, working_days
from kehra.serve.assessments.models import AssessmentPart
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.matters.models.clock import Clock, Pause
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.matters.permissions import READ
from kehra.site.identity_provider import cast as provider
from kehra.site.region.cast.people import write_cast_file
from kehra.site.region.load import load_region

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAYS = {
    "friday": FRIDAY,
    "monday": datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
    "between holidays": datetime(2027, 1, 2, 12, 0, tzinfo=UTC),
    "a sunday after the clocks changed": datetime(2026, 3, 29, 12, 0, tzinfo=UTC),
    "the last day of February": datetime(2028, 2, 29, 8, 0, tzinfo=UTC),
}
TINY = Fraction(1, 3000)
on_friday = pytest.mark.parametrize("day", ["friday"], indirect=True)


@pytest.fixture(scope="module")
def day(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[datetime]:
    """The county loaded on that day, once for all that look at it."""
    now = DAYS[request.param]
    with django_db_blocker.unblock(), transaction.atomic():
        load_region(scale=TINY, now=now)
        yield now
        transaction.set_rollback(True)


@on_friday
@pytest.mark.usefixtures("day")
def test_the_provider_lists_exactly_the_users_of_the_cast(tmp_path: Path) -> None:
    write_cast_file(tmp_path / "cast.json")
    listed = set(provider.read(tmp_path / "cast.json"))
    assert listed == set(User.objects.filter(sub__startswith="cast-").values_list("sub", flat=True))


@pytest.mark.parametrize("day", DAYS, indirect=True)
def test_the_stories_hold_on_any_day(day: datetime) -> None:
    today = helsinki.today(day)
    eero = Matter.objects.get(resident=_resident("eero"))
    due = eero.clocks.get(limit__promise="assessment_start").promised_on
    assert due == working_days.next_working_day(today), "the promise to Eero is due on the next working day"
    assert eero.responsible is None
    marja = Appointment.objects.get(resident=_resident("marja"))
    assert marja.starts_at > day
    assert Pause.objects.filter(clock__matter__resident=_resident("sari"), days__upper_inf=True).exists()
    assert Handover.objects.get(matter__resident=_resident("pekka")).state == "offered"
    assert DisclosurePermit.objects.get(matter__resident=_resident("aino")).given_at is None
    assert Clock.objects.filter(matter__resident=_resident("ahmed"), promised_on__lt=today).exists()
    ville = Clock.objects.get(matter__resident=_resident("ville"), limit__promise="first_visit")
    assert (ville.promised_on - ville.started_on).days == 14, "the care guarantee of those under 23"
    assert AssessmentPart.objects.filter(assessment__matter__resident=_resident("marja")).count() == 3
    assert EmergencyAccess.objects.filter(resident=_resident("eero")).exists()
    assert (_resident("ville").age_on(today), _resident("eero").age_on(today)) == (19, 80)


@on_friday
@pytest.mark.usefixtures("day")
def test_the_guardianship_that_ended_yesterday_has_ended() -> None:
    aino = _resident("aino")
    matter = Matter.objects.get(resident=aino)
    for name in ("marja", "pekka"):
        user = User.objects.get(sub=f"cast-{name}")
        if name == "pekka":
            with pytest.raises(ChoiceEnded):
                user.actor(Choice(resident_id=aino.pk), now=FRIDAY)
        else:
            assert may(user.actor(Choice(resident_id=aino.pk), now=FRIDAY), READ, matter, now=FRIDAY)


@on_friday
@pytest.mark.usefixtures("day")
def test_somebody_named_is_on_duty_at_any_hour() -> None:
    unit = Matter.objects.filter(resident=_resident("marja")).latest("opened_at").unit
    for hours in (0, 15, 24 * 6, 24 * 20):
        assert Duty.objects.on(unit, FRIDAY + timedelta(hours=hours)) is not None
    first = Duty.objects.on(unit, FRIDAY)
    assert first is not None
    assert first.assignment.professional.name == "Liisa Niemi"


@on_friday
@pytest.mark.usefixtures("day")
def test_a_nurse_who_is_a_resident_too_does_not_see_her_own_matter_at_work() -> None:
    noora = User.objects.get(sub="cast-noora")
    matter = Matter.objects.get(resident=noora.resident)
    at_work = Choice(assignment_id=noora.assignments(FRIDAY).get().pk)
    assert not may(noora.actor(at_work, now=FRIDAY), READ, matter, now=FRIDAY)
    assert may(noora.actor(Choice(), now=FRIDAY), READ, matter, now=FRIDAY)


def _resident(name: str) -> Resident:
    resident = User.objects.get(sub=f"cast-{name}").resident
    assert resident is not None
    return resident
