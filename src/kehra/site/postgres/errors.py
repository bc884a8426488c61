"""What can be wrong with a database of our own."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PostgresError(Exception):
    """The message says what is wrong with the database and what to do about it."""


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns the system's errors under `folder` into words that say what to do."""
    try:
        yield
    except OSError as error:
        raise PostgresError(_explanation(error, folder)) from error


def _explanation(error: OSError, folder: Path) -> str:
    where = error.filename or folder
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {folder} is full. Free some space on it and start again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"This user may not write to {where}. Run as the user who owns it, "
            "or set KEHRA_STATE to a folder of your own."
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}:
        return f"{where} is in the way: something else has that name. Move it, or set KEHRA_STATE."
    return f"{where}: {error.strerror or error}. Mend that, or set KEHRA_STATE to another folder."
