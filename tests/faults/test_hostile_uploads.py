"""Hostile uploads against a real server: each is refused, nothing of it is kept, and others get their
pages meanwhile. How long it took is asserted nowhere; `make faults` prints it."""

from tests.faults import uploads
from tests.faults.clients import Crowd
from tests.faults.ledger import Ledger
from tests.faults.mail import Mailbox
from tests.faults.people import make_people
from tests.journeys.county import County


def test_each_is_refused_while_others_are_served(burning: tuple[County, Mailbox]) -> None:
    county, _mailbox = burning
    people = make_people(county, residents=1, workers=0, times=1)
    [sender] = people.residents
    crowd = Crowd(county.url, people, Ledger())
    thread = crowd.bystander.start()
    outcomes = [uploads.send(county.url, sender, upload) for upload in uploads.hostile()]
    crowd.stop.set()
    thread.join()
    assert [(one.upload.name, one.status) for one in outcomes if not one.refused] == []
    assert all(seen for _begun, _ended, seen in crowd.bystander.looks)
    assert county.ask("select count(*) from threads_message where matter_id = %s", sender.matter) == [(0,)]
    pages = "".join(one.page for one in outcomes)
    assert "\u202e" not in pages
    assert "\x1b" not in pages
