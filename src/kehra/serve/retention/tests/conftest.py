from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def ledger_folder(settings: Any, tmp_path: Path) -> Path:
    """A ledger of its own for each test."""
    settings.DELETIONS_FOLDER = tmp_path
    return tmp_path
