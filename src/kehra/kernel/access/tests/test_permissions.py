"""One declaration answers for one thing and for a list; both write the log with their ground. The rows are
tasks, the simplest that carry holders; the permissions are the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from kehra.kernel.access import guard
from kehra.kernel.access.actors import NOBODY, Actor, system
from kehra.kernel.access.permissions import (
    Asking,
    Concern,
    Denial,
    Permission,
    Refused,
    Rule,
    decide,
    may,
    require,
    show,
    shown,
    visible,
)
from kehra.kernel.audit.models import AuditEntry, AuditKind, NotLogged

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def _of_unit(by: Actor, row: Any, _now: datetime) -> bool:
    return f"unit:{by.unit_id}" in by.holders and f"unit:{by.unit_id}" in row.viewers


def _in_emergency(by: Actor, row: Any, _now: datetime) -> bool:
    return f"emergency:{row.resident_id}" in by.holders


def _is_barred(by: Actor, row: Any, _now: datetime) -> bool:
    return bool(by.holders.intersection(row.barred))


def _after_midnight(_by: Actor, _row: Any, now: datetime) -> bool:
    return now.hour < 6


class Permissions:
    """SEE is the thing; DO is hidden behind it and never allowed at night."""

    def __init__(self) -> None:
        rules = (
            Rule("a worker of the unit", "unit", "care", _of_unit),
            Rule("a worker in an emergency", "emergency", "emergency", _in_emergency),
        )
        barred = Denial("somebody who is barred", "barred", _is_barred)
        night = Denial("at night", "night", _after_midnight)
        self.see = Permission("test.see", "see a thing", rules, (barred,))
        self.do = Permission(
            "test.do", "do a thing", rules[:1], (barred, night), writes=True, hidden_behind=self.see
        )
        self.part = Permission("test.part", "see a part of a thing", rules, (barred,), path="matter__")


@pytest.fixture
def of_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[Permissions]:
    monkeypatch.setattr(Permission, "declared", {})
    return Permissions()


@pytest.fixture
def liisa(cast: Any) -> Actor:
    return cast.actor("liisa")


def make(cast: Any, resident: Any = None, **kwargs: Any) -> Any:
    """A thing of Eero's that the health station may see."""
    resident = resident or cast.eero
    values = {"county": cast.county, "viewers": [f"unit:{cast.station.pk}", f"emergency:{resident.pk}"]}
    row = {"kind": "test", "key": str(things().count()), "resident": resident, "opened_at": NOW}
    return apps.get_model("tasks", "Task").objects.create(**(values | row | kwargs))


def things() -> Any:
    return apps.get_model("tasks", "Task").objects.order_by("pk")


def log() -> list[tuple[str, str, str, list[int]]]:
    rows = AuditEntry.objects.filter(action__startswith="test.").order_by("id")
    return [(row.kind, row.relation, row.purpose, row.residents) for row in rows]


def test_what_a_rule_allows_is_in_the_log_with_its_ground(
    cast: Any, of_test: Permissions, liisa: Actor
) -> None:
    require(liisa, of_test.see, make(cast), now=NOW)
    require(liisa, of_test.do, things().get(), now=NOW)
    eero = [cast.eero.pk]
    assert log() == [(AuditKind.READ, "unit", "care", eero), (AuditKind.WRITE, "unit", "care", eero)]
    entry = AuditEntry.objects.latest("id")
    assert (entry.rule, entry.actor_name, entry.unit_id, entry.county_id, entry.at) == (
        "a worker of the unit",
        "Liisa Testi",
        cast.station.pk,
        "15",
        NOW,
    )


