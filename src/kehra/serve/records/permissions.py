"""Who may take a resident's data to a system beside Kehrä."""

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Permission, Rule, is_program
from kehra.serve.matters import permissions as matters

OPEN_ELSEWHERE = Permission(
    "records.open_elsewhere",
    _("open the same person in the other system"),
    (matters.UNIT_WORKS,),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
TELL_WHO = Permission(
    "records.tell_who",
    _("tell the other system whose record a professional opens there"),
    (Rule("the other system, by the token of a professional's link", "system", "care", is_program),),
    writes=True,
)
SEND = Permission(
    "records.send",
    _("send an entry to the system that holds the record"),
    (Rule("the program, because the record of truth is there", "system", "care", is_program),),
    writes=True,
)
SEND_AGAIN = Permission(
    "records.send_again",
    _("send an entry again that the other system did not accept"),
    (matters.UNIT_WORKS,),
    matters.DENIALS,
    writes=True,
    hidden_behind=matters.READ,
)
