"""Gateways for tests, each of one kind; and a resident whom text messages reach."""

from typing import Any, ClassVar

from kehra.kernel.people.models import Resident
from kehra.serve.messages.gateways.gateway import Lost, Outgoing, Refused

HERE = "kehra.serve.messages.tests.gateways"
NUMBER = "040 000 1234"


class Takes:
    """Takes everything and remembers it."""

    taken: ClassVar[list[Outgoing]] = []

    def send(self, outgoing: Outgoing) -> None:
        self.taken.append(outgoing)


class KnowsNobody:
    def send(self, outgoing: Outgoing) -> None:
        raise Refused(wrong_address=True)


class LosesIt:
    def send(self, outgoing: Outgoing) -> None:
        raise Lost


def send_by(settings: Any, *, sms: str = "Takes", email: str = "Takes") -> list[Outgoing]:
    """The installation has these gateways from now on. Returns what they have taken, empty to begin with."""
    Takes.taken = []
    settings.GATEWAYS = {
        "email": f"{HERE}.{email}",
        "sms": f"{HERE}.{sms}",
        "interpreter": f"{HERE}.Takes",
    }
    return Takes.taken


def reach(resident: Resident, **ways: Any) -> Resident:
    """The resident is reached by these ways only."""
    values = {"email": "", "sms": "", "letters": False, **ways}
    for name, value in values.items():
        setattr(resident, name, value)
    resident.save()
    return resident
