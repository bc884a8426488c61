"""What comes for a protected child is told to nobody who may not act for the child."""

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.messages.outbox import receivers


def test_guardians_of_a_protected_child_are_not_told_of_its_visits(cast: Cast) -> None:
    aino = cast.aino
    aino.email = ""
    aino.save()
    assert receivers(aino, NOW) == [cast.marja]
    aino.address_protected = True
    aino.save()
    assert receivers(aino, NOW) == [aino]
