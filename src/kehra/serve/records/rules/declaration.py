"""Which system holds the record of truth of each kind of data, as an installation declares it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

KEHRA: Final = "kehra"
KINDS = {
    "need": _("The need in the resident's own words"),
    "entry": _("What professionals write"),
    "assessment": _("Assessments of need"),
    "appointment": _("Appointments"),
    "message": _("Messages between resident and professional"),
    "promise": _("What is promised by when"),
    "identity": _("Names, identity codes and addresses"),
    "log": _("Who has looked at what"),
}
SECTORS = {"health": _("Health care"), "social": _("Social welfare"), "other": _("Others")}
LANGUAGES = ("fi", "sv", "en")
LONGEST = 100_000  # characters of a declaration


class BadDeclaration(ValueError):
    """The declaration cannot be used; the message lists every place that is wrong and what to do."""


@dataclass(frozen=True)
class System:
    """A system beside Kehrä. `opens` and `takes` are addresses, empty where it does not do that; `secret`
    names the environment variable that holds what both know."""

    code: str
    sector: str
    name: Mapping[str, str]
    opens: str = ""
    takes: str = ""
    secret: str = ""


@dataclass(frozen=True)
class Declaration:
    """`truth` gives the code of a system for (kind, sector); sector "" stands for every sector."""

    systems: Mapping[str, System] = field(default_factory=dict)
    truth: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def holder(self, kind: str, sector: str) -> System | None:
        """The system beside Kehrä that holds the record; None where Kehrä does."""
        code = self.truth.get((kind, sector)) or self.truth.get((kind, ""), KEHRA)
        return self.systems.get(code)

    def to_open(self, sector: str) -> list[System]:
        """The systems that can open the same person for a worker of this sector."""
        return [one for one in self.systems.values() if one.opens and one.sector == sector]


def parse(text: str) -> Declaration:
    """The declaration in a TOML file. Raises BadDeclaration."""
    if len(text) > LONGEST:
        raise BadDeclaration(f"The declaration is longer than {LONGEST} characters.")
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDeclaration(f"It is no TOML: {error}.") from None
    wrong = [f"{key}: unknown; use [[system]] and [[kind]]." for key in read if key not in {"system", "kind"}]
    systems = _systems(read.get("system", []), wrong)
    truth = _truth(read.get("kind", []), systems, wrong)
    wrong += [f"kind {kind}: missing; say who holds it." for kind in KINDS if not _covered(kind, truth)]
    if wrong:
        raise BadDeclaration("\n".join(wrong))
    return Declaration(systems, truth)


def _systems(rows: Any, wrong: list[str]) -> dict[str, System]:
    found: dict[str, System] = {}
    for number, row in enumerate(_tables(rows, "system", wrong), start=1):
        where, before = f"system {number}", len(wrong)
        for key in row.keys() - {"code", "sector", "name", "opens", "takes", "secret"}:
            wrong.append(f"{where}: {key} is unknown.")
        code, name = row.get("code"), row.get("name")
        if not isinstance(code, str) or not code.isidentifier() or code == KEHRA or code in found:
            wrong.append(f"{where}: code must be a word of its own, not {code!r}.")
        if row.get("sector") not in SECTORS:
            wrong.append(f"{where}: sector must be one of {', '.join(SECTORS)}.")
        if not isinstance(name, dict) or not all(isinstance(name.get(one), str) for one in LANGUAGES):
            wrong.append(f"{where}: name needs a text in each of {', '.join(LANGUAGES)}.")
        for key in ("opens", "takes"):
            if not _is_address(row.get(key, "")):
                wrong.append(f"{where}: {key} must be an address that begins with https:// or http://.")
        if not isinstance(row.get("secret", ""), str) or bool(row.get("takes") or row.get("opens")) != bool(
            row.get("secret")
        ):
            wrong.append(f"{where}: secret must name an environment variable if it opens or takes anything.")
        if len(wrong) == before:
            found[str(code)] = System(**row)
    return found


def _truth(rows: Any, systems: Mapping[str, System], wrong: list[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for number, row in enumerate(_tables(rows, "kind", wrong), start=1):
        where = f"kind {number}"
        kind, sector, truth = row.get("kind"), row.get("sector", ""), row.get("truth")
        if kind not in KINDS:
            wrong.append(f"{where}: kind must be one of {', '.join(KINDS)}, not {kind!r}.")
        elif sector and sector not in SECTORS:
            wrong.append(f"{where}: sector must be one of {', '.join(SECTORS)}.")
        elif truth != KEHRA and truth not in systems:
            wrong.append(f"{where}: truth must be {KEHRA} or the code of a system, not {truth!r}.")
        elif (kind, sector) in found:
            wrong.append(f"{where}: {kind} {sector} is declared twice; it has one record of truth.")
        else:
            found[kind, sector] = str(truth)
    return found


def _tables(rows: Any, name: str, wrong: list[str]) -> list[dict[str, Any]]:
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    wrong.append(f"{name}: write each as a table of its own, [[{name}]].")
    return []


def _covered(kind: str, truth: Mapping[tuple[str, str], str]) -> bool:
    return (kind, "") in truth or all((kind, sector) in truth for sector in SECTORS)


def _is_address(text: Any) -> bool:
    if text == "":
        return True
    return (
        isinstance(text, str) and urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).netloc)
    )
