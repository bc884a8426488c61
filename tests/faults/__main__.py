"""The fault suite (`make faults`): kills the programs of a running installation one after another while
people use it, and says what was killed when, what was acknowledged, what of it was lost or doubled, and
for how long the service was away."""

import sys

from tests.faults import fire, uploads
from tests.faults.clients import Crowd
from tests.faults.fire import Run
from tests.faults.ledger import Ledger
from tests.faults.people import make_people
from tests.journeys.county import County

SCALE = "1/200"


def main() -> int:
    """0 if nothing was lost and nothing doubled."""
    with fire.installation(SCALE) as (county, mailbox):
        run = fire.burn(county, mailbox, residents=24, times=12, seconds=5.0, killed=(*fire.ALL, fire.WORKER))
        tell(run)
        refused = tell_uploads(county)
    return 0 if run.verdict.clean and refused else 1


def tell_uploads(county: County) -> bool:
    """Sends what is hostile while somebody looks at pages; whether all was refused and all pages came."""
    people = make_people(county, residents=1, workers=0, times=1)
    crowd = Crowd(county.url, people, Ledger())
    thread = crowd.bystander.start()
    outcomes = [uploads.send(county.url, people.residents[0], one) for one in uploads.hostile()]
    crowd.stop.set()
    thread.join()
    print("Hostile uploads, while another person opens pages")
    for one in outcomes:
        print(f"  {one.upload.name:<44}{one.status or 'cut off':>8}{one.seconds:>8.2f} s")
    looks = crowd.bystander.looks
    slowest = max(ended - begun for begun, ended, _seen in looks)
    print(f"  {len(looks)} pages were opened meanwhile, the slowest in {slowest:.2f} s")
    return all(one.refused for one in outcomes) and all(seen for _begun, _ended, seen in looks)


def tell(run: Run) -> None:
    """The run in words."""
    verdict = run.verdict
    print(f"{len(run.ledger.deeds)} deeds in {run.seconds:.0f} s, {verdict.acknowledged} acknowledged")
    for outage in run.outages:
        print(f"  {outage.at:6.1f} s  killed: {outage.what:<12} away for {outage.seconds:.1f} s")
    print(f"  requests without an answer: {len(run.ledger.failures)}, all asked again")
    lost = verdict.lost_acknowledged + verdict.messages_lost + verdict.emails_lost
    doubled = verdict.double_bookings + verdict.messages_doubled + verdict.emails_doubled
    print(f"  acknowledged {verdict.acknowledged}, lost {lost}, doubled {doubled}")
    print(f"  e-mails sent {verdict.emails_sent}, unknown and marked so {verdict.emails_unknown}")
    others = (verdict.bookings_unasked, verdict.emails_unmarked, verdict.unanswered, verdict.surprises)
    print("  never asked for {}, e-mails unmarked {}, without answer {}, unexpected {}".format(*others))
    for surprise in run.ledger.surprises[:5]:
        print(f"  unexpected: {surprise}")


if __name__ == "__main__":
    sys.exit(main())
