"""E-mail through the mail backend of Django's settings (SMTP)."""

from contextlib import suppress
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from kehra.serve.messages.gateways.gateway import Away, Lost, Outgoing, Refused


class Smtp:
    """The mail server of the installation. Each address is hidden from the others."""

    def send(self, outgoing: Outgoing) -> None:
        """Raises Away, Refused or Lost."""
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:
            raise Away from error
        message = EmailMessage(
            outgoing.subject,
            outgoing.text,
            bcc=list(outgoing.addresses),
            headers={"Message-ID": message_id(outgoing)},
            connection=connection,
        )
        try:
            message.send()
        except SMTPRecipientsRefused as error:
            raise Refused(wrong_address=True) from error
        except SMTPResponseException as error:
            raise Refused from error
        except OSError as error:
            raise Lost from error
        finally:
            with suppress(OSError):
                connection.close()


def message_id(outgoing: Outgoing) -> str:
    """What mail servers know the e-mail by: the same at each try, so that the log of the mail server tells
    what became of one that is UNKNOWN."""
    return f"<{outgoing.reference}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
