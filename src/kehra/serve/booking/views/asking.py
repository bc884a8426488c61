"""A page that leads to an action is a reading, and is refused like the action itself."""

from kehra.kernel.access.permissions import Concerning, Permission, may, require
from kehra.kernel.access.requests import Request


def require_page(request: Request, thing: Concerning, *, reads: Permission, leads_to: Permission) -> None:
    """Raises Refused for whoever may not do `leads_to`; the log tells that the page was read. What is
    then done is told by the action, so that looking at a page of cancelling is not logged as one."""
    by, now = request.actor, request.now
    if not may(by, leads_to, thing, now=now):
        require(by, leads_to, thing, now=now)
    require(by, reads, thing, now=now)
