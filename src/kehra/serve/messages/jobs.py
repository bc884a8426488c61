"""Sends the e-mails that say that there is something to read."""

from contextlib import suppress
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from kehra.kernel.time import clock
from kehra.serve.messages.models import EmailState, Notification

TRIES = 6
PAUSE = 300  # seconds, longer by as much at each try: the last is made more than an hour after the first


DATABASE_PAUSE = 10  # seconds until what the database could not note is looked at again


class NotSent(Exception):
    """The mail server was not reached, so nothing was sent; the job is tried again."""


class Again(BaseRetryStrategy):
    """Tries again while the mail server is away, ever more slowly; and at once when the database was away,
    for then what became of the e-mail has not been noted."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: what went wrong would go wrong again."""
        if isinstance(exception, NotSent):
            return RetryDecision(retry_in={"seconds": PAUSE * (job.attempts + 1)})
        if isinstance(exception, (OperationalError, InterfaceError)):
            return RetryDecision(retry_in={"seconds": DATABASE_PAUSE})
        return None


@app.task(name="messages.send_email", retry=Again())
def send_email(notification_id: int) -> None:
    """Sends one e-mail at most once. Raises NotSent while the mail server is away: it is QUEUED again, and
    FAILED after the last try. A notification found in the state SENDING was left there by a job that died:
    whether it was sent is unknown, and it is marked so; so is one whose connection broke."""
    notification = _begun(notification_id)
    if notification is None:
        return
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        notification.state = EmailState.QUEUED if notification.tries < TRIES else EmailState.FAILED
        notification.save(update_fields=["state"])
        if notification.state == EmailState.QUEUED:
            raise NotSent from error
        return
    notification.state = _handed_over(email(notification), connection)
    if notification.state == EmailState.SENT:
        notification.sent_at = clock.now()
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


def _handed_over(message: EmailMessage, connection: BaseEmailBackend) -> EmailState:
    """What became of it: the server took it, refused it in words, or was lost on the way."""
    message.connection = connection
    try:
        message.send()
    except (SMTPResponseException, SMTPRecipientsRefused):
        return EmailState.FAILED
    except OSError:
        return EmailState.UNKNOWN
    finally:
        with suppress(OSError):
            connection.close()
    return EmailState.SENT


def email(notification: Notification) -> EmailMessage:
    """The e-mail in the resident's language: neither a name nor the matter is in it. Each address
    is hidden from the others. Its identifier is the same at each try, so that the log of the mail server
    tells what became of one that is UNKNOWN."""
    with translation.override(notification.language):
        return EmailMessage(
            subject=_("You have a new message"),
            body=_(
                "There is something new for you in the digital social and health centre. "
                "Sign in to read it. For your safety this e-mail has no link: "
                "go to the service as you usually do."
            ),
            bcc=notification.addresses,
            headers={"Message-ID": message_id(notification)},
        )


def message_id(notification: Notification) -> str:
    """What mail servers know the e-mail by."""
    return f"<notice-{notification.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
