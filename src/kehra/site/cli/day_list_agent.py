"""Fetches a unit's closed day list to its machine. Only the standard library is used, so that this one file
can be copied to a machine that has Python and nothing else:

    python day_list_agent.py --server https://… --token-file FILE --to FOLDER

It replaces the list only when a whole new one has come, and removes one that no longer opens, also when
the network is down. It never follows a redirect: the token goes to the server named and to nobody else.
"""

import argparse
import ipaddress
import json
import re
import sys
import time
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

NAME = "paivalista-dagslista.html"
PATH = "/day-list/machine/"
WAIT = 20  # seconds
FETCHED, NOT_FETCHED, WRONG_SETUP = 0, 1, 2


class NotFetched(Exception):
    """No list came; the message says why."""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A redirect is an answer like any other that is no list."""


def main() -> int:
    """As a program of its own."""
    parser = argparse.ArgumentParser(description="Fetches a unit's closed day list to this machine.")
    add_options(parser)
    return run(parser.parse_args())


def add_options(parser: argparse.ArgumentParser) -> None:
    """From where, with what, to where."""
    parser.add_argument("--server", required=True, help="the service's address, https://…")
    parser.add_argument(
        "--token-file", type=Path, required=True, help="file with the token that the unit's manager was told"
    )
    parser.add_argument("--to", type=Path, required=True, help="folder in which the list is kept")


def run(arguments: argparse.Namespace) -> int:
    """0: a list was fetched; 1: not now, the earlier one stays while it opens; 2: the set-up is wrong."""
    place = arguments.to / NAME
    try:
        token = arguments.token_file.read_text(encoding="utf-8").strip()
        arguments.to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}", WRONG_SETUP)
    if not _safe(arguments.server):
        return _say(f"{arguments.server}: the address must begin with https://", WRONG_SETUP)
    try:
        text = fetch(arguments.server, token)
    except NotFetched as reason:
        return _say(f"The day list was not fetched: {reason}. {_what_is_left(place)}", NOT_FETCHED)
    fresh = place.with_name(f".{NAME}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(place)
    print(f"{place} opens until {_expires(text):%d.%m.%Y %H:%M}.")
    return FETCHED


def fetch(server: str, token: str) -> str:
    """The file's text. Raises NotFetched."""
    asked = Request(  # noqa: S310 - run() lets only https pass, and http to this machine
        server.rstrip("/") + PATH, headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with build_opener(_Stay).open(asked, timeout=WAIT) as answer:
            text: str = answer.read().decode("utf-8")
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            raise NotFetched(
                "the server does not know this machine; its token may have been removed"
            ) from error
        if error.code == HTTPStatus.CONFLICT:
            raise NotFetched("the unit's manager has not set a passphrase yet") from error
        raise NotFetched(f"the server answered {error.code}") from error
    except (URLError, OSError, UnicodeDecodeError) as error:
        raise NotFetched(f"the server did not answer ({getattr(error, 'reason', error)})") from error
    if _expires(text) is None:
        raise NotFetched("what came is no day list")
    return text


def _what_is_left(place: Path) -> str:
    """Removes a list that no longer opens; tells what is in its place."""
    if not place.exists():
        return "There is no list on this machine."
    until = _expires(place.read_text(encoding="utf-8"))
    if until is not None and time.time() < until.timestamp():
        return f"The list that is here opens until {until.astimezone():%d.%m.%Y %H:%M}."
    place.unlink()
    return "The list that was here was too old and was removed."


def _expires(text: str) -> datetime | None:
    """Until when a list opens; None for what is no list."""
    found = re.search(r'id="sealed">(\{.*?\})</script>', text)
    try:
        header = json.loads(json.loads(found[1])["header"]) if found else {}
        return datetime.fromisoformat(header["expires_at"])
    except (ValueError, KeyError, TypeError):
        return None


def _safe(server: str) -> bool:
    """Encrypted on the way; in the clear only to this very machine."""
    parts = urlsplit(server)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
