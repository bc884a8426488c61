"""`kehra demo`: a living county on this machine, with nothing to set up."""

import argparse
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import django
import psycopg

from kehra.site import database, processes, roles
from kehra.site import practice as marks
from kehra.site.cli import migrate, region
from kehra.site.cli import run as run_command
from kehra.site.cli.subparsers import Subparsers
from kehra.site.paths import state_folder
from kehra.site.postgres import databases, keeping
from kehra.site.postgres.cluster import SUPERUSER, Cluster, tell

HOST = "127.0.0.1"
DATABASE = "kehra"
REGION = Path(__file__).parent.parent / "region"
CAST = REGION / "cast.json"


def register(subparsers: Subparsers) -> None:
    """Two options: where, and whether to begin anew."""
    parser = subparsers.add_parser(
        "demo",
        help="a living county on this machine, with nothing to set up",
        description="Makes a database of its own, fills it with people who do not exist, and serves it.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8000,
        help="the pages; the next two are for signing in and for the patient system (default: 8000)",
    )
    parser.add_argument(
        "--scale",
        type=region.share,
        default=region.SCALE,
        help="share of the people, 1 for all (default: 1/40)",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="forget what was done in the demo and begin anew"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns when stopped by Ctrl-C or a signal to end."""
    return county(state_folder() / "demo", port=arguments.port, scale=arguments.scale, fresh=arguments.fresh)


def county(folder: Path, *, port: int, scale: Fraction, fresh: bool, practice: bool = False) -> int:
    """Makes the county that lives in `folder`, if it is not there, and serves it; for practice, with its
    banner and on a database that is marked so."""
    for one in (port, port + 1, port + 2):
        processes.check_port(HOST, one, option="--port")
    with Cluster(folder) as cluster:
        os.environ.update(_environment(folder, cluster, port, practice=practice))
        _prepare(folder, cluster, scale=scale, fresh=fresh, practice=practice)
        _serve(cluster, port)
    return 0


def _environment(folder: Path, cluster: Cluster, port: int, *, practice: bool) -> dict[str, str]:
    """The settings of the demo; this process migrates and loads, so its role is the owner."""
    return {
        "DATABASE_URL": cluster.url(DATABASE, roles.OWNER),
        "KEHRA_DEMO": "1",
        "KEHRA_PRACTICE": "1" if practice else "0",
        "KEHRA_SECRET_KEY": _secret_key(folder / "secret-key"),
        "KEHRA_PUBLIC_URL": f"http://{HOST}:{port}",
        "KEHRA_OIDC_ISSUER": f"http://{HOST}:{port + 1}",
        "KEHRA_DAY_LISTS": str(folder / "day-lists"),
        "KEHRA_STATIC": str(folder / "static"),
        "KEHRA_SEALS": str(folder / "seals"),
        "KEHRA_RECORDS": str(declare_records(folder / "records.toml", port)),
        "KEHRA_PATIENTS_SECRET": _secret_key(folder / "patients-secret"),
        "KEHRA_DELETIONS": str(folder / "deletions"),
        **_gateways(),
    }


def declare_records(path: Path, port: int) -> Path:
    """Which system holds which record, with the address of the stand-in for the patient system."""
    declared = (REGION / "data" / "records.toml").read_text(encoding="utf-8")
    path.write_text(declared.replace('"PATIENTS/', f'"http://{HOST}:{port + 2}/'), encoding="utf-8")
    return path


def _gateways() -> dict[str, str]:
    """Nothing leaves the machine; "What was sent" shows it. E-mails do leave, if a mail backend was named."""
    fake = "kehra.serve.messages.gateways.demo"
    email = {} if "KEHRA_EMAIL_BACKEND" in os.environ else {"KEHRA_EMAIL_GATEWAY": f"{fake}.FakeEmail"}
    return {
        **email,
        "KEHRA_SMS_GATEWAY": f"{fake}.FakeSms",
        "KEHRA_INTERPRETER_GATEWAY": f"{fake}.FakeInterpreter",
        "KEHRA_INTERPRETER_EMAIL": "tilaukset@tulkit.example",
    }


def _secret_key(path: Path) -> str:
    """Made once, so that a restart signs nobody out."""
    if not path.exists() or not path.read_text():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _prepare(folder: Path, cluster: Cluster, *, scale: Fraction, fresh: bool, practice: bool) -> None:
    """Leaves a migrated database with the county in it, and the static files in their place. Raises
    SettingError, with nothing changed, for a database that is there and is not what this is for."""
    loaded = folder / "loaded"  # Written last: a county that was not finished is begun anew.
    if databases.exists(cluster, DATABASE):
        with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as asked:
            marks.must_agree(asked, practice=practice)
    _ensure(cluster, practice=practice)
    django.setup()
    reason = "as asked" if fresh else _misfit(loaded, scale)
    if reason and loaded.exists():
        tell(f"Making the database anew: {reason}.")
        loaded.unlink()
    if not loaded.exists():
        database.leave()
        databases.drop(cluster, DATABASE)
        for of_the_one_that_was_dropped in ("seals", "patients"):
            shutil.rmtree(folder / of_the_one_that_was_dropped, ignore_errors=True)
        for of_the_dropped in ("seals", "deletions"):
            shutil.rmtree(folder / of_the_dropped, ignore_errors=True)
        _ensure(cluster, practice=practice)
    tell("Preparing the database …")
    migrate.migrate(verbosity=0)
    run_command.collect_static_files()
    if not loaded.exists():
        tell("Making the county …")
        region.load(scale=scale)
        loaded.write_text(version_of_data(scale))
    database.leave()


def _ensure(cluster: Cluster, *, practice: bool) -> None:
    databases.ensure(cluster, DATABASE)
    if practice:
        with psycopg.connect(cluster.url(DATABASE, SUPERUSER)) as made:
            marks.mark(made)


def _misfit(loaded: Path, scale: Fraction) -> str:
    """Why what an earlier demo left does not fit this code; empty if it does."""
    if unknown := database.unknown_migrations():
        return f"it was made by other code (migration {unknown[0]})"
    if loaded.exists() and loaded.read_text() != version_of_data(scale):
        return "this county is not the one that was made earlier"
    return ""


def version_of_data(scale: Fraction) -> str:
    """A digest of everything the county is made from."""
    digest = hashlib.sha256(str(scale).encode())
    for path in sorted(REGION.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _serve(cluster: Cluster, port: int) -> None:
    """The programs of the demo, as the role that may not change the audit."""
    surroundings = {**os.environ, "DATABASE_URL": cluster.url(DATABASE, roles.APP)}
    public_url = os.environ["KEHRA_PUBLIC_URL"]
    programs = [
        processes.web(surroundings, host=HOST, port=port, workers=2),
        processes.worker(surroundings),
        processes.sealer(
            surroundings | {"DATABASE_URL": "", "KEHRA_SEAL_DATABASE_URL": cluster.url(DATABASE, roles.SEAL)}
        ),
        processes.identity_provider(surroundings, port=port + 1, cast=CAST, public_url=public_url),
        processes.patient_system(
            surroundings, port=port + 2, folder=cluster.folder / "patients", kehra=public_url
        ),
    ]
    processes.Watch(programs, say=tell, meanwhile=_keeper(cluster, port)).run()


def _keeper(cluster: Cluster, port: int) -> Callable[[], None]:
    """What is done between looks at the programs: the database is kept up, the address told once."""
    told = False
    keep_up = keeping.keeper(cluster, say=tell)

    def keep() -> None:
        nonlocal told
        keep_up()
        if not told and processes.answers(HOST, port):
            told = True
            tell(_address(port))

    return keep


def _address(port: int) -> str:
    return (
        f"\nKehrä on auki osoitteessa http://{HOST}:{port}\n"
        "Kaikki ihmiset siellä ovat keksittyjä. Lopeta painamalla Ctrl+C.\n"
        f"Kehrä is open at http://{HOST}:{port}; nobody in it exists. Press Ctrl+C to stop.\n"
    )
