"""A patient system beside Kehrä: the demo's own stand-in, as a running server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from kehra.serve.records import declared
from kehra.serve.records.tests.test_declaring import ALL_HERE, BY_SECTOR, PATIENTS

SECRET = "of-a-test"


class Beside(HTTPServer):
    """Takes documents, or answers as told; keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.words, self.taken = 201, "", list[tuple[str, str, bytes]]()


class _Handler(BaseHTTPRequestHandler):
    server: Beside

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", str(len(self.server.words)))
        self.end_headers()
        self.wfile.write(self.server.words.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    server = Beside()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    path = tmp_path / "records.toml"
    path.write_text(ALL_HERE + PATIENTS.replace("https://p.example", address) + BY_SECTOR)
    monkeypatch.setenv("PATIENTS_SECRET", SECRET)
    declared.current.cache_clear()
    with override_settings(RECORDS=path):
        yield server
    declared.current.cache_clear()
    server.shutdown()
    server.server_close()
