"""Texts of data in three languages, and what the database takes for one."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kehra.kernel.codes.models import CodeSystem
from kehra.kernel.codes.texts import localised


@pytest.mark.parametrize(
    ("texts", "language", "said"),
    [
        ({"fi": "kivi", "sv": "sten", "en": "stone"}, "sv", "sten"),
        ({"fi": "kivi", "sv": ""}, "sv", "kivi"),
        ({"fi": "kivi"}, "en", "kivi"),
        ({"sv": "sten"}, "fi", "sten"),
        ({}, "fi", ""),
    ],
)
def test_a_text_is_said_in_the_language_or_in_finnish(
    texts: dict[str, str], language: str, said: str
) -> None:
    assert localised(texts, language) == said


def write(names: Any) -> None:
    with transaction.atomic():
        CodeSystem.objects.create(uri="test", names=names, source="test")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "names",
    [
        "kivi",
        ["kivi"],
        {},
        {"fi": ""},
        {"sv": "sten"},
        {"fi": None},
        {"fi": "kivi", "de": "Stein"},
        {"fi": ["a"]},
    ],
)
def test_the_database_refuses_what_is_no_text_in_finnish(names: Any) -> None:
    with pytest.raises(IntegrityError):
        write(names)


@pytest.mark.django_db
@pytest.mark.parametrize("names", [{"fi": "kivi"}, {"fi": "kivi", "sv": "", "en": "stone"}])
def test_the_other_languages_may_come_later(names: Any) -> None:
    write(names)
