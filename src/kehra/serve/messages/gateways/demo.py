"""The gateway of the demo: nothing leaves the machine, and what would have left can be read."""

from kehra.kernel.time import clock
from kehra.serve.messages.gateways.gateway import Outgoing, Refused
from kehra.serve.messages.models import Channel, SentCopy

WRONG_ENDING = "0000"  # a number, or an address before its @, that ends so reaches nobody in the demo


class _Fake:
    channel: str

    def send(self, outgoing: Outgoing) -> None:
        """Keeps a copy. Raises Refused for an address that ends in `WRONG_ENDING`."""
        if any(address.split("@")[0].endswith(WRONG_ENDING) for address in outgoing.addresses):
            raise Refused(wrong_address=True)
        SentCopy.objects.create(
            channel=self.channel,
            addresses=list(outgoing.addresses),
            subject=outgoing.subject,
            text=outgoing.text,
            at=clock.now(),
        )


class FakeEmail(_Fake):
    channel = Channel.EMAIL


class FakeSms(_Fake):
    channel = Channel.SMS


class FakeInterpreter(_Fake):
    channel = Channel.INTERPRETER
