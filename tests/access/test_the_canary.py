"""Where a protected family lives stands in one table, and nothing that leaves the program tells it."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.core import mail

from tests.access.visited import PHONE, POST_OFFICE, STREET, TOWN
from tests.access.visits import visit, visitor
from tests.access.world import World

pytestmark = pytest.mark.django_db

# Where the register of residents keeps it, and the number that the resident gave with a need.
KEPT = {"people.Address", "people.Resident", "organisations.Municipality"}


def test_no_other_table_holds_it(visited: World) -> None:
    """After everybody has looked, asked and written: the log, the journal, sessions, jobs and e-mails."""
    matter = visited.matters["plain"]
    for column in ("own", "ans", "soc", "eme", "oth", "far"):
        with visitor(visited, column) as client:
            for path in (f"/matters/{matter.pk}/", f"/matters/{matter.pk}/address/"):
                client.get(path, secure=True)
            said = {"text": "Hei!", "once": str(uuid4())}
            client.post(f"/matters/{matter.pk}/messages/", said, secure=True)
            client.post("/desk/new/", {"code": visited.cast.aino.identity_code}, secure=True)
    found = {
        f"{model._meta.label}: {canary}"
        for model in apps.get_models()
        if model._meta.label not in KEPT
        for row in model._default_manager.values()
        for canary in (STREET, POST_OFFICE, TOWN, PHONE)
        if canary in str(row)
    }
    assert found == set()
    sent = " ".join(f"{one.subject} {one.body} {one.to}" for one in mail.outbox)
    assert not [canary for canary in (STREET, POST_OFFICE, TOWN, PHONE) if canary in sent]


@pytest.mark.parametrize("column", ["ans", "soc", "str", "eme", "far"])
def test_who_is_found_is_not_told_where(visited: World, column: str) -> None:
    """By identity code, and by name and birth date."""
    aino = visited.cast.aino
    for asked in (
        {"code": aino.identity_code},
        {"name": aino.name, "born": "4.5.2019", "birth_date": "4.5.2019"},
    ):
        with visitor(visited, column) as client:
            page = visit(client, "post", "/desk/new/", **asked).content.decode()
            assert [canary for canary in (STREET, POST_OFFICE, TOWN, PHONE) if canary in page] == []
