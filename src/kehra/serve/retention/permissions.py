"""Who may see what is due to be deleted, decide about it, and carry it out."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kehra.kernel.access.permissions import Concern, Permission, Rule, is_program
from kehra.serve.rights.permissions import OFFICER


@dataclass(frozen=True, slots=True)
class Keeping:
    """The data that a county keeps, and whose of it this is about."""

    county_id: str | None
    residents: tuple[int, ...] = ()
    matter_id: int | None = None

    def concern(self) -> Concern:
        return Concern(self.county_id, self.residents, self.matter_id)


PROGRAM = Rule("the program, by a deletion that was approved", "system", "supervision", is_program)

READ = Permission("retention.read", _("see which data is due to be deleted"), (OFFICER,))
APPROVE = Permission(
    "retention.approve",
    _("approve that data is deleted when its time of keeping is up"),
    (OFFICER,),
    writes=True,
    hidden_behind=READ,
)
HOLD = Permission(
    "retention.hold",
    _("hold a matter back from being deleted, or let it go again"),
    (OFFICER,),
    writes=True,
    hidden_behind=READ,
)
CARRY_OUT = Permission(
    "retention.carry_out", _("delete the data whose time of keeping is up"), (PROGRAM,), writes=True
)
