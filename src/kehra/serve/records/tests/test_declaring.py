"""What an installation declares is read, or refused with every place that is wrong."""

import pytest

from kehra.serve.records.rules.declaration import KINDS, BadDeclaration, Declaration, parse

ALL_HERE = "".join(f'[[kind]]\nkind = "{kind}"\ntruth = "kehra"\n' for kind in KINDS if kind != "entry")
PATIENTS = """
[[system]]
code = "patients"
sector = "health"
name = { fi = "P", sv = "P", en = "P" }
opens = "https://p.example/launch"
takes = "https://p.example/fhir"
secret = "PATIENTS_SECRET"
"""
BY_SECTOR = """
[[kind]]
kind = "entry"
sector = "health"
truth = "patients"
[[kind]]
kind = "entry"
truth = "kehra"
"""


def declared() -> Declaration:
    return parse(ALL_HERE + PATIENTS + BY_SECTOR)


def test_the_record_of_a_sector_is_where_it_is_declared() -> None:
    holder = declared().holder("entry", "health")
    assert holder is not None
    assert holder.code == "patients"
    assert declared().holder("entry", "social") is None
    assert declared().holder("message", "health") is None


def test_a_system_opens_persons_for_its_own_sector_only() -> None:
    assert [one.code for one in declared().to_open("health")] == ["patients"]
    assert declared().to_open("social") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[", "no TOML"),
        ("x" * 100_001, "longer than"),
        ("other = 1", "other: unknown"),
        ("kind = 1", "write each as a table"),
        ("system = [1]", "write each as a table"),
        (ALL_HERE, "kind entry: missing"),
        (ALL_HERE + BY_SECTOR, "'patients'"),
        (ALL_HERE + PATIENTS + BY_SECTOR + ALL_HERE, "declared twice"),
        (ALL_HERE + PATIENTS + PATIENTS + BY_SECTOR, "a word of its own"),
        ((ALL_HERE + PATIENTS + BY_SECTOR).replace("https://p", "ftp://p"), "must be an address"),
        ((ALL_HERE + PATIENTS + BY_SECTOR).replace('"PATIENTS_SECRET"', '""'), "environment variable"),
        ((ALL_HERE + PATIENTS + BY_SECTOR).replace('sv = "P", ', ""), "text in each of"),
        ((ALL_HERE + PATIENTS + BY_SECTOR).replace('"health"', '"army"'), "sector must be one of"),
        (ALL_HERE + PATIENTS + BY_SECTOR + '[[kind]]\nkind = "blood"\ntruth = "kehra"\n', "'blood'"),
        ((ALL_HERE + PATIENTS + BY_SECTOR).replace("opens", "open"), "open is unknown"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(text: str, told: str) -> None:
    with pytest.raises(BadDeclaration, match=told):
        parse(text)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadDeclaration) as error:
        parse(BY_SECTOR)
    assert len(str(error.value).splitlines()) == len(KINDS)
