"""The journal says what happened, in order, and holds neither names nor free text."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.journal.models import Activity, JournalEntry, coded

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
def activity(monkeypatch: pytest.MonkeyPatch) -> Activity:
    monkeypatch.setattr(Activity, "_declared", {})
    return Activity("test.promised", gettext_lazy("You are promised an answer by %(due_on)s."))


def note(activity: Activity, *, at: datetime = NOW, **data: Any) -> JournalEntry:
    return JournalEntry.objects.note(activity, at=at, county_id="15", matter_id=1, **data)


@pytest.mark.parametrize(
    "value",
    ["solved", "general_medicine", "first_contact.contact", "2026-03-10", "P5.1", 5, True, "1.2.246/3"],
)
def test_codes_numbers_and_dates_are_kept_as_they_are(value: Any) -> None:
    assert coded(value) == value


def test_a_day_is_kept_as_its_date() -> None:
    assert coded(date(2026, 3, 10)) == "2026-03-10"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "polvi on kipeä",
        "Eero Korhonen",
        "Mäki",
        "Korhonen",
        "KORHONEN",
        "a@example.org",
        "x" * 65,
        "131052-308T",
        "ref:131052a308t",
    ],
)
def test_text_and_identity_codes_are_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(ValueError, match="holds codes") as error:
        coded(value)
    assert not value or value not in str(error.value)


@given(st.text())
def test_nothing_with_a_space_or_a_letter_of_our_own_gets_in(text: str) -> None:
    try:
        kept = coded(text)
    except ValueError:
        return
    assert isinstance(kept, str)
    assert kept.isascii()
    assert not any(letter.isspace() for letter in kept)


@pytest.mark.django_db
def test_free_text_leaves_no_row(activity: Activity) -> None:
    with pytest.raises(ValueError, match="holds codes"):
        note(activity, reason="hän soitti uudelleen")
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db
def test_what_happens_at_the_same_instant_keeps_its_order(activity: Activity) -> None:
    for number in range(5):
        note(activity, number=number)
    rows = JournalEntry.objects.filter(matter_id=1).order_by("seq")
    assert [row.data["number"] for row in rows] == list(range(5))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "partition"),
    [
        (datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC), "2026_03"),
        (datetime(2026, 3, 31, 21, 0, tzinfo=UTC), "2026_03"),  # April already in Helsinki; months are UTC's
        (datetime(2026, 4, 1, 0, 0, tzinfo=UTC), "2026_04"),
        (datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "2026_12"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "2027_01"),
    ],
)
def test_each_row_lies_in_its_month_and_none_between_two(
    activity: Activity, at: datetime, partition: str
) -> None:
    note(activity, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM journal_journalentry")
        assert cursor.fetchall() == [(f"journal_journalentry_{partition}",)]


@pytest.mark.django_db
def test_a_sentence_is_said_in_the_language_of_its_reader_not_of_its_writer(activity: Activity) -> None:
    with translation.override("sv"):
        entry = note(activity, due_on=date(2026, 3, 11))
    entry.refresh_from_db()
    said = set()
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            said.add(entry.sentence())
    assert len(said) == 3
    with translation.override("fi"):
        assert "keskiviikko 11.3.2026" in entry.sentence()


def test_an_activity_is_declared_once(activity: Activity) -> None:
    with pytest.raises(ValueError, match="twice"):
        Activity(activity.name, "again")
