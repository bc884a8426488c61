"""Personal identity codes: only valid ones, written in one way, and what they tell."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.people import rules
from kehra.kernel.people.rules import BadIdentityCode

SIGNS = {18: "+", 19: "-YXWVU", 20: "ABCDEF"}
births = st.dates(min_value=date(1850, 1, 1), max_value=date(2099, 12, 31))
numbers = st.integers(min_value=900, max_value=999)


@st.composite
def codes(draw: Any) -> tuple[str, date]:
    born = draw(births)
    sign = draw(st.sampled_from(SIGNS[born.year // 100]))
    return rules.artificial_code(born, draw(numbers), sign=sign), born


@given(codes())
def test_an_artificial_code_is_valid_and_tells_its_birth_date(made: tuple[str, date]) -> None:
    code, born = made
    assert rules.identity_code(code) == code
    assert rules.birth_date_of(code) == born


@given(codes())
def test_it_is_written_in_one_way_however_it_is_typed(made: tuple[str, date]) -> None:
    code, _born = made
    assert rules.identity_code(f"  {code.lower()} \t") == code


@given(codes(), st.integers(min_value=0, max_value=10), st.sampled_from("0123456789ABCDEFHJKLMNPRSTUVWXY"))
def test_one_mistyped_character_is_noticed_unless_it_is_a_sign_of_the_century(
    made: tuple[str, date], at: int, wrong: str
) -> None:
    code, _born = made
    typed = code[:at] + wrong + code[at + 1 :]
    if typed != code and at != 6:
        with pytest.raises(BadIdentityCode):
            rules.identity_code(typed)


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_refused_and_never_breaks(text: str) -> None:
    try:
        code = rules.identity_code(text)
    except BadIdentityCode:
        return
    assert code.isascii()
    assert len(code) == 11


@pytest.mark.parametrize(
    "text", ["", "131052-308U", "310252-308Y", "131052-001X", "131052308T", "131052-308T\0"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadIdentityCode):
        rules.identity_code(text)


def test_digits_of_other_scripts_are_no_digits() -> None:
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    code = rules.artificial_code(date(1952, 10, 13), 900)
    with suppress(BadIdentityCode):
        assert rules.identity_code(code.translate(arabic)) == code


@pytest.mark.parametrize("individual", [0, 2, 899, 1000])
def test_no_code_is_made_that_somebody_could_have(individual: int) -> None:
    with pytest.raises(ValueError, match="artificial"):
        rules.artificial_code(date(1952, 10, 13), individual)


def test_one_code_is_one_resident_of_a_county(cast: Any) -> None:
    same = {"identity_code": cast.eero.identity_code, "given_names": "Toinen", "family_name": "Sama"}
    with pytest.raises(IntegrityError), transaction.atomic():
        type(cast.eero).objects.create(county=cast.county, **same)
    type(cast.eero).objects.create(county=cast.other_county, **same)
    for _time in range(2):
        type(cast.eero).objects.create(county=cast.county, given_names="Tuntematon", family_name="")


@pytest.mark.parametrize(
    "code", ["", "131052308T", "131052-308t", " 31052-308T", "131052-308G", "131052-308T\n"]
)
def test_the_database_refuses_what_has_not_the_shape_of_a_code(cast: Any, code: str) -> None:
    cast.eero.identity_code = code
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        cast.eero.save()
