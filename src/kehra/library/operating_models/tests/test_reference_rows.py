import itertools
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError

from kehra.library.limits.counting import due_on
from kehra.library.operating_models.models import LimitRow, PauseReason
from kehra.library.operating_models.reference import limit_rows, load_reference_rows, pause_reason_rows

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def promised(
    group: str, event: str, on: date, age: int | None = 40, circumstances: tuple[str, ...] = ()
) -> dict[str, str]:
    """What is promised for an event on a day: the length and the act, by promise."""
    rows = LimitRow.objects.applicable(
        groups=[group], event=event, age=age, on=on, circumstances=circumstances
    )
    return {row.promise: f"{row.length} {row.unit}, {row.source}" for row in rows}


# Every date on which table 2a of the law changes, by its last day before and its first day after.
VERSIONS = [
    ("general_medicine", "contact", date(2005, 2, 28), 40, None),
    ("general_medicine", "contact", date(2005, 3, 1), 40, "3 working_day, 855/2004"),
    ("general_medicine", "contact", date(2011, 4, 30), 40, "3 working_day, 855/2004"),
    ("general_medicine", "contact", date(2011, 5, 1), 40, "3 working_day, 1326/2010"),
    ("general_medicine", "contact", date(2022, 12, 31), 40, "3 working_day, 1326/2010"),
    ("general_medicine", "contact", date(2023, 1, 1), 40, "3 working_day, 581/2022"),
    ("general_medicine", "contact", date(2023, 8, 31), 40, "3 working_day, 581/2022"),
    ("general_medicine", "contact", date(2023, 9, 1), 40, "0 same_day, 116/2023"),
    ("general_medicine", "assessed", date(2023, 8, 31), 40, "3 month, 581/2022"),
    ("general_medicine", "assessed", date(2023, 9, 1), 40, "14 day, 117/2023"),
    ("general_medicine", "assessed", date(2024, 10, 31), 40, "14 day, 117/2023"),
    ("general_medicine", "assessed", date(2024, 11, 1), 40, "14 day, 116/2023, 1139/2023"),
    ("general_medicine", "assessed", date(2024, 12, 31), 40, "14 day, 116/2023, 1139/2023"),
    ("general_medicine", "assessed", date(2025, 1, 1), 40, "3 month, 848/2024"),
    ("general_medicine", "assessed", date(2025, 1, 1), 23, "3 month, 848/2024"),
    ("general_medicine", "assessed", date(2025, 1, 1), 22, "14 day, 848/2024"),
    ("general_medicine", "assessed", date(2026, 11, 22), 22, "14 day, 848/2024"),
    ("primary_care_other", "assessed", date(2024, 10, 31), 40, "3 month, 117/2023"),
    ("primary_care_other", "assessed", date(2025, 1, 1), 22, "3 month, 848/2024"),
    ("oral_care", "assessed", date(2023, 8, 31), 40, "3 month, 581/2022"),
    ("oral_care", "assessed", date(2023, 9, 1), 40, "4 month, 117/2023"),
    ("oral_care", "assessed", date(2024, 10, 31), 40, "4 month, 117/2023"),
    ("oral_care", "assessed", date(2024, 11, 1), 40, "3 month, 116/2023"),
    ("oral_care", "assessed", date(2024, 12, 31), 40, "3 month, 116/2023"),
    ("oral_care", "assessed", date(2025, 1, 1), 40, "6 month, 848/2024"),
    ("oral_care", "assessed", date(2025, 1, 1), 22, "3 month, 848/2024"),
    ("specialised_care", "need_found", date(2011, 5, 1), 40, "6 month, 1326/2010"),
    ("specialised_care", "need_found", date(2023, 1, 1), 40, "6 month, 581/2022"),
    ("mental_health_under_23", "need_found", date(2025, 4, 30), 22, "3 month, 581/2022"),
    ("mental_health_under_23", "need_found", date(2025, 5, 1), 22, "3 month, 1107/2024"),
    ("mental_health_under_23", "need_found", date(2025, 5, 1), 23, "6 month, 581/2022"),
    ("therapy_guarantee", "need_found", date(2025, 4, 30), 22, None),
    ("therapy_guarantee", "need_found", date(2025, 5, 1), 22, "28 day, 1107/2024"),
    ("therapy_guarantee", "need_found", date(2025, 5, 1), 23, None),
]


@pytest.mark.parametrize(("group", "event", "on", "age", "expected"), VERSIONS)
def test_the_version_of_the_day_applies(
    group: str, event: str, on: date, age: int, expected: str | None
) -> None:
    watched = {"contact": "assessment", "assessed": "first_visit", "need_found": "treatment"}[event]
    assert promised(group, event, on, age).get(watched) == expected


