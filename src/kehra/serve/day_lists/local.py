"""Machines whose folder is on this very machine: in the demo, and where the server stands at the unit. The
worker keeps their files fresh as `kehra day-list fetch` does elsewhere."""

from pathlib import Path
from typing import Final

from django.conf import settings

from kehra.serve.day_lists.file import NAME
from kehra.serve.day_lists.models import Machine

DEMO_PASSPHRASE: Final = "kehra-demo-tuli-veto-sana-lomu"  # noqa: S105 - of people who do not exist


def kept() -> bool:
    """Whether files are kept here at all."""
    return settings.DAY_LISTS is not None


def folder_of(machine: Machine) -> Path:
    """The folder of a machine; only where files are kept."""
    return Path(str(settings.DAY_LISTS)) / str(machine.pk)


def put(machine: Machine, text: str) -> Path:
    """The file at its place, whole or as it was before."""
    folder = folder_of(machine)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{NAME}.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / NAME)
    return folder / NAME
