"""No page is shown that asked no permission, whatever its status; a refusal is in the log and looks like
nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from kehra.kernel.access.guard import Unguarded, asks, public
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry, AuditKind, NotLogged
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import ANSWER_FOR, READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.site import urls as real

Answer = Callable[[HttpRequest], HttpResponse]
ASKED_FOR = SimpleNamespace(answer=None)


@asks(READ)
def view(request: HttpRequest) -> HttpResponse:
    return ASKED_FOR.answer(request)


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a secret")


@public("nobody's data")
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for everybody")


urlpatterns = [
    path("asked/", view),
    path("undeclared/", undeclared),
    path("open/", open_to_all),
    *real.urlpatterns,
]
handler404 = real.handler404
handler500 = real.handler500
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def liisa(cast: Cast) -> Client:
    client = Client(raise_request_exception=True)
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(cast.user("liisa"))
    return client


def answer(monkeypatch: pytest.MonkeyPatch, make: Answer) -> None:
    monkeypatch.setattr(ASKED_FOR, "answer", make)


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 409, 422])
def test_a_page_that_asked_nothing_is_not_shown_whatever_its_status(
    liisa: Client, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    answer(monkeypatch, lambda _request: HttpResponse("a secret", status=status))
    with pytest.raises(Unguarded):
        liisa.get("/asked/")


def test_a_view_that_declares_nothing_is_not_served(liisa: Client) -> None:
    with pytest.raises(Unguarded):
        liisa.get("/undeclared/")


def test_a_public_page_needs_to_ask_nothing(db: None) -> None:
    assert Client().get("/open/", secure=True).status_code == 200


def raises(error: Exception) -> Answer:
    def make(_request: HttpRequest) -> HttpResponse:
        raise error

    return make


@pytest.mark.parametrize(("error", "status"), [(Http404(), 404), (NotPossible("Se on jo tehty."), 409)])
def test_what_is_told_instead_of_the_page_needs_no_permission(
    liisa: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    answer(monkeypatch, raises(error))
    assert liisa.get("/asked/").status_code == status


def test_a_refusal_undoes_what_was_done_and_is_in_the_log_and_shows_as_403(
    cast: Cast, liisa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = make_matter(cast, unit=cast.other_station)
    matter.participations.create(unit=cast.station, right="work", started_at=NOW)

    def make(request: Any) -> HttpResponse:
        Matter.objects.filter(pk=matter.pk).update(urgency=1)
        require(request.actor, READ, matter, now=request.now)
        require(request.actor, ANSWER_FOR, matter, now=request.now)
        return HttpResponse("a secret")

    answer(monkeypatch, make)
    assert liisa.get("/asked/").status_code == 403
    matter.refresh_from_db()
    assert matter.urgency != 1
    entry = AuditEntry.objects.latest("id")
    assert (entry.kind, entry.action, entry.rule) == (AuditKind.REFUSAL, "matters.answer_for", "no_rule")
    assert (entry.actor_name, entry.residents, entry.matter_id) == ("Liisa Testi", [cast.eero.pk], matter.pk)
    assert not AuditEntry.objects.filter(action="matters.read", actor_name="Liisa Testi").exists()


def told(response: Any) -> str:
    """The page without the address that was asked for and the form's tokens, new on each page."""
    return re.sub(r"/matters/\d+/|[A-Za-z0-9]{64}", "", response.text)


def test_a_stranger_gets_the_same_page_as_for_what_does_not_exist(cast: Cast, liisa: Client) -> None:
    matter = make_matter(cast, unit=cast.other_station)
    hidden = liisa.get(f"/matters/{matter.pk}/")
    missing = liisa.get("/matters/99999999/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert told(hidden) == told(missing)
    assert AuditEntry.objects.filter(kind=AuditKind.REFUSAL, matter_id=matter.pk).exists()


def without_partition(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE audit_auditentry_{moment:%Y_%m}")


def test_nothing_is_shown_when_the_log_cannot_be_written(
    cast: Cast, liisa: Client, set_time: Callable[[datetime], None]
) -> None:
    matter = make_matter(cast)
    liisa.raise_request_exception = False
    set_time(datetime(2023, 12, 31, 12, 0, tzinfo=UTC))
    with transaction.atomic():
        shown = liisa.get(f"/matters/{matter.pk}/")
    assert shown.status_code == 503
    assert "Eero" not in shown.text


def test_a_month_without_a_partition_refuses_the_row(cast: Cast) -> None:
    matter = make_matter(cast)
    without_partition(NOW)
    with pytest.raises(NotLogged), transaction.atomic():
        require(cast.actor("liisa"), READ, matter, now=NOW)
