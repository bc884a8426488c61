"""How far a load has come, in a table that is there only while a county is being made: what was killed in
the middle goes on from the last part that was committed. The table is no part of the product's schema."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Self

from django.db import connection

from kehra.site.environment import SettingError


class OtherLoad(SettingError):
    """A load with other options was begun in this database."""


@dataclass
class Checkpoint:
    """A load that has begun: with which options, what its "now" is, and how many parts are written."""

    counties: list[str]
    scale: Fraction
    seed: int
    now: datetime
    parts: int
    written: int = 0

    @classmethod
    def begin(cls, counties: Sequence[str], scale: Fraction, seed: int, now: datetime, parts: int) -> Self:
        """Remembers, in the caller's transaction, that the place is there."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE region_load (options jsonb, now timestamptz, parts int, written int DEFAULT 0)"
            )
            cursor.execute(
                "INSERT INTO region_load (options, now, parts) VALUES (%s, %s, %s)",
                [json.dumps(_options(counties, scale, seed)), now, parts],
            )
        return cls(list(counties), scale, seed, now, parts)

    @classmethod
    def find(cls, counties: Sequence[str], scale: Fraction, seed: int) -> Self | None:
        """The load that was begun here and did not end; None if there is none. Raises OtherLoad if it was
        begun with other options."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('region_load')")
            if cursor.fetchone() == (None,):
                return None
            cursor.execute("SELECT options::text, now, parts, written FROM region_load")
            options, now, parts, written = cursor.fetchone()
        begun = json.loads(options)
        if begun != _options(counties, scale, seed):
            raise OtherLoad(
                f"A load with --counties {begun['counties']} --scale {begun['scale']} --seed {begun['seed']} "
                "was begun in this database and did not end. Go on with the same options, or use an empty "
                "database."
            )
        return cls(list(counties), scale, seed, now, parts, written)

    def advance(self) -> None:
        """One more part is written; committed with it."""
        self.written += 1
        with connection.cursor() as cursor:
            cursor.execute("UPDATE region_load SET written = %s", [self.written])

    def end(self) -> None:
        """Everything is there."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE region_load")


def _options(counties: Sequence[str], scale: Fraction, seed: int) -> dict[str, Any]:
    return {"counties": ",".join(counties), "scale": str(scale), "seed": seed}
