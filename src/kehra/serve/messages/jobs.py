"""Sends the e-mails and text messages that say that there is something to read or a time to remember."""

from django.db import InterfaceError, OperationalError, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from kehra.kernel.time import clock
from kehra.serve.messages import signals, wording
from kehra.serve.messages.gateways import gateway
from kehra.serve.messages.gateways.gateway import Away, Lost, Refused
from kehra.serve.messages.models import Channel, EmailState, Notification

TRIES = 6
PAUSE = 300  # seconds, longer by as much at each try: the last is made more than an hour after the first
DATABASE_PAUSE = 10  # seconds until what the database could not note is looked at again


class NotSent(Exception):
    """The gateway was not reached, so nothing was sent; the job is tried again."""


class Again(BaseRetryStrategy):
    """Tries again while the gateway is away, ever more slowly; and at once when the database was away, for
    then what became of the message has not been noted."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: what went wrong would go wrong again."""
        if isinstance(exception, NotSent):
            return RetryDecision(retry_in={"seconds": PAUSE * (job.attempts + 1)})
        if isinstance(exception, (OperationalError, InterfaceError)):
            return RetryDecision(retry_in={"seconds": DATABASE_PAUSE})
        return None


@app.task(name="messages.send_email", retry=Again())
def send_email(notification_id: int) -> None:
    """Sends one e-mail at most once: see `_send`."""
    _send(notification_id)


@app.task(name="messages.send_sms", retry=Again())
def send_sms(notification_id: int) -> None:
    """Sends one text message at most once: see `_send`."""
    _send(notification_id)


@app.task(name="messages.send_order", retry=Again())
def send_order(notification_id: int) -> None:
    """Sends one order to the interpreting service at most once: see `_send`."""
    _send(notification_id)


def plan(notification: Notification) -> None:
    """Has the notification sent once the transaction commits; a letter waits for somebody to print it."""
    if notification.channel == Channel.EMAIL:
        send_email.defer(notification_id=notification.pk)
    elif notification.channel == Channel.SMS:
        send_sms.defer(notification_id=notification.pk)
    elif notification.channel == Channel.INTERPRETER:
        send_order.defer(notification_id=notification.pk)


def _send(notification_id: int) -> None:
    """Raises NotSent while the gateway is away: the notification is QUEUED again, and FAILED after the last
    try. One found in the state SENDING was left there by a job that died: whether it was sent is unknown,
    and it is marked so; so is one whose connection broke."""
    notification = _begun(notification_id)
    if notification is None:
        return
    try:
        gateway.of(notification.channel).send(wording.outgoing(notification))
    except Away as error:
        if notification.tries < TRIES:
            notification.state = EmailState.QUEUED
            notification.save(update_fields=["state"])
            raise NotSent from error
        _failed(notification, wrong_address=False)
    except Refused as refused:
        _failed(notification, wrong_address=refused.wrong_address)
    except Lost:
        notification.state = EmailState.UNKNOWN
        notification.save(update_fields=["state"])
    else:
        notification.state, notification.sent_at = EmailState.SENT, clock.now()
        notification.save(update_fields=["state", "sent_at"])


def _begun(notification_id: int) -> Notification | None:
    """The notification, if it is to be sent now; from here on it is SENDING."""
    with transaction.atomic():
        notification = Notification.objects.select_for_update().get(pk=notification_id)
        if notification.state == EmailState.SENDING:
            notification.state = EmailState.UNKNOWN
            notification.save(update_fields=["state"])
        if notification.state != EmailState.QUEUED:
            return None
        notification.state = EmailState.SENDING
        notification.tries += 1
        notification.save(update_fields=["state", "tries"])
    return notification


def _failed(notification: Notification, *, wrong_address: bool) -> None:
    """It reached nobody, and those above hear of it in the same transaction."""
    with transaction.atomic():
        notification.state = EmailState.FAILED
        notification.save(update_fields=["state"])
        signals.unreached.send(
            sender=Notification, notification=notification, wrong_address=wrong_address, now=clock.now()
        )
