"""The health station is ready for a day without the network: a passphrase, and a machine at the reception."""

from kehra.serve.day_lists.actions import keys, machines
from kehra.serve.day_lists.local import DEMO_PASSPHRASE
from kehra.site.region.cast.stage import Stage


def play(stage: Stage) -> None:
    """By the unit's manager, some weeks ago."""
    at = stage.ago(20, "12:30")
    unit, mikko = stage.unit("station-saarijarvi"), stage.actor("mikko", at)
    keys.set_passphrase(unit, DEMO_PASSPHRASE, by=mikko, now=at)
    machines.register(unit, "Vastaanotto, kone 1", by=mikko, now=at)