@pytest.mark.parametrize(
    ("group", "age", "circumstances", "on", "expected"),
    [
        ("social_assessment", 40, (), date(2026, 11, 17), {"urgent_assessment", "implementation"}),
        (
            "social_assessment",
            75,
            (),
            date(2026, 11, 17),
            {"urgent_assessment", "implementation", "assessment_start"},
        ),
        ("older_people", 74, ("disabled",), date(2024, 12, 31), {"urgent_assessment", "implementation"}),
        (
            "older_people",
            74,
            ("disabled",),
            date(2025, 1, 1),
            {"urgent_assessment", "implementation", "assessment_start"},
        ),
        (
            "family_services",
            9,
            ("child_special_support",),
            date(2026, 11, 17),
            {"urgent_assessment", "implementation", "assessment_start", "assessment_ready"},
        ),
        (
            "child_protection",
            9,
            (),
            date(2026, 11, 17),
            {"urgent_assessment", "assessment_start", "assessment_ready"},
        ),
        ("child_protection", 9, (), date(2015, 3, 31), {"assessment_start", "assessment_ready"}),
        ("social_assistance", 40, (), date(2026, 11, 17), {"decision", "completion_request"}),
    ],
)
def test_social_welfare_promises(
    group: str, age: int, circumstances: tuple[str, ...], on: date, expected: set[str]
) -> None:
    assert set(promised(group, "contact", on, age, circumstances)) == expected


def test_a_contact_on_tuesday_is_assessed_by_thursday_of_the_next_week() -> None:
    row = LimitRow.objects.on(date(2026, 11, 17)).get(code="child_protection.assessment_start")
    assert due_on(row.value(), date(2026, 11, 17)) == date(2026, 11, 26)


def test_versions_follow_each_other_without_a_gap_and_without_two_at_once() -> None:
    codes = {row["code"] for row in limit_rows()}
    for code in codes:
        versions = list(LimitRow.objects.filter(code=code).order_by("valid_from"))
        for earlier, later in itertools.pairwise(versions):
            assert earlier.valid_until == later.valid_from, code
        assert versions[-1].valid_until is None, code


def test_every_row_speaks_three_languages_and_names_its_ground() -> None:
    for row in limit_rows():
        for texts in (row["title"], row["ground"]):
            assert all(texts[language] for language in ("fi", "sv", "en")), row["code"]
        assert row["source"], row["code"]
    for reason in pause_reason_rows():
        for texts in (reason["names"], reason["ground"]):
            assert all(texts[language] for language in ("fi", "sv", "en")), reason["code"]


def test_a_ground_is_cited_as_each_language_does() -> None:
    row = LimitRow.objects.on(date(2025, 6, 1)).get(code="primary_care.first_visit")
    assert row.ground == {
        "fi": "Terveydenhuoltolaki 51 a §",
        "sv": "Hälso- och sjukvårdslagen 51 a §",
        "en": "Health Care Act, section 51 a",
    }


def test_a_reason_pauses_only_the_limits_it_names() -> None:
    codes = {row["code"] for row in limit_rows()}
    day = date(2026, 11, 22)
    contact = LimitRow.objects.on(day).get(code="first_contact.contact")
    therapy = LimitRow.objects.on(day).get(code="therapy_guarantee.treatment")
    for reason in PauseReason.objects.all():
        assert set(reason.limits) <= codes, reason.code
        assert not reason.holds_for(contact, day), "no reason pauses a first contact"
    medical = PauseReason.objects.get(code="medical_reason")
    assert medical.holds_for(therapy, day)
    assert not medical.holds_for(therapy, medical.valid_from - DAY)


def test_loading_again_mends_rows_and_adds_none() -> None:
    before = LimitRow.objects.count()
    assert before == len(limit_rows())
    LimitRow.objects.filter(code="first_contact.contact").update(promise="changed by hand")
    load_reference_rows(apps)
    assert LimitRow.objects.count() == before
    assert not LimitRow.objects.filter(promise="changed by hand").exists()


def test_the_database_refuses_a_row_that_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError, match="valid_from_before_until"):
        PauseReason.objects.create(
            code="x",
            names={"fi": "x"},
            limits=[],
            ground={"fi": "x"},
            valid_from=date(2026, 1, 2),
            valid_until=date(2026, 1, 2),
        )


def test_rows_are_asked_for_by_the_day() -> None:
    code = "oral_care.first_visit"
    sources = [
        LimitRow.objects.on(day).get(code=code).source for day in (date(2024, 10, 31), date(2024, 11, 1))
    ]
    assert sources == ["117/2023", "116/2023"]
    assert not LimitRow.objects.on(date(2005, 2, 28)).filter(code=code).exists()
