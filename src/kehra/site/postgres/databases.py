"""The databases and roles in a server of our own."""

import psycopg
from psycopg import sql

from kehra.site.postgres.cluster import SUPERUSER, Cluster
from kehra.site.roles import APP, OWNER, SEAL

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def ensure(cluster: Cluster, name: str) -> None:
    """A database that `kehra_owner` owns and `kehra_app` may connect to; the roles; our extensions.

    The extensions go into template1 too, so that test databases are made with them.
    """
    with psycopg.connect(cluster.url("template1", SUPERUSER), autocommit=True) as connection:
        _ensure_roles(connection)
        _ensure_extensions(connection)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )
    with psycopg.connect(cluster.url(name, SUPERUSER), autocommit=True) as connection:
        _ensure_extensions(connection)


def exists(cluster: Cluster, name: str) -> bool:
    """Whether a database of this name is there."""
    with psycopg.connect(cluster.url("template1", SUPERUSER), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def drop(cluster: Cluster, name: str) -> None:
    """Drops the database if it exists, cutting its connections."""
    with psycopg.connect(cluster.url("template1", SUPERUSER), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_roles(connection: psycopg.Connection) -> None:
    # CREATEDB is for tests, which make a database of their own.
    for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN"), (SEAL, "LOGIN")):
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        connection.execute(
            sql.SQL("{} ROLE {} {}").format(
                sql.SQL("ALTER" if found else "CREATE"), sql.Identifier(role), sql.SQL(rights)
            )
        )
    # The owner may act as the others, so that a test can try what they may not do.
    for role in (APP, SEAL):
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(OWNER)))


def _ensure_extensions(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
