"""The declaration of this installation, read once from the file that the settings name."""

import os
from functools import cache
from pathlib import Path

from django.conf import settings

from kehra.serve.records.rules.declaration import BadDeclaration, Declaration, System, parse


@cache
def current() -> Declaration:
    """What the file of the setting RECORDS declares. Raises BadDeclaration that names the file."""
    path = Path(settings.RECORDS)
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadDeclaration) as error:
        raise BadDeclaration(f"{path} (KEHRA_RECORDS) cannot be used:\n{error}") from None


def secret_of(system: System) -> str:
    """What the system and Kehrä both know; empty if it has not been set, and then nothing is sent."""
    return os.environ.get(system.secret, "")
