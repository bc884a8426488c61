"""When the time of keeping is up."""

from datetime import date, timedelta


def began_before(amount: int, unit: str, today: date) -> date:
    """What began before this day has been kept for `amount` days or years (`unit`: "day", "year"). The last
    day of February stands for the one that a year lacks."""
    if unit == "day":
        return today - timedelta(days=amount)
    try:
        return today.replace(year=today.year - amount)
    except ValueError:
        return today.replace(year=today.year - amount, day=28)
