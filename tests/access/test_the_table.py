"""Every cell of docs/access.md is what the program decides, in every circumstance."""

import pytest

from kehra.kernel.access.permissions import Permission
from tests.access.cells import cells
from tests.access.table import rows
from tests.access.things import MAKERS
from tests.access.world import World

pytestmark = pytest.mark.django_db
COLUMNS = list(next(iter(rows().values())).grounds)


def test_every_permission_stands_in_the_table() -> None:
    missing = set(Permission.declared) - {row.permission for row in rows().values()}
    assert not missing, (
        f"docs/access.md says nothing of {', '.join(sorted(missing))}. Write a row for each: who may, on "
        "what ground, what refuses whatever allows; from the law, before running the program. Then say in "
        "tests/access/things.py what it is asked about."
    )
    gone = {row.permission for row in rows().values()} - set(Permission.declared)
    assert not gone, f"docs/access.md names permissions that nobody declares: {', '.join(sorted(gone))}."


def test_every_row_says_what_it_is_asked_about() -> None:
    assert {name for name in rows() if name not in MAKERS} == set()


def test_what_stands_behind_is_what_is_declared() -> None:
    found = {
        row.name: (behind.name if behind else "", row.behind)
        for row in rows().values()
        for behind in [Permission.declared[row.permission].hidden_behind]
        if (behind.name if behind else "") != row.behind
    }
    assert found == {}


@pytest.mark.parametrize("column", COLUMNS)
def test_who_may_what_is_as_the_table_says(world: World, column: str) -> None:
    wrong = [cell for cell in cells(world, [column]) if cell.found != cell.expected]
    assert not wrong, "\n".join(
        f"{cell.column}, {cell.circumstance}: {cell.row}: the table says {cell.expected}, found {cell.found}"
        for cell in wrong
    )
