"""Where a server's backups lie, and what makes it put its log there.

    backups/NAME/base/2026-11-22T06-30-00Z/   base.tar.gz, pg_wal.tar.gz, backup_manifest, about.json
    backups/NAME/log/                         segments of the log of changes, of 16 MB or of a minute

The server archives from its first base onwards: a demo that nobody backs up fills no disk.
"""

import shlex
from pathlib import Path

from kehra.site import environment
from kehra.site.paths import state_folder


def folder_of(cluster: Path) -> Path:
    """Where the backups of the server in this folder are: under KEHRA_BACKUPS, best on another disk."""
    return (
        environment.folder("KEHRA_BACKUPS", state_folder() / "backups").absolute() / cluster.absolute().name
    )


def settings(cluster: Path) -> dict[str, str]:
    """A segment is copied under another name, forced to the disk and renamed: it is whole or absent.

    One that is there already, the same, is fine: the server may die between the copy and noting it.
    """
    log = folder_of(cluster) / "log"
    there = shlex.quote(str(log)).replace("%", "%%")  # A single % would be a place for a name.
    part, whole = f"{there}/%f.part", f"{there}/%f"
    copy = f"test ! -f {whole} && cp %p {part} && sync {part} && mv {part} {whole} && sync {there}"
    command = f"test ! -d {there} || cmp -s %p {whole} || {{ {copy}; }}"
    return {"archive_mode": "on", "archive_command": command, "archive_timeout": "60"}
