"""When a session ends by itself."""

from datetime import timedelta
from enum import StrEnum


class Ending(StrEnum):
    """Why a session has ended without anybody signing out."""

    IDLE = "idle"
    LIMIT = "limit"


def ending(*, signed_in: float, used: float, now: float, idle: timedelta, limit: timedelta) -> Ending | None:
    """Whether a session has ended: not used for `idle`, or signed in `limit` ago. Moments are seconds
    since 1970, as the session keeps them. At the very limit it has ended."""
    if now - signed_in >= limit.total_seconds():
        return Ending.LIMIT
    if now - used >= idle.total_seconds():
        return Ending.IDLE
    return None
