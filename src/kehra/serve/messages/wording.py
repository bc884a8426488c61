"""The neutral words of e-mails and text messages: neither a name, a unit, a service nor a matter, because
anybody may see the screen or hold the telephone."""

from django.utils import formats, translation
from django.utils.translation import gettext as _

from kehra.kernel.organisations.models import County
from kehra.kernel.time import helsinki
from kehra.serve.messages.gateways.gateway import Outgoing
from kehra.serve.messages.models import Channel, Notification, Wording


def outgoing(notification: Notification) -> Outgoing:
    """The message in the receiver's language."""
    with translation.override(notification.language):
        says = {Wording.NEWS: _news, Wording.REMINDER: _reminder, Wording.ORDER: _order}
        return Outgoing(
            reference=f"notice-{notification.pk}",
            addresses=tuple(notification.addresses),
            subject="" if notification.channel == Channel.SMS else _subject(notification),
            text=says[Wording(notification.wording)](notification),
        )


def _subject(notification: Notification) -> str:
    if notification.wording == Wording.REMINDER:
        return _("A reminder of your time")
    if notification.wording == Wording.ORDER:
        return _("Interpreting: %(reference)s") % {"reference": notification.key}
    return _("You have a new message")


def _news(notification: Notification) -> str:
    if notification.channel == Channel.EMAIL:
        return _(
            "There is something new for you in the digital social and health centre. "
            "Sign in to read it. For your safety this e-mail has no link: "
            "go to the service as you usually do."
        )
    return _(
        "There is something new for you in the digital social and health centre. "
        "Sign in to read it, or call %(phone)s."
    ) % {"phone": _phone(notification)}


def _reminder(notification: Notification) -> str:
    """With its day and hour, unless they were left out."""
    if notification.about_at is None:
        return _(
            "There is something for you soon in the digital social and health centre. "
            "Sign in to see it, or call %(phone)s."
        ) % {"phone": _phone(notification)}
    shown = helsinki.wall_clock(notification.about_at)
    return _(
        "You have agreed on a time: %(day)s at %(clock)s. If you do not remember where, or cannot come, "
        "sign in to the digital social and health centre or call %(phone)s."
    ) % {
        "day": formats.date_format(shown.day, "D j.n."),
        "clock": f"{shown.time.hour}.{shown.time.minute:02}",
        "phone": _phone(notification),
    }


def _order(notification: Notification) -> str:
    return notification.text


def _phone(notification: Notification) -> str:
    """The county's number, for that of a unit would tell which unit it is about."""
    return County.objects.values_list("advice_phone", flat=True).get(pk=notification.county_id)
