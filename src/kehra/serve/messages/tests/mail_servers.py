"""Mail servers that fail, each in one way."""

from collections.abc import Sequence
from smtplib import SMTPServerDisconnected

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Away(BaseEmailBackend):
    """Nobody answers: nothing can have been sent."""

    def open(self) -> bool:
        raise ConnectionRefusedError

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise AssertionError("nothing is handed to a server that does not answer")


class LostWhileSending(BaseEmailBackend):
    """The connection breaks after the message was handed over: it may have been sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise SMTPServerDisconnected
