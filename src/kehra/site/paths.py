"""Where this program keeps what is not code."""

import os
from pathlib import Path

from kehra.site import environment


def state_folder() -> Path:
    """Database, attachments and keys: the system's folder for root, else the user's own."""
    if os.geteuid() == 0:
        default = Path("/var/lib/kehra")
    else:
        default = Path(os.environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser() / "kehra"
    return environment.folder("KEHRA_STATE", default)


def seals_folder() -> Path:
    """The seals of the logs and their key: outside the database, best on another disk."""
    return environment.folder("KEHRA_SEALS", state_folder() / "seals")
