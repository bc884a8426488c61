"""The rules come with the table; each night what is due is told, and what was approved is carried out."""

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from procrastinate.contrib.django import app

from kehra.kernel.access import actors
from kehra.kernel.organisations.models import County
from kehra.kernel.time import clock, helsinki
from kehra.serve.retention import actions
from kehra.serve.retention.models import Deletion, RetentionRule
from kehra.serve.retention.reference import load_rules


@receiver(post_migrate, sender=installed.get_app_config("retention"))
def after_migrating(apps: Apps = installed, **_: Any) -> None:
    """Loads the rules when their table is there; migrated backwards it is gone."""
    try:
        apps.get_model("retention", "RetentionRule")
    except LookupError:
        return
    load_rules(apps)


@app.periodic(cron="15 4 * * *")
@app.task(name="retention.tell_due", queueing_lock="retention.tell_due")
def tell_due(timestamp: int) -> None:
    """What is due waits for each county's officer."""
    now = clock.now()
    for rule in RetentionRule.objects.on(helsinki.today(now)):
        for county_id in County.objects.values_list("pk", flat=True):
            actions.tell_due(rule, county_id, by=actors.system(county_id), now=now)


@app.periodic(cron="* * * * *")
@app.task(name="retention.carry_out", queueing_lock="retention.carry_out")
def carry_out(timestamp: int) -> None:
    """Each batch is a transaction of its own, so that nobody waits for a large one."""
    now = clock.now()
    for deletion in Deletion.objects.filter(finished_at__isnull=True).order_by("pk"):
        by = actors.system(deletion.county_id)
        while actions.carry_out(deletion, by=by, now=now):
            continue
