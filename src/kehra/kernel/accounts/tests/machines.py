"""State machines of tests: a machine does in random order what people do, and says after each step what
must hold. KEHRA_EXAMPLES sets how many runs there are: few by default, for everybody's suite."""

import os
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from kehra.kernel.accounts.tests.cast import NOW, Cast

EXAMPLES = int(os.environ.get("KEHRA_EXAMPLES", "6"))
STEPS = 15


class CastMachine(RuleBasedStateMachine):
    """The cast, and a clock that each machine moves. What a run writes is undone at its end."""

    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        self.now: datetime = NOW

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


def run(machine: type[CastMachine], cast: Cast) -> None:
    """Runs it on the rows of `cast`, whose own savepoint keeps what stood there before."""
    machine.cast = cast
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
