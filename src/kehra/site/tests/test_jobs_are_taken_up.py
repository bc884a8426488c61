"""A job that a worker had begun when it died is begun anew by another."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kehra.kernel.time import clock
from kehra.site import triggers

pytestmark = pytest.mark.django_db


def write(sql: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])


def begun_by(worker: int | None) -> int:
    """A job that is being done."""
    return write(
        "insert into procrastinate_jobs (queue_name, task_name, status, worker_id) "
        "values ('default', 'nobody.knows', 'doing', %s) returning id",
        worker,
    )


def worker_heard(at: datetime) -> int:
    return write("insert into procrastinate_workers (last_heartbeat) values (%s) returning id", at)


def test_what_a_dead_worker_had_begun_is_to_be_done_again() -> None:
    silent = begun_by(worker_heard(clock.now() - timedelta(minutes=2)))
    forgotten = begun_by(None)
    alive = begun_by(worker_heard(clock.now()))
    triggers.take_up_jobs(0)
    states = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert (states[silent], states[forgotten], states[alive]) == ("todo", "todo", "doing")
