"""Text messages over HTTP: one POST with JSON for each, as docs/gateways.md describes."""

import json
from http.client import HTTPException
from socket import gaierror
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from kehra.serve.messages.gateways.gateway import Away, Lost, Outgoing, Refused

_WRONG_ADDRESS = {404, 410, 422}
_BUSY = {408, 425, 429, 503}


class _NoRedirect(HTTPRedirectHandler):
    """A number and its text go where the settings say, and nowhere else."""

    def redirect_request(self, *_args: object) -> None:
        return None


class SmsHttp:
    """A text message gateway whose address and key are in the settings. It is asked to know a message that
    comes twice by its `Idempotency-Key`."""

    def send(self, outgoing: Outgoing) -> None:
        """Raises Away, Refused or Lost."""
        for number in outgoing.addresses:
            self._post(number, outgoing)

    def _post(self, number: str, outgoing: Outgoing) -> None:
        body = {"to": number, "from": settings.SMS_FROM, "text": outgoing.text, "id": outgoing.reference}
        request = Request(  # noqa: S310 (the settings allow only http and https)
            settings.SMS_URL,
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {settings.SMS_TOKEN}",
                "Idempotency-Key": outgoing.reference,
            },
        )
        try:
            build_opener(_NoRedirect).open(request, timeout=settings.SMS_TIMEOUT).close()
        except HTTPError as error:
            error.close()
            if error.code in _BUSY:
                raise Away from error
            raise Refused(wrong_address=error.code in _WRONG_ADDRESS) from error
        except (OSError, HTTPException) as error:
            never_met = isinstance(getattr(error, "reason", None), (ConnectionRefusedError, gaierror))
            raise (Away if never_met else Lost) from error
