"""A real provider on a free port of this machine, a browser and a client that follow its rules."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from kehra.site.identity_provider.cast import Member
from kehra.site.identity_provider.flow import Client
from kehra.site.identity_provider.server import Server

CALLBACK = "http://127.0.0.1:8000/oidc/callback/"
SIGNED_OUT = "http://127.0.0.1:8000/signed-out/"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
AINO = Member("cast-aino", "Aino <Virtanen>", "residents", {"fi": "Äiti.", "sv": "Mamma.", "en": "A mother."})
OLLI = Member(
    "cast-olli", "Olli Hoitaja", "professionals", {"fi": "Hoitaja.", "sv": "Vårdare.", "en": "A nurse."}
)
REQUEST = {
    "response_type": "code",
    "scope": "openid profile",
    "client_id": "kehra",
    "redirect_uri": CALLBACK,
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass
class HandClock:
    """Stands still until a test moves it."""

    seconds: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Visitor:
    """What a browser and a client do at the provider."""

    issuer: str
    clock: HandClock
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **parameters: str) -> requests.Response:
        return self.session.get(f"{self.issuer}{path}", params=parameters, allow_redirects=False, timeout=5)

    def post(self, path: str, **fields: str) -> requests.Response:
        return self.session.post(f"{self.issuer}{path}", data=fields, allow_redirects=False, timeout=5)

    def choose(self, sub: str = "cast-aino", **changes: str) -> str:
        """The code that comes back when a person is chosen on the page."""
        page = self.get("/authorize", **(REQUEST | changes))
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
        answer = self.post("/authorize", **hidden, sub=sub)
        assert answer.status_code == 303
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def exchange(self, code: str, **changes: str) -> requests.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "kehra",
            "client_secret": "",
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.post("/token", **(fields | changes))

    def userinfo(self, authorization: str) -> requests.Response:
        headers = {"Authorization": authorization}
        return self.session.get(f"{self.issuer}/userinfo", headers=headers, timeout=5)


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    clock = HandClock()
    client = Client("kehra", frozenset({CALLBACK}), frozenset({SIGNED_OUT}))
    server = Server(0, client=client, cast={one.sub: one for one in (AINO, OLLI)}, clock=clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Visitor(server.issuer, clock)
    server.shutdown()
    server.server_close()
