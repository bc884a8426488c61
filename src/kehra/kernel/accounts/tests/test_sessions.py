"""A session ends in time, and whatever ended is told in words."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.models import Assignment
from kehra.kernel.accounts.permissions import SIGN_IN, SIGN_OUT
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.people.models import Guardianship

SetTime = Callable[[datetime], None]


@pytest.fixture
def english(client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


def _open(client: Client, cast: Cast, name: str, choice: str = "") -> None:
    client.force_login(cast.user(name))
    assert client.get("/role/").status_code == 200
    if choice:
        assert client.post("/role/", {"choice": choice}).status_code == 302


@pytest.mark.parametrize(("name", "minutes"), [("marja", 15), ("liisa", 30)])
@pytest.mark.usefixtures("english")
def test_an_unused_session_ends_and_says_so(
    client: Client, cast: Cast, set_time: SetTime, name: str, minutes: int
) -> None:
    _open(client, cast, name, "self" if name == "marja" else f"assignment-{cast.assignments[name].pk}")
    set_time(later(minutes=minutes, seconds=-1))
    assert client.get("/role/").status_code == 200
    set_time(later(minutes=2 * minutes))
    ended = client.get("/role/?next=/x/")
    assert ended.status_code == 403
    assert f"not used for {minutes} minutes" in ended.text
    assert "/sign-in/?next=/role/%3Fnext%3D/x/" in ended.text
    assert AuditEntry.objects.filter(action="accounts.session_ended", rule="idle").count() == 1
    assert client.get("/role/").status_code == 302  # signed out


def test_one_who_is_warned_can_stay_signed_in(client: Client, cast: Cast, set_time: SetTime) -> None:
    _open(client, cast, "marja")
    assert 'data-idle-minutes="15"' in client.get("/role/").text
    set_time(later(minutes=14))
    assert client.post("/session/keep/").status_code == 204
    set_time(later(minutes=28))
    assert client.get("/role/").status_code == 200


@pytest.mark.usefixtures("english")
def test_a_session_in_use_ends_at_its_limit(client: Client, cast: Cast, set_time: SetTime) -> None:
    _open(client, cast, "liisa")
    for minutes in range(0, 12 * 60, 20):
        set_time(later(minutes=minutes))
        assert client.get("/role/").status_code == 200
    set_time(later(hours=12))
    assert "as long as is allowed at one time" in client.get("/role/").text


@pytest.mark.usefixtures("english")
def test_what_was_sent_to_an_ended_session_is_not_done(client: Client, cast: Cast, set_time: SetTime) -> None:
    _open(client, cast, "marja")
    set_time(later(hours=1))
    ended = client.post("/role/", {"choice": f"resident-{cast.aino.pk}"})
    assert "What you sent last was not saved." in ended.text
    assert not AuditEntry.objects.filter(action="accounts.act_as").exists()


def test_a_part_of_a_page_is_told_to_fetch_the_whole_page(
    client: Client, cast: Cast, set_time: SetTime
) -> None:
    _open(client, cast, "marja")
    set_time(later(hours=1))
    part = client.get("/role/", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert client.get("/role/").status_code == 403  # the whole page tells


def _end_guardianship(cast: Cast) -> None:
    Guardianship.objects.filter(guardian=cast.marja, child=cast.aino).update(valid_until=NOW.date())


@pytest.mark.usefixtures("english", "set_time")
def test_a_guardianship_that_ends_is_dropped_and_told_in_mid_session(client: Client, cast: Cast) -> None:
    _open(client, cast, "marja", f"resident-{cast.aino.pk}")
    key = client.cookies["__Host-session"].value
    _end_guardianship(cast)
    told = client.get("/role/")
    assert told.status_code == 403
    assert "You may no longer act for the person" in told.text
    assert "Aino" not in told.text
    assert client.cookies["__Host-session"].value != key
    after = client.get("/role/")
    assert after.wsgi_request.actor.on_behalf_of_id is None
    assert f"resident-{cast.aino.pk}" not in after.text
    assert AuditEntry.objects.filter(action="accounts.right_ended").count() == 1


@pytest.mark.usefixtures("english", "set_time")
def test_an_assignment_that_ends_is_told_and_the_next_one_goes_on(client: Client, cast: Cast) -> None:
    first = cast.assignments["liisa"]
    second = Assignment.objects.create(
        professional=first.professional, unit=cast.social, role="professional", valid_from=first.valid_from
    )
    _open(client, cast, "liisa", f"assignment-{first.pk}")
    Assignment.objects.filter(pk=first.pk).update(valid_until=NOW.date())
    told = client.get("/role/")
    assert "You no longer work in the unit" in told.text
    assert client.get("/role/").wsgi_request.actor.assignment_id == second.pk


@pytest.mark.usefixtures("english", "set_time")
def test_one_whose_last_role_ends_is_signed_out(client: Client, cast: Cast) -> None:
    _open(client, cast, "liisa")
    Assignment.objects.filter(pk=cast.assignments["liisa"].pk).update(valid_until=NOW.date())
    assert "You have been signed out." in client.get("/role/").text
    assert client.get("/role/").status_code == 302


@pytest.mark.usefixtures("set_time")
def test_signing_out_ends_the_session_here_and_at_the_provider(client: Client, cast: Cast) -> None:
    _open(client, cast, "marja")
    key = client.cookies["__Host-session"].value
    answer = client.post("/sign-out/")
    assert answer["Location"].startswith("http://127.0.0.1:8001/end-session?client_id=kehra&post_logout")
    assert "id_token" not in answer["Location"]
    client.cookies["__Host-session"] = key
    assert client.get("/role/").status_code == 302
    assert AuditEntry.objects.filter(kind=AuditKind.SESSION, action="accounts.sign_out").count() == 1
    assert client.get("/signed-out/").status_code == 200


def test_leaving_twice_does_no_harm_and_a_link_cannot_sign_out(client: Client, cast: Cast) -> None:
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/sign-out/").status_code == 405


def test_only_the_user_signs_in_and_out(cast: Cast) -> None:
    for permission in (SIGN_IN, SIGN_OUT):
        with pytest.raises(Refused):
            require(cast.actor("pekka"), permission, cast.user("marja"), now=NOW)


def test_the_cookie_of_the_session_is_bound_to_this_host(client: Client, cast: Cast) -> None:
    client.force_login(cast.user("marja"))
    client.get("/role/")
    cookie = client.cookies["__Host-session"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


@pytest.mark.usefixtures("set_time")
def test_the_session_keeps_nothing_about_the_person(client: Client, cast: Cast) -> None:
    _open(client, cast, "marja", f"resident-{cast.aino.pk}")
    assert "Aino" not in str(dict(client.session))
    assert set(client.session.keys()) == {
        "_auth_user_id",
        "_auth_user_backend",
        "_auth_user_hash",
        "choice",
        "many_roles",
        "signed_in",
        "used",
    }
    assert client.session["choice"] == {"assignment_id": None, "resident_id": cast.aino.pk}
