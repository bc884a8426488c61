"""The stories of the cast, played by the real actions at past moments."""

from django.utils.translation import override

from kehra.site.region.cast import corrections, day_list, families, hard_day, knee, reaching, waits
from kehra.site.region.cast.stage import Stage


def play_all(stage: Stage) -> None:
    """Those of the counties that are there."""
    with override("fi"):
        if "15" in stage.places.counties:
            waits.play(stage)
            families.play(stage)
            knee.play(stage)
            day_list.play(stage)
            hard_day.play(stage)
            corrections.play(stage)
            reaching.play(stage)
    with override("sv"):
        if "18" in stage.places.counties:
            families.play_in_swedish(stage)
    _give_addresses(stage)


def _give_addresses(stage: Stage) -> None:
    """Only now, so that the e-mails of the past are not sent today. Eero has none."""
    for name, resident in stage.cast.residents.items():
        if name not in ("aino", "eero"):
            resident.email = f"{name}@asukas.example"
            resident.save(update_fields=["email"])
    reaching.withdraw_letters()
