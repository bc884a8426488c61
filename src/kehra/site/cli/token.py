"""`kehra token`: an access token of somebody of the demo's cast, to try the API with."""

import argparse
import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qs, urlsplit

import requests

from kehra.site.cli.demo import HOST
from kehra.site.cli.subparsers import Subparsers
from kehra.site.environment import SettingError

SECONDS = 5


def register(subparsers: Subparsers) -> None:
    """Whom, and where the demo is."""
    parser = subparsers.add_parser(
        "token",
        help="an access token of one of the demo's cast, to try the API with",
        description="Signs in at the demo that runs, as a browser would. See docs/api.md.",
    )
    parser.add_argument("sub", help="who, such as cast-liisa (the sign-in page lists the cast)")
    parser.add_argument("--port", type=int, default=8000, help="where the demo's pages are (default: 8000)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints the token alone, so that a shell can put it into a variable."""
    try:
        print(sign_in(arguments.sub, port=arguments.port))
    except requests.RequestException as error:
        raise SettingError(
            f"The demo's sign-in at port {arguments.port + 1} does not answer ({type(error).__name__}). "
            "Start kehra demo, or say where it is with --port."
        ) from None
    return 0


def sign_in(sub: str, *, port: int) -> str:
    """The authorization code flow with PKCE. Raises SettingError for somebody whom the demo does not know."""
    provider, redirect = f"http://{HOST}:{port + 1}", f"http://{HOST}:{port}/oidc/callback/"
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": "kehra",
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": "openid",
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    chosen = requests.post(
        f"{provider}/authorize", asked | {"sub": sub}, allow_redirects=False, timeout=SECONDS
    )
    code = parse_qs(urlsplit(chosen.headers.get("Location", "")).query).get("code")
    if not code:
        raise SettingError(f"The demo knows nobody named {re.sub(r'[^ -~]', '?', sub)}. Try cast-liisa.")
    sent = {
        "client_id": "kehra",
        "grant_type": "authorization_code",
        "code": code[0],
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    answer = requests.post(f"{provider}/token", sent, timeout=SECONDS)
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token
