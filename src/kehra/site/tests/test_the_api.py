"""The API: the same intents as the pages, the same rules, for programs."""

import socket
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kehra.kernel.accounts import tokens
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.accounts.tests.provider import headers
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.messages.models import Message
from kehra.serve.tasks.models import Task
from kehra.site.cli.token import sign_in
from kehra.site.environment import SettingError
from kehra.site.identity_provider.cast import Member
from kehra.site.identity_provider.flow import Client as Relying
from kehra.site.identity_provider.server import Server

pytestmark = pytest.mark.usefixtures("set_time", "provider")


def get(client: Client, path: str, cast: Cast, name: str) -> Any:
    return client.get(f"/api{path}", headers=headers(cast, name))


def post(client: Client, path: str, cast: Cast, name: str, sent: Any = None, key: str = "") -> Any:
    sent_headers = headers(cast, name, **{"Idempotency-Key": key or str(uuid4())})
    return client.post(f"/api{path}", sent or {}, content_type="application/json", headers=sent_headers)


def test_a_resident_sees_their_matters_with_what_is_promised(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    (found,) = get(client, "/matters/", cast, "eero").json()
    assert found == get(client, f"/matters/{matter.pk}/", cast, "eero").json()
    assert found["id"] == matter.pk
    assert found["promises"][0]["by"] == "2026-03-10"


def test_what_a_program_sees_is_in_the_log(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    before = AuditEntry.objects.filter(residents__contains=[cast.eero.pk]).count()
    get(client, f"/matters/{matter.pk}/", cast, "liisa")
    assert AuditEntry.objects.filter(residents__contains=[cast.eero.pk]).count() == before + 1


def test_a_stranger_gets_the_same_answer_as_for_nothing(cast: Cast, client: Client) -> None:
    matter = make_matter(cast)
    for path in (f"/matters/{matter.pk}/", f"/matters/{matter.pk}/messages/", f"/matters/{matter.pk}/times/"):
        theirs = get(client, path, cast, "elsa")
        nothing = get(client, path.replace(str(matter.pk), "999999999"), cast, "elsa")
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content
        assert theirs.headers["Content-Type"] == "application/problem+json"


def test_the_answer_is_in_the_callers_language(cast: Cast, client: Client) -> None:
    sent = headers(cast, "eero", **{"Accept-Language": "sv"})
    assert client.get("/api/matters/999999999/", headers=sent).json()["detail"] == "Här finns ingenting."


def test_a_time_is_booked_once_however_often_it_is_sent(cast: Cast, client: Client) -> None:
    matter, time = make_taken_matter(cast), make_time(cast)
    (free,) = get(client, f"/matters/{matter.pk}/times/", cast, "eero").json()
    assert free["id"] == time.pk
    key, sent = str(uuid4()), {"matter": matter.pk, "time": time.pk}
    first = post(client, "/appointments/", cast, "eero", sent, key)
    again = post(client, "/appointments/", cast, "eero", sent, key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert Appointment.objects.count() == 1
    assert get(client, f"/matters/{matter.pk}/times/", cast, "eero").json() == []
    assert [one["id"] for one in get(client, "/appointments/", cast, "eero").json()] == [first.json()["id"]]


def test_a_time_that_somebody_else_has_is_409(cast: Cast, client: Client) -> None:
    time = make_time(cast)
    make_appointment(cast, matter=make_taken_matter(cast), free_time=time)
    theirs = make_taken_matter(cast, cast.elsa)
    answer = post(client, "/appointments/", cast, "elsa", {"matter": theirs.pk, "time": time.pk})
    assert answer.status_code == 409
    assert answer.json()["detail"]


def test_an_appointment_is_moved_and_cancelled(cast: Cast, client: Client) -> None:
    booked = make_appointment(cast, matter=make_taken_matter(cast), free_time=make_time(cast))
    other = make_time(cast, "olli")
    moved = post(client, f"/appointments/{booked.pk}/move/", cast, "eero", {"time": other.pk}).json()
    assert moved["id"] != booked.pk
    cancelled = post(client, f"/appointments/{moved['id']}/cancel/", cast, "eero")
    assert cancelled.json()["state"] == "cancelled"
    assert get(client, "/appointments/", cast, "eero").json() == []


def test_a_stranger_moves_and_cancels_nothing(cast: Cast, client: Client) -> None:
    booked = make_appointment(cast, matter=make_taken_matter(cast), free_time=make_time(cast))
    other = make_time(cast, "olli")
    for path, sent in (("move", {"time": other.pk}), ("cancel", {})):
        assert post(client, f"/appointments/{booked.pk}/{path}/", cast, "elsa", sent).status_code == 404
    assert Appointment.objects.get().state == "booked"


def test_a_message_is_sent_once_and_read_by_both(cast: Cast, client: Client) -> None:
    matter = make_taken_matter(cast)
    key, path = str(uuid4()), f"/matters/{matter.pk}/messages/"
    for _time in range(2):
        assert post(client, path, cast, "eero", {"text": "Hei"}, key).status_code == 201
    assert Message.objects.filter(text="Hei").count() == 1
    for name in ("eero", "liisa"):
        assert "Hei" in [message["text"] for message in get(client, path, cast, name).json()]


def test_the_other_sector_sees_that_a_message_exists_and_not_what_it_says(cast: Cast, client: Client) -> None:
    matter = make_taken_matter(cast)
    path = f"/matters/{matter.pk}/messages/"
    post(client, path, cast, "eero", {"text": "Hei"})
    matter.participations.create(unit=cast.social, right="work", started_at=matter.opened_at)
    matter.refresh_viewers(matter.opened_at)
    assert {message["text"] for message in get(client, path, cast, "sami").json()} == {None}


def test_one_who_may_see_but_not_write_gets_403(cast: Cast, client: Client) -> None:
    matter = make_taken_matter(cast)
    matter.participations.create(unit=cast.parish, right="part", started_at=matter.opened_at)
    matter.refresh_viewers(matter.opened_at)
    path = f"/matters/{matter.pk}/messages/"
    assert post(client, path, cast, "pia", {"text": "Hei"}).status_code == 403
    assert not Message.objects.filter(text="Hei").exists()


def test_what_waits_is_listed_and_taken_as_on_the_desk(cast: Cast, client: Client) -> None:
    make_matter(cast)
    (waits, *_rest) = get(client, "/tasks/", cast, "liisa").json()
    taken = post(client, f"/tasks/{waits['id']}/take/", cast, "liisa")
    assert taken.json()["taken_by"] == "Liisa Testi"
    assert post(client, f"/tasks/{waits['id']}/take/", cast, "olli").status_code == 409
    assert post(client, f"/tasks/{waits['id']}/take/", cast, "sami").status_code == 404
    assert Task.objects.get(pk=waits["id"]).professional == cast.professional("liisa")


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": 5}, "text"),
    ],
    ids=["missing", "empty", "blank", "zero", "half a character", "long", "number"],
)
def test_a_wrong_shape_is_told_by_its_place(cast: Cast, client: Client, sent: Any, place: str) -> None:
    answer = post(client, f"/matters/{make_taken_matter(cast).pk}/messages/", cast, "eero", sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"].endswith(place)


def test_what_is_no_json_is_told(cast: Cast, client: Client) -> None:
    path = f"/api/matters/{make_taken_matter(cast).pk}/messages/"
    sent = headers(cast, "eero", **{"Idempotency-Key": str(uuid4())})
    for body in (b"{", b"\xff", b"[" * 100_000):
        answer = client.post(path, body, content_type="application/json", headers=sent)
        assert answer.status_code in {400, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_key_of_the_retry_nothing_is_made(cast: Cast, client: Client) -> None:
    matter = make_taken_matter(cast)
    answer = client.post(
        f"/api/matters/{matter.pk}/messages/",
        {"text": "Hei"},
        content_type="application/json",
        headers=headers(cast, "eero"),
    )
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["errors"][0]["place"]


def test_a_token_of_the_demos_own_provider_opens_it(
    cast: Cast, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    monkeypatch.setattr(tokens, "keys", tokens.Keys())
    redirect = f"http://127.0.0.1:{port - 1}/oidc/callback/"
    about = {"fi": "-", "sv": "-", "en": "-"}
    members = {"test-eero": Member("test-eero", "Eero", "residents", about)}
    relying = Relying("kehra", frozenset({redirect}), frozenset())
    server = Server(port, client=relying, cast=members, clock=NOW.timestamp)
    settings.OIDC_ISSUER, settings.OIDC_OP_JWKS_ENDPOINT = server.issuer, f"{server.issuer}/jwks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        token = sign_in("test-eero", port=port - 1)
        sent = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/matters/", headers=sent).status_code == 200
        with pytest.raises(SettingError, match="knows nobody"):
            sign_in("somebody", port=port - 1)
    finally:
        server.shutdown()
        server.server_close()


def test_the_description_is_for_everybody(db: None, client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert "/api/appointments/" in described["paths"]


def test_a_path_that_is_none_is_told_in_json(cast: Cast, client: Client) -> None:
    assert get(client, "/nothing/", cast, "eero").json()["status"] == 404
