"""A broken data file says which line and what to do, and leaves the database as it was."""

import shutil
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from kehra.kernel.codes.models import CodeSystem
from kehra.kernel.organisations.models import County
from kehra.site.region.facts import DATA, BadData, Facts
from kehra.site.region.load import load_region

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, "the test changes something that is there"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(folder: Path) -> str:
    """The words of the refusal; nothing is left in the database."""
    with pytest.raises(BadData) as error:
        load_region(scale=Fraction(1, 1000), now=NOW, facts=Facts(folder))
    assert not County.objects.exists()
    assert not CodeSystem.objects.exists()
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "told"),
    [
        ("places/municipalities.csv", "bilingual", "twolingual", 1, "the column bilingual is missing"),
        ("places/municipalities.csv", ",15,no,4601", ",15,ei,4601", 2, "bilingual 'ei' is not known"),
        ("places/municipalities.csv", "\n172,", "\n077,", 3, "077 stands already on line 2"),
        ("places/municipalities.csv", "4601,2022", "4601x,2022", 2, "population must be a whole number"),
        ("places/municipalities.csv", "62.39033", "162..3", 2, "latitude must be degrees"),
        ("places/municipalities.csv", "2023-01-01", "1.1.2023", 2, "valid_from must be a date such as"),
        ("places/organisations.csv", "ks,15,county,", "ks,15,country,", 2, "kind 'country' is not known"),
        ("places/organisations.csv", "Keski-Suomen hyvinvointialue,", ",", 2, "name_fi is empty"),
        ("places/sites.csv", ",077,", ",777,", 2, "municipality names '777', which municipalities.csv"),
        ("places/units.csv", "nurse=2", "nurse2", 3, "write a profession and a number"),
        ("places/units.csv", "nurse=2", "witch=2", 3, "staff has 'witch', which codes.csv does not define"),
        ("places/units.csv", "mon-fri 08:00-16:00", "mon-fri 8-16", 2, "write days and times"),
        ("catalogue/services.csv", ",P5.1,", ",P5.99,", 2, "classes names 'P5.99', which codes.csv"),
        ("catalogue/offerings.csv", "15,reception,", "15,recepton,", 2, "service names 'recepton'"),
        ("history/demand.csv", "reception,260,0,101,", "reception,260,101,0,", 2, "age_from must be less"),
        ("history/needs.csv", "reception,", "reception,extra,", 2, "there must be 3 cells"),
    ],
)
def test_the_line_and_what_to_do_are_told(
    folder: Path, name: str, old: str, new: str, line: int, told: str
) -> None:
    change(folder, name, old, new)
    message = refused(folder)
    assert f"{name}, line {line}: " in message
    assert told in message


def test_a_file_in_another_encoding_is_told(folder: Path) -> None:
    path = folder / "places/organisations.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert "organisations.csv, line 2: the file is not UTF-8" in refused(folder).replace("line 3", "line 2")


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "people/ages.csv").unlink()
    assert "ages.csv: the file cannot be read" in refused(folder)
