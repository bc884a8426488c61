"""What the API's operations share: types of what is sent, and the key of a retry.

A shape that is wrong is told by django-ninja; a rule belongs to the action, as on a page.
"""

import re
from typing import Annotated
from uuid import UUID

from ninja import Field, Header, Path
from pydantic import AfterValidator, BaseModel

# PostgreSQL's bigint. A number outside it is the number of nothing.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
PathId = Annotated[int, Path(ge=1, le=2**63 - 1)]

# One for each press of a button, made by the program: sent again, it is done once.
IdempotencyKey = Annotated[UUID, Header(alias="Idempotency-Key")]


class Sent(BaseModel, extra="forbid"):
    """What a program sends: an object with these fields and no others."""


# No character zero, which the database does not take, and something that can be seen.
READABLE = r"^[^\u0000]*[^\s\u0000-\u001f][^\u0000]*$"


def _readable(text: str) -> str:
    if "\0" in text:
        raise ValueError("The text has a character with the code zero. Leave it out.")
    if not re.search(r"[^\s\x00-\x1f]", text):
        raise ValueError("The text is empty.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("The text has half of a character (a lone surrogate). Leave it out.") from None
    return text


Text = Annotated[
    str,
    Field(min_length=1, max_length=5000, json_schema_extra={"pattern": READABLE}),
    AfterValidator(_readable),
]
