"""The file itself: one page of HTML that needs no network and asks for nothing from anywhere.

What is on the list is drawn here in each language, closed, and opened by the page's own script with the
passphrase. The page lets run only the one script and the one style that it carries, by their hashes."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists.contents import Contents, Visit
from kehra.serve.day_lists.rules.days import OPENS_FOR
from kehra.serve.day_lists.rules.sealing import Key, seal
from kehra.serve.interpreting.rules import language_name
from kehra.serve.tasks.rules import TaskKind

NAME = "paivalista-dagslista.html"
_HERE = Path(__file__).parent / "templates" / "day_lists"


def written(unit: Unit, contents: Contents, key: Key, now: datetime) -> str:
    """The file's text."""
    languages = [code for code, _name in settings.LANGUAGES]
    header = {"made_at": now.isoformat(), "expires_at": (now + OPENS_FOR).isoformat()}
    lists = {code: _list(code, unit, contents, now) for code in languages}
    script, style = _part("file.js"), _part("file.css")
    doors = []
    for code in languages:
        with override(code):
            context = {"code": code, "unit": unit, "made_at": now, "expires_at": now + OPENS_FOR}
            context["practice"] = settings.PRACTICE
            doors.append((code, render_to_string("day_lists/door.html", context)))
    return render_to_string(
        "day_lists/file.html",
        {
            "doors": doors,
            "sealed": seal(json.dumps(lists), key, header=header),
            "script": script,
            "style": style,
            "policy": (
                f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
                "base-uri 'none'; form-action 'none'"
            ),
        },
    )


def _list(code: str, unit: Unit, contents: Contents, now: datetime) -> str:
    with override(code):
        context = {
            "unit": unit,
            "days": [(day, list(_by_professional(visits))) for day, visits in contents.days],
            "waiting": contents.waiting,
            "made_at": now,
            "practice": settings.PRACTICE,
            "language_name": language_name,
            "moment_of": datetime.fromisoformat,
            "day_of": date.fromisoformat,
            "words_of": lambda kind: str(TaskKind.named(kind).words),
        }
        return render_to_string("day_lists/list.html", context)


def _by_professional(visits: list[Visit]) -> Iterator[tuple[str, list[Visit]]]:
    for name, own in groupby(visits, lambda visit: visit.professional):
        yield name, list(own)


@cache
def _part(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
