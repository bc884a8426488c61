"""The door through which e-mails and text messages leave. An installation names its gateways in the
settings (`GATEWAYS`); each is one class with one method. What went wrong is told in one of three ways, and
each means something else for the one who waits to be told."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Away(Exception):
    """Nobody answered, so nothing was handed over: it may be tried again."""


class Refused(Exception):
    """It was refused in words, and will be again. `wrong_address`: nobody is reached there."""

    def __init__(self, *, wrong_address: bool = False) -> None:
        super().__init__("wrong address" if wrong_address else "refused")
        self.wrong_address = wrong_address


class Lost(Exception):
    """The connection broke after the handing over had begun: it may have been sent, or not."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it leaves. `reference` is the same at each try, for gateways that can tell."""

    reference: str
    addresses: tuple[str, ...]
    text: str
    subject: str = ""


class Gateway(Protocol):
    """Hands one message over."""

    def send(self, outgoing: Outgoing) -> None:
        """Returns when the message was taken. Raises Away, Refused or Lost."""


def of(channel: str) -> Gateway:
    """The gateway of a channel; KeyError if the installation has none."""
    made: Gateway = import_string(settings.GATEWAYS[channel])()
    return made


def is_there(channel: str) -> bool:
    """Whether this installation can send by the channel."""
    return bool(settings.GATEWAYS.get(channel))
