"""The machine's side: a list comes whole or the earlier one stays; one that no longer opens is removed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kehra.site.cli import day_list_agent as agent


def a_list(until: str = "2099-01-01T00:00:00+00:00", words: str = "") -> str:
    sealed = json.dumps({"header": json.dumps({"expires_at": until}), "text": "x"})
    return f'<html>{words}<script type="application/json" id="sealed">{sealed}</script></html>'


class Answers(BaseHTTPRequestHandler):
    status: ClassVar[int] = 200
    text: ClassVar[str] = ""
    tokens: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.tokens.append(self.headers["Authorization"])
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere/")
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Answers.status, Answers.text, Answers.tokens = 200, a_list(), []
    with HTTPServer(("127.0.0.1", 0), Answers) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def run(server: str, folder: Path) -> int:
    token = folder / "token"
    token.write_text("salainen\n")
    made = agent.argparse.ArgumentParser()
    agent.add_options(made)
    arguments = ["--server", server, "--token-file", str(token), "--to", str(folder / "lists")]
    return agent.run(made.parse_args(arguments))


def test_a_list_is_fetched_and_replaced(server: str, tmp_path: Path) -> None:
    for words in ("first", "second"):
        Answers.text = a_list(words=words)
        assert run(server, tmp_path) == agent.FETCHED
        assert words in (tmp_path / "lists" / agent.NAME).read_text()
    assert Answers.tokens == ["Bearer salainen"] * 2
    assert len(list((tmp_path / "lists").iterdir())) == 1


@pytest.mark.parametrize("status", [302, 404, 409, 500, 200])
def test_what_is_no_list_leaves_the_earlier_one(
    server: str, tmp_path: Path, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run(server, tmp_path)
    Answers.status, Answers.text = status, "no list"
    assert run(server, tmp_path) == agent.NOT_FETCHED
    assert (tmp_path / "lists" / agent.NAME).read_text() == a_list()
    assert "opens until" in capsys.readouterr().err
    assert len(Answers.tokens) == 2  # no redirect was followed


def test_a_list_that_is_too_old_is_removed_when_the_network_is_down(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Answers.text = a_list("2020-01-01T00:00:00+00:00")
    run(server, tmp_path)
    Answers.status = 503
    assert run(server, tmp_path) == agent.NOT_FETCHED
    assert not (tmp_path / "lists" / agent.NAME).exists()
    assert "too old" in capsys.readouterr().err


def test_a_token_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    assert run("http://kehra.example", tmp_path) == agent.WRONG_SETUP
    assert run("ftp://127.0.0.1", tmp_path) == agent.WRONG_SETUP
