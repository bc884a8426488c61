"""A pytest plugin: what the tests stand on. It runs before Django's settings are read.

With DATABASE_URL set, the tests use that server. Otherwise they start one of our own, which
ends with them.
"""

import os
from collections.abc import Generator

import pytest
from django.utils import translation

from kehra.site import roles
from kehra.site.paths import state_folder
from kehra.site.postgres import databases
from kehra.site.postgres.cluster import Cluster
from kehra.site.postgres.errors import PostgresError


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Sets the environment, and starts a database unless there is one."""
    folder = state_folder() / "tests"
    os.environ.setdefault("KEHRA_SECRET_KEY", "for tests only")
    os.environ["KEHRA_DEMO"] = "1"
    os.environ["KEHRA_NOT_FOUND_MS"] = "0"
    os.environ["KEHRA_STATIC"] = str(folder / "static")
    (folder / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    if "DATABASE_URL" not in os.environ:
        cluster = Cluster(folder)
        try:
            cluster.start()
        except PostgresError as error:
            raise pytest.UsageError(str(error)) from None
        early_config.add_cleanup(cluster.stop)
        databases.ensure(cluster, "kehra")
        os.environ["DATABASE_URL"] = cluster.url("kehra", roles.OWNER)
    return (yield)


@pytest.fixture(autouse=True)
def _in_finnish() -> Generator[None]:
    """Each test begins in Finnish; a page asked for in Swedish would leave the next test in Swedish."""
    translation.activate("fi")
    yield
    translation.deactivate()
