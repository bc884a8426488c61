"""Is the database there, and does it fit this code? Asked before anything else is started."""

import psycopg
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from kehra.site import environment
from kehra.site.environment import SettingError


def connect() -> psycopg.Connection:
    """A connection of its own to DATABASE_URL; raises SettingError that says why there is none."""
    url = environment.text("DATABASE_URL")
    try:
        return psycopg.connect(url, connect_timeout=5)
    except psycopg.Error as error:
        raise SettingError(
            f"The database of DATABASE_URL does not answer: {str(error).strip()}\n"
            "Start it, or mend DATABASE_URL (postgresql://user:password@host:port/name)."
        ) from None


def waiting_migrations() -> list[str]:
    """Migrations of this code that the database lacks."""
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """Migrations in the database that this code does not have: it was made by other code."""
    loader = MigrationLoader(connections["default"])
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations) - set(loader.replacements)
    return sorted(f"{app}.{name}" for app, name in unknown)


def leave() -> None:
    """Closes Django's connection and its pool; a process that only watches others needs none."""
    connection = connections["default"]
    connection.close()
    if isinstance(connection, DatabaseWrapper):
        connection.close_pool()
