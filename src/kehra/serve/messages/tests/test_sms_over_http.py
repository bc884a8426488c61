"""The text message gateway over HTTP, against a server of our own."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from kehra.serve.messages.gateways.gateway import Away, Lost, Outgoing, Refused
from kehra.serve.messages.gateways.sms_http import SmsHttp

MESSAGE = Outgoing(reference="kehra-7", addresses=("040 000 1234",), text="Sinulle on uutta.")


class Answers(BaseHTTPRequestHandler):
    status = 200
    got: dict[str, Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got = {**json.loads(body), "key": self.headers["Idempotency-Key"]}
        if self.status:
            self.send_response(self.status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(settings: Any) -> Iterator[type[Answers]]:
    with HTTPServer(("127.0.0.1", 0), Answers) as running:
        settings.SMS_URL = f"http://127.0.0.1:{running.server_port}/sms"
        settings.SMS_TOKEN, settings.SMS_FROM, settings.SMS_TIMEOUT = "secret", "Kehra", 5
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Answers
        running.shutdown()
        thread.join()


def test_it_says_to_whom_what_and_under_which_key(server: type[Answers]) -> None:
    server.status = 202
    SmsHttp().send(MESSAGE)
    assert server.got == {
        "to": "040 000 1234",
        "from": "Kehra",
        "text": "Sinulle on uutta.",
        "id": "kehra-7",
        "key": "kehra-7",
    }


@pytest.mark.parametrize(
    ("status", "told"), [(404, True), (422, True), (401, False), (500, False), (302, False)]
)
def test_a_refusal_says_whether_the_number_is_wrong(server: type[Answers], status: int, told: bool) -> None:
    server.status = status
    with pytest.raises(Refused) as refused:
        SmsHttp().send(MESSAGE)
    assert refused.value.wrong_address is told


def test_a_busy_gateway_is_tried_again(server: type[Answers]) -> None:
    server.status = 503
    with pytest.raises(Away):
        SmsHttp().send(MESSAGE)


def test_a_connection_that_ends_without_an_answer_is_unknown(server: type[Answers]) -> None:
    server.status = 0
    with pytest.raises(Lost):
        SmsHttp().send(MESSAGE)


def test_a_gateway_that_is_not_there_is_tried_again(settings: Any) -> None:
    settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_FROM, settings.SMS_TIMEOUT = (
        "http://127.0.0.1:9/",
        "",
        "",
        5,
    )
    with pytest.raises(Away):
        SmsHttp().send(MESSAGE)
