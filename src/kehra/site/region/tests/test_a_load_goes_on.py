"""A load that is killed in the middle goes on when it is started again: no row twice, none lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from kehra.site.region.load import load_region

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SCALE, PART = Fraction(1, 1000), 300  # four parts
DATABASE = "test_a_load_goes_on"

# The county as told by its people and days: ids and the sequence they are drawn from may differ.
COURSES = """
    SELECT r.identity_code, r.given_names, m.opened_at, m.closed_at, m.outcome, m.urgency,
           (SELECT string_agg(concat_ws(' ', j.at, j.activity, j.role), ',' ORDER BY j.seq)
              FROM journal_journalentry j WHERE j.matter_id = m.id),
           (SELECT string_agg(concat_ws(' ', a.at, a.action, a.actor_name, a.rule), ',' ORDER BY a.id)
              FROM audit_auditentry a WHERE a.matter_id = m.id),
           (SELECT string_agg(concat_ws(' ', v.period, v.state), ',' ORDER BY v.id)
              FROM booking_appointment v WHERE v.matter_id = m.id)
      FROM matters_matter m JOIN people_resident r ON r.id = m.resident_id
     ORDER BY m.id
"""
LOAD = f"""
import os, signal, sys
import django
django.setup()
from datetime import datetime
from fractions import Fraction
from kehra.site.cli import migrate
from kehra.site.region.load import load_region

def progress(what, done, total):
    if sys.argv[2:] == ["killed"] and what == "Matters" and done >= 1000:
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2:] == ["killed"]:
    migrate.migrate(verbosity=0)
now = datetime.fromisoformat(sys.argv[1])
load_region(scale=Fraction({str(SCALE)!r}), part={PART}, now=now, progress=progress)
"""


@pytest.fixture
def url(django_db_setup: None) -> Iterator[str]:
    """An empty database of its own: a killed program commits."""
    settings = connection.settings_dict
    where = {"user": settings["USER"], "password": settings["PASSWORD"], "port": settings["PORT"]}
    known = {"host": settings["HOST"], **{name: value for name, value in where.items() if value}}
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    with psycopg.connect(dbname="postgres", **known, autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        yield psycopg.conninfo.make_conninfo(dbname=DATABASE, **known, options="-c TimeZone=UTC")
        server.execute(drop)


@pytest.mark.django_db
def test_killed_in_the_middle_it_goes_on_to_the_same_county(url: str) -> None:
    assert _load(url, NOW, "killed") == -signal.SIGKILL
    with psycopg.connect(url) as database:
        before = database.execute("SELECT count(*) FROM matters_matter").fetchone()
        assert before is not None
        assert 500 < before[0] < 1000, "it was killed in the middle"
    later = NOW.replace(day=23)
    assert _load(url, later) == 0, "started again on a later day, it ends the same year"
    assert _load(url, NOW) != 0, "a county that is there is not loaded again"
    load_region(scale=SCALE, part=PART, now=NOW)
    with psycopg.connect(url) as database, connection.cursor() as uninterrupted:
        for model in apps.get_models():
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model._meta.db_table))
            uninterrupted.execute(count)
            assert database.execute(count).fetchone() == uninterrupted.fetchone(), model._meta.db_table
        uninterrupted.execute(COURSES)
        assert database.execute(COURSES).fetchall() == uninterrupted.fetchall()


def _load(url: str, now: datetime, *options: str) -> int:
    surroundings = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kehra.site.settings"}
    command = [sys.executable, "-c", LOAD, now.isoformat(), *options]
    return subprocess.run(command, env=surroundings, check=False, stderr=subprocess.DEVNULL).returncode