def test_a_button_asks_without_a_line_in_the_log(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    assert may(liisa, of_test.see, make(cast), now=NOW)
    assert log() == []


def test_a_stranger_may_not_know_that_it_exists(cast: Any, of_test: Permissions) -> None:
    with pytest.raises(Refused) as refused:
        require(cast.actor("noora"), of_test.do, make(cast), now=NOW)
    assert (refused.value.hidden, refused.value.reason) == (True, "no_rule")


def test_one_who_may_see_but_not_do_is_told_so(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    with pytest.raises(Refused) as refused:
        require(liisa, of_test.do, make(cast), now=NOW.replace(hour=2))
    assert (refused.value.hidden, refused.value.reason) == (False, "night")


def test_a_denial_beats_every_rule(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    thing = make(cast, barred=[f"unit:{cast.station.pk}"])
    assert decide(liisa, of_test.see, thing, now=NOW).reason == "barred"
    assert show(liisa, of_test.see, things(), now=NOW) == []
    assert log() == []


@pytest.mark.parametrize("who", ["karl", "nobody", "system of another county"])
def test_a_thing_of_another_county_does_not_exist(cast: Any, of_test: Permissions, who: str) -> None:
    by = {"nobody": NOBODY, "system of another county": system("18")}.get(who) or cast.actor(who)
    thing = make(cast, viewers=["system", *by.holders])
    assert decide(by, of_test.see, thing, now=NOW).reason == "another_county"
    assert list(visible(by, of_test.see, things())) == []


def test_a_refusal_is_written_by_the_guard_with_whose_thing_it_was(
    cast: Any, of_test: Permissions, liisa: Actor
) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic():
        require(liisa, of_test.see, make(cast, viewers=[]), now=NOW)
    assert log() == []
    guard.record_refusal(refused.value, at=NOW)
    assert log() == [(AuditKind.REFUSAL, "", "", [cast.eero.pk])]


def test_a_list_is_one_line_with_everybody_on_it(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    seen = [make(cast), make(cast, cast.elsa), make(cast, key="again")]
    make(cast, cast.sari, viewers=[f"unit:{cast.social.pk}"])
    assert show(liisa, of_test.see, things(), now=NOW) == seen
    assert log() == [(AuditKind.READ, "unit", "care", sorted([cast.eero.pk, cast.elsa.pk]))]


def test_an_empty_list_shows_nobody_and_logs_nobody(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    assert show(liisa, of_test.see, things(), now=NOW) == []
    assert log() == []


def test_an_emergency_is_the_ground_only_of_what_nothing_else_shows(
    cast: Any, of_test: Permissions, liisa: Actor
) -> None:
    both, other = make(cast), make(cast, cast.elsa, viewers=[f"emergency:{cast.elsa.pk}"])
    holders = liisa.holders | {f"emergency:{cast.eero.pk}", f"emergency:{cast.elsa.pk}"}
    by = Actor(kind="professional", county_id="15", unit_id=liisa.unit_id, holders=holders)
    assert show(by, of_test.see, things(), now=NOW) == [both, other]
    assert sorted(log()) == [
        (AuditKind.READ, "emergency", "emergency", [cast.elsa.pk]),
        (AuditKind.READ, "unit", "care", [cast.eero.pk]),
    ]


@pytest.mark.parametrize(("behalf", "relation"), [(False, "self"), (True, "acting_for")])
def test_whoever_acts_for_another_is_logged_as_that_in_lists_too(
    cast: Any, of_test: Permissions, behalf: bool, relation: str
) -> None:
    make(cast, cast.aino, viewers=[f"resident:{cast.aino.pk}"])
    by = cast.actor("marja", acting_for=cast.aino) if behalf else cast.actor("aino")
    show(by, of_test.see, things(), now=NOW)
    assert log() == [(AuditKind.READ, relation, "own_affairs", [cast.aino.pk])]


@pytest.mark.parametrize("unseen", ["viewers", "barred", "county"])
def test_rows_that_nobody_filtered_are_not_shown(
    cast: Any, of_test: Permissions, liisa: Actor, unseen: str
) -> None:
    unit = f"unit:{cast.station.pk}"
    wrong = {"viewers": [], "barred": [unit], "county": cast.other_county}[unseen]
    make(cast, **{unseen: wrong})
    with pytest.raises(ValueError, match="visible"):
        shown(liisa, of_test.see, things(), now=NOW)
    assert log() == []


def test_the_path_leads_to_the_row_that_says_who_sees_it(
    cast: Any, of_test: Permissions, liisa: Actor
) -> None:
    unit = f"unit:{cast.station.pk}"
    rows = {
        name: make_in_matter(cast, **values)
        for name, values in {
            "seen": {"viewers": [unit]},
            "barred": {"viewers": [unit], "barred": [unit]},
            "strange": {"viewers": [f"unit:{cast.social.pk}"]},
            "foreign": {"viewers": [unit], "county": cast.other_county},
        }.items()
    }
    parts = apps.get_model("matters", "Entry").objects.order_by("pk")
    assert show(liisa, of_test.part, parts, now=NOW) == [rows["seen"]]
    assert log() == [(AuditKind.READ, "unit", "care", [cast.eero.pk])]


def make_in_matter(cast: Any, **kwargs: Any) -> Any:
    matter = apps.get_model("matters", "Matter").objects.create(
        **({"county": cast.county} | kwargs),
        resident=cast.eero,
        service=cast.reception,
        unit=cast.station,
        sector="health",
        channel="phone",
        opened_at=NOW,
    )
    return matter.entries.create(kind="need", sector="health", text="polvi", written_at=NOW)


def test_nothing_is_shown_that_cannot_be_logged(cast: Any, of_test: Permissions, liisa: Actor) -> None:
    thing = make(cast)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE audit_auditentry_{NOW:%Y_%m}")
    for ask in (
        lambda: require(liisa, of_test.see, thing, now=NOW),
        lambda: show(liisa, of_test.see, things(), now=NOW),
    ):
        with pytest.raises(NotLogged), transaction.atomic():
            ask()


def test_what_was_asked_is_noted_for_the_guard_of_this_request_alone(
    cast: Any, of_test: Permissions, liisa: Actor
) -> None:
    thing = make(cast)
    with Asking() as outer:
        with Asking() as inner:
            require(liisa, of_test.see, thing, now=NOW)
        may(liisa, of_test.do, thing, now=NOW)
    assert (inner.asked, outer.asked) == ({"test.see"}, set())


def test_a_permission_is_declared_once(of_test: Permissions) -> None:
    with pytest.raises(ValueError, match="twice"):
        Permission("test.see", "see it again", ())


def test_a_concern_names_whose_data_it_is() -> None:
    assert Concern("15") == Concern("15", (), None)
