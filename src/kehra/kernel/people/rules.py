"""Personal identity codes and ages."""

from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

SMALLEST_ARTIFICIAL, LARGEST_ARTIFICIAL = 900, 999
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SIGNS = {18: "+", 19: "-", 20: "A"}


class BadIdentityCode(ValueError):
    """The text is no Finnish personal identity code."""


def age_on(birth_date: date, day: date) -> int:
    """Full years on `day`; one born on 29 February is a year older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def of_age_born_by(day: date) -> date:
    """The birth date of the youngest who are 18 on `day`; later born are minors."""
    try:
        return day.replace(year=day.year - 18)
    except ValueError:  # 29 February, in a year that had none
        return date(day.year - 18, 2, 28)


def identity_code(text: str) -> str:
    """The code in its written form. Raises BadIdentityCode. Codes of the artificial range
    900-999 are valid: nobody real has one."""
    try:
        code: str = hetu.validate(text.strip().upper(), allow_temporary=True)
    except ValidationError as error:
        raise BadIdentityCode(text) from error
    return code


def birth_date_of(code: str) -> date:
    """The birth date that a valid code tells; all century signs in use since 2023."""
    centuries = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
    return date(centuries[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def artificial_code(birth_date: date, individual: int, *, sign: str = "") -> str:
    """A code that no real person has: `individual` is 900-999, else ValueError. `sign` picks
    another century sign of the same century, for more than 100 people born on a day."""
    if not SMALLEST_ARTIFICIAL <= individual <= LARGEST_ARTIFICIAL:
        raise ValueError(f"Only {SMALLEST_ARTIFICIAL}-{LARGEST_ARTIFICIAL} is artificial, not {individual}.")
    sign = sign or _SIGNS[birth_date.year // 100]
    digits = f"{birth_date:%d%m%y}{individual:03d}"
    return f"{birth_date:%d%m%y}{sign}{individual:03d}{_CHECK[int(digits) % 31]}"
