"""A mail server that keeps what it is given, and takes its time: a kill often comes between the e-mail
and the note that it was sent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread

SLOWLY = 0.15  # seconds between having the e-mail and saying so


@dataclass(frozen=True)
class Letter:
    """One e-mail that arrived, whether the sender heard of it or not."""

    message_id: str
    arrived: float


@dataclass
class Mailbox:
    """All that has arrived."""

    port: int
    letters: list[Letter] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def take(self, lines: list[str]) -> None:
        headers = (line.partition(":") for line in lines)
        message_id = next((value.strip() for name, _, value in headers if name.lower() == "message-id"), "")
        with self.lock:
            self.letters.append(Letter(message_id, time.monotonic()))


class Conversation(StreamRequestHandler):
    """As much of SMTP as a sender needs."""

    server: "Server"

    def handle(self) -> None:
        with suppress(OSError):  # The sender was killed.
            self.talk()

    def talk(self) -> None:
        self.say("220 kehra.test")
        while line := self.hear():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                if (lines := self.letter()) is None:
                    return
                self.server.mailbox.take(lines)
                time.sleep(SLOWLY)
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def letter(self) -> list[str] | None:
        """Its lines, or None if the sender ended in the middle."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line.decode(errors="replace").rstrip())
        return lines

    def hear(self) -> str:
        return self.rfile.readline().decode(errors="replace").strip()

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Server(ThreadingTCPServer):
    """At a port of its own choice."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mailbox = Mailbox(self.server_address[1])


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mailbox that listens at its port."""
    with Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
