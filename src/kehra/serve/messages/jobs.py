"""Sends the e-mails that say that there is something to read."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kehra.kernel.time import clock
from kehra.serve.messages.models import EmailState, Notification


@app.task(name="messages.send_email")
def send_email(notification_id: int) -> None:
    """Sends one e-mail at most once. A notification found in the state SENDING was left there by
    a job that died: whether it was sent is unknown, and it is marked so."""
    with transaction.atomic():
        notification = Notification.objects.select_for_update().get(pk=notification_id)
        if notification.state == EmailState.SENDING:
            notification.state = EmailState.UNKNOWN
            notification.save(update_fields=["state"])
        if notification.state != EmailState.QUEUED:
            return
        notification.state = EmailState.SENDING
        notification.save(update_fields=["state"])
    try:
        email(notification).send()
    except OSError:
        notification.state = EmailState.FAILED
    else:
        notification.state = EmailState.SENT
        notification.sent_at = clock.now()
    notification.save(update_fields=["state", "sent_at"])


def email(notification: Notification) -> EmailMessage:
    """The e-mail in the resident's language: neither a name nor the matter is in it. Each address
    is hidden from the others."""
    with translation.override(notification.language):
        return EmailMessage(
            subject=_("You have a new message"),
            body=_(
                "There is something new for you in the digital social and health centre. "
                "Sign in to read it. For your safety this e-mail has no link: "
                "go to the service as you usually do."
            ),
            bcc=notification.addresses,
        )
