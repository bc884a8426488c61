"""How the installation is: asked by machines through the health page, and by people through `kehra doctor`.
Nobody's data is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import DatabaseError, transaction
from django.db.models import Max
from django.http import JsonResponse
from django.views.decorators.http import require_GET
from procrastinate.contrib.django.models import ProcrastinateWorker

from kehra.kernel.access import actors
from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.kernel.audit.models import AuditEntry, AuditKind, NotLogged
from kehra.site.paths import seals_folder
from kehra.site.sealing.sealer import read_status

# Longer without a sign of life, and somebody should look.
WORKER_SILENT, SEAL_OLD = timedelta(seconds=60), timedelta(seconds=60)
ASKED_EVERY = 5  # seconds: whoever asks more often gets the answer of the last time


@dataclass(frozen=True)
class Health:
    """What was found; None for what cannot be known now."""

    database: bool
    log: bool
    worker_seen: datetime | None
    sealed: datetime | None
    seal_wrong: str
    now: datetime

    @property
    def serves(self) -> bool:
        """Whether people can be served: without the log no data is shown."""
        return self.database and self.log

    @property
    def worker_lives(self) -> bool:
        """Whether a job worker has given a sign of life lately."""
        return self.worker_seen is not None and self.now - self.worker_seen <= WORKER_SILENT

    @property
    def being_sealed(self) -> bool:
        """Whether the sealer has looked lately."""
        return self.sealed is not None and self.now - self.sealed <= SEAL_OLD

    @property
    def attention(self) -> list[str]:
        """What somebody should look at, in English."""
        found = []
        if not self.database:
            found.append("the database does not answer")
        elif not self.log:
            found.append("the log cannot be written: no person's data is shown")
        elif not self.worker_lives:
            found.append("the job worker gives no sign of life")
        if self.seal_wrong:
            found.append("sealing has stopped: see kehra audit verify")
        elif not self.being_sealed:
            found.append("the log is not being sealed")
        return found


@public("whether the service works; nobody's data")
@transaction.non_atomic_requests
@require_GET
def health(request: Request) -> JsonResponse:
    """200 while people can be served, else 503; `attention` names what somebody should look at."""
    found = examine(request.now)
    answer = {
        "serves": found.serves,
        "database": found.database,
        "log": found.log,
        "worker_seen_seconds_ago": _ago(found.worker_seen, found.now),
        "sealed_seconds_ago": _ago(found.sealed, found.now),
        "attention": found.attention,
    }
    return JsonResponse(answer, status=200 if found.serves else 503)


def examine(now: datetime) -> Health:
    """Asks everything anew, but the database at most every few seconds."""
    database, log, worker = _database(int(now.timestamp()) // ASKED_EVERY, now)
    status = read_status(seals_folder())
    sealed = datetime.fromisoformat(status["time"]) if status.get("time") else None
    return Health(database, log, worker, sealed, str(status.get("wrong", "")), now)


def _ago(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round((now - moment).total_seconds(), 1)


@lru_cache(maxsize=1)
def _database(_moment: int, now: datetime) -> tuple[bool, bool, datetime | None]:
    """Whether it answers, whether the log can be written, and the worker's last sign of life."""
    try:
        seen = ProcrastinateWorker.objects.aggregate(seen=Max("last_heartbeat"))["seen"]
    except DatabaseError:
        return False, False, None
    return True, _log_can_be_written(now), seen


def _log_can_be_written(now: datetime) -> bool:
    """Writes a row and takes it back: nothing else would know of a full disk or a missing month."""
    try:
        with transaction.atomic():
            AuditEntry.objects.record(actors.system(None), at=now, kind=AuditKind.READ, action="health")
            transaction.set_rollback(True)
    except (NotLogged, DatabaseError):
        return False
    return True
