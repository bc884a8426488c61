"""What the clock does for the jobs themselves."""

from datetime import timedelta

from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kehra.kernel.time import clock

# A worker says every ten seconds that it lives (procrastinate's own pace).
SILENT_FOR = timedelta(seconds=30)
KEPT_HOURS = 7 * 24


@app.periodic(cron="* * * * *")
@app.task(name="site.take_up_jobs", queueing_lock="site.take_up_jobs")
def take_up_jobs(timestamp: int) -> None:
    """Every minute: what a worker had begun when it died is begun anew. Jobs are idempotent, so one that
    was finished but not noted so changes nothing."""
    now = clock.now()
    died = Q(worker=None) | Q(worker__last_heartbeat__lt=now - SILENT_FOR)
    for job in ProcrastinateJob.objects.filter(died, status="doing"):
        app.job_manager.retry_job_by_id(job.pk, retry_at=now)


@app.periodic(cron="40 3 * * *")
@app.task(name="site.forget_jobs", queueing_lock="site.forget_jobs")
async def forget_jobs(timestamp: int) -> None:
    """Every night: jobs that were done are kept for a week; those that failed until somebody has looked."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
