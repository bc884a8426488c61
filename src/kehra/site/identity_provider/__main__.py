"""The demo's sign-in service: `python -m kehra.site.identity_provider --cast FILE.json`.

It speaks OpenID Connect like a real identity provider, but asks nobody for a password: whoever opens
its page chooses whom to be. It is for practice on one's own machine, listens there only, and keeps
nothing. The client needs no secret (leave KEHRA_OIDC_CLIENT_SECRET empty); it must use PKCE.
"""

import argparse
import contextlib
import errno
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from kehra.kernel.time import clock
from kehra.site.identity_provider.cast import Cast, CastError, read
from kehra.site.identity_provider.flow import Client
from kehra.site.identity_provider.server import Server


def main() -> int:
    """Serves until it is told to stop; the exit code is 1 when it could not start."""
    options = _options()
    try:
        cast = read(options.cast)
        server = _listen(options, cast)
    except (CastError, _CannotListen) as error:
        print(error, file=sys.stderr)
        return 1
    with contextlib.suppress(KeyboardInterrupt), server:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        print(f"Practice sign-in at {server.issuer}: {len(cast)} people to choose from.", flush=True)
        server.serve_forever()
    return 0


class _CannotListen(Exception):
    pass


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m kehra.site.identity_provider",
        description="The demo's sign-in service: lists the cast, asks nobody for a password.",
    )
    parser.add_argument("--port", type=int, default=8001, help="on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--client-id", default="kehra", help="default: %(default)s")
    parser.add_argument(
        "--client-redirect",
        default="http://127.0.0.1:8000/oidc/callback/",
        help="the address that people come back to, exactly (default: %(default)s)",
    )
    parser.add_argument(
        "--client-signed-out",
        help="the address after signing out, exactly (default: /signed-out/ where --client-redirect is)",
    )
    parser.add_argument("--cast", type=Path, required=True, help="a JSON file of the people to choose from")
    return parser.parse_args()


def _listen(options: argparse.Namespace, cast: Cast) -> Server:
    home = urlsplit(options.client_redirect)
    signed_out = options.client_signed_out or f"{home.scheme}://{home.netloc}/signed-out/"
    client = Client(options.client_id, frozenset({options.client_redirect}), frozenset({signed_out}))
    try:
        return Server(options.port, client=client, cast=cast, clock=lambda: clock.now().timestamp())
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            why = "another program uses the port. Stop it, or choose another with --port"
        else:
            why = str(error)
        raise _CannotListen(f"Cannot listen on 127.0.0.1:{options.port}: {why}.") from error


if __name__ == "__main__":
    sys.exit(main())
