"""A practice county says on every page what it is, lets nothing out, and is never taken for a real one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.serve.day_lists.contents import contents_for
from kehra.serve.day_lists.file import written
from kehra.serve.day_lists.rules.days import days_of
from kehra.serve.day_lists.rules.sealing import new_key
from kehra.site import practice
from kehra.site.cli import demo, program, run
from kehra.site.environment import SettingError

SOURCES = Path(practice.__file__).parents[1]
BANNERS = {
    "fi": "Harjoitusympäristö – ei oikeita asiakkaita",
    "sv": "Övningsmiljö – inga riktiga klienter",
    "en": "Practice environment: no real clients",
}


@pytest.fixture
def practising(settings: Any) -> None:
    settings.PRACTICE = True


def test_every_page_stands_in_the_shell_that_has_the_banner() -> None:
    """A template that is a page of its own has the banner itself."""
    alone = {
        path.relative_to(SOURCES.parent).as_posix()
        for path in SOURCES.glob("**/templates/**/*.html")
        if "<!doctype" in path.read_text(encoding="utf-8").lower()
    }
    assert alone == {
        "kehra/site/templates/shell.html",
        "kehra/serve/day_lists/templates/day_lists/file.html",  # see the test of the file below
        # The provider of the demo says itself that nobody exists.
        *(name for name in alone if "/identity_provider/" in name),
    }


@pytest.mark.usefixtures("practising", "set_time")
@pytest.mark.parametrize("language", BANNERS)
def test_the_banner_is_on_every_kind_of_page(cast: Cast, client: Client, language: str) -> None:
    for name, paths in (
        ("", ("/", "/help/", "/services/", "/nowhere/")),
        ("marja", ("/", "/log/", "/appointments/")),
        ("liisa", ("/desk/", "/desk/appointments/", "/desk/day-list/", "/waits/")),
    ):
        visitor = signed_in(Client(), cast, name) if name else Client()
        visitor.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        for path in paths:
            text = visitor.get(path, secure=True).text
            assert BANNERS[language] in text, path
            title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
            assert title is not None
            assert title[1].startswith(("HARJOITUS", "ÖVNING", "PRACTICE")), path


def test_a_real_page_has_no_banner(db: None, client: Client) -> None:
    assert BANNERS["fi"] not in client.get("/help/").text


@pytest.mark.usefixtures("practising")
def test_the_file_of_a_day_list_says_so_too(cast: Cast) -> None:
    found = contents_for(cast.actor("liisa"), days_of(NOW), NOW)
    file = written(cast.station, found, new_key("x"), NOW)
    assert all(banner in file for banner in BANNERS.values())


def test_nothing_can_go_out_whatever_is_set() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json; from kehra.site import settings as s; "
            "print(json.dumps([s.EMAIL_BACKEND, s.GATEWAYS]))",
        ],
        env={
            **os.environ,
            "KEHRA_PRACTICE": "1",
            "KEHRA_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "KEHRA_EMAIL_GATEWAY": "kehra.serve.messages.gateways.smtp.Smtp",
            "KEHRA_SMS_GATEWAY": "kehra.serve.messages.gateways.http.Http",
            "KEHRA_INTERPRETER_EMAIL": "tulkit@example.org",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    backend, gateways = json.loads(told.stdout)
    assert backend == "django.core.mail.backends.dummy.EmailBackend"
    assert set(gateways) == set(configured.GATEWAYS)
    assert all(name.startswith("kehra.serve.messages.gateways.demo.Fake") for name in gateways.values())


@pytest.fixture
def connection(db: None) -> Any:
    """To the test's own database; what is done is rolled back."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as opened:
        yield opened
        opened.rollback()


def test_one_practises_only_where_it_is_marked(connection: psycopg.Connection) -> None:
    with pytest.raises(SettingError, match="not marked as a practice"):
        practice.must_agree(connection, practice=True)
    practice.must_agree(connection, practice=False)
    practice.mark(connection)
    practice.must_agree(connection, practice=True)
    with pytest.raises(SettingError, match="nobody in it exists"):
        practice.must_agree(connection, practice=False)


def test_kehra_run_refuses_to_practise_in_a_real_database(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEHRA_PRACTICE", "1")
    with pytest.raises(SettingError, match="not marked as a practice"):
        run.check_database()


def test_practice_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setenv("KEHRA_STATE", str(tmp_path))
    monkeypatch.setattr(demo, "county", lambda folder, **how: asked.update(how, folder=folder) or 0)
    arguments = program.parser().parse_args(["practice", "--reset", "--scale", "1/500"])
    assert arguments.run(arguments) == 0
    assert (asked["folder"], asked["practice"], asked["fresh"]) == (tmp_path / "practice", True, True)
