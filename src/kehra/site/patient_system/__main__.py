"""The demo's patient record system: a stand-in for the real one beside Kehrä, as a process of its own.

It takes FHIR documents, keeps them in a folder, and opens a person when Kehrä says whom a link stands for.
It trusts whoever knows the secret, and is run by `kehra demo` only.
"""

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "KEHRA_PATIENTS_SECRET"  # noqa: S105 - the name of a variable
BODY_BYTES = 1024 * 1024
BUNDLE = re.compile(r"/fhir/Bundle/([0-9a-f-]{36})")
SECONDS = 5


class Server(ThreadingHTTPServer):
    """Where the documents are, and where Kehrä is."""

    daemon_threads = True

    def __init__(self, port: int, *, folder: Path, kehra: str, secret: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.folder, self.kehra, self.secret = folder, kehra, secret
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, document: bytes) -> HTTPStatus:
        """Put twice it is there once; a correction stands beside what it corrects."""
        path = self.folder / f"{name}.json"
        status = HTTPStatus.OK if path.exists() else HTTPStatus.CREATED
        path.with_suffix(".part").write_bytes(document)
        path.with_suffix(".part").rename(path)
        return status

    def of(self, code: str) -> list[dict[str, Any]]:
        """The compositions about the person with this identity code, the oldest first."""
        found = []
        for path in self.folder.glob("*.json"):
            resources = [entry["resource"] for entry in json.loads(path.read_text())["entry"]]
            patient = next(one for one in resources if one["resourceType"] == "Patient")
            if patient["identifier"][0]["value"] == code:
                found.append(next(one for one in resources if one["resourceType"] == "Composition"))
        return sorted(found, key=lambda composition: str(composition["date"]))

    def who(self, launch: str) -> dict[str, Any] | None:
        """Whom Kehrä says that the link stands for."""
        request = urllib.request.Request(  # noqa: S310 - an address of ours
            f"{self.kehra}/other-systems/who/",
            json.dumps({"launch": launch}).encode(),
            {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                told: dict[str, Any] = json.load(answer)
                return told
        except (urllib.error.URLError, ValueError):
            return None


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "patient-system", ""

    def do_PUT(self) -> None:
        found = BUNDLE.fullmatch(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Authorization") != f"Bearer {self.server.secret}":
            self._answer(HTTPStatus.UNAUTHORIZED, "text/plain", "Unauthorized")
        elif not found or length > BODY_BYTES:
            self._answer(
                HTTPStatus.BAD_REQUEST, "text/plain", "A Bundle of at most a megabyte is taken here."
            )
        else:
            self._keep(found[1], self.rfile.read(length))

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        launch = parse_qs(asked.query).get("launch", [""])[0]
        told = self.server.who(launch) if asked.path == "/launch" and launch else None
        if told is None:
            told_why = "Linkki on vanha tai käytetty. Avaa se uudelleen Kehrästä."
            page = f"<h1>Potilasta ei löytynyt</h1><p>{told_why}</p>"
            self._answer(HTTPStatus.NOT_FOUND, "text/html", _page(page))
        else:
            self._answer(HTTPStatus.OK, "text/html", _page(self._person(told)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Paths hold tokens."""

    def _keep(self, name: str, body: bytes) -> None:
        try:
            composition = json.loads(body)["entry"][0]["resource"]
            known = composition["resourceType"] == "Composition"
        except (ValueError, KeyError, IndexError, TypeError):
            known = False
        if not known:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, "text/plain", "This is no FHIR document.")
            return
        self._answer(self.server.keep(name, body), "application/fhir+json", "{}")

    def _person(self, told: dict[str, Any]) -> str:
        patient, name = told["patient"], told["patient"]["name"]
        compositions = self.server.of(patient["identifier"]["value"])
        replaced = {
            each["targetIdentifier"]["value"] for one in compositions for each in one.get("relatesTo", [])
        }
        entries = "".join(
            f"<article><h3>{escape(one['title'])}, {escape(one['date'][:16].replace('T', ' klo '))}"
            f"{' – korjattu' if one['identifier']['value'] in replaced else ''}</h3>"
            f"{one['section'][0]['text']['div']}</article>"
            for one in compositions
        )
        return (
            f"<h1>{escape(name['given'])} {escape(name['family'])}</h1>"
            f"<p>{escape(patient['identifier']['value'])} · avasi {escape(told['practitioner']['name'])}, "
            f"{escape(told['organization']['name'])}</p>"
            f"<h2>Kehrästä tulleet kirjaukset</h2>{entries or '<p>Ei vielä kirjauksia.</p>'}"
        )

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)


def _page(content: str) -> str:
    return (
        '<!doctype html><html lang="fi"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>Potilastietojärjestelmä (harjoitus)</title>"
        "<style>body{font:18px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#14232b}"
        "article{border-left:4px solid #c5d0cd;padding-left:1rem;margin:1.5rem 0}</style>"
        f"<main><p>Potilastietojärjestelmä (harjoitus)</p>{content}</main></html>"
    )


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(prog="patient_system")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kehra", required=True, help="Kehrä's address")
    arguments = parser.parse_args()
    secret = os.environ.get(SECRET) or sys.exit(f"{SECRET} is not set.")
    Server(arguments.port, folder=arguments.folder, kehra=arguments.kehra, secret=secret).serve_forever()


if __name__ == "__main__":
    main()
