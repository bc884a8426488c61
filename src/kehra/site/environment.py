"""Small readers of environment variables that fail loudly and say what to do."""

import os
from pathlib import Path


class SettingError(Exception):
    """A setting is missing or cannot be read; the message names it and the cure."""


def text(name: str, default: str | None = None) -> str:
    """The variable's value; raises SettingError if it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingError(f"{name} is not set. See the README, 'Running it for real'.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """1 or 0."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise SettingError(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def words(name: str, default: str = "") -> list[str]:
    """Values separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """A folder's path; it is not made here."""
    return Path(os.environ.get(name, str(default))).expanduser()


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise SettingError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def web_address(name: str) -> str:
    """An address that begins with http:// or https://, or empty."""
    value = os.environ.get(name, "")
    if value and not value.startswith(("http://", "https://")):
        raise SettingError(f"{name} must begin with https:// (or http://), not {value!r}.")
    return value
