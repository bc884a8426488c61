"""Shape and words of a message and its files."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehra.kernel.accounts.once import OnceForm
from kehra.serve.messages import rules

WRONG = {
    "empty": _("%(name)s is empty. Choose another file."),
    "too_large": _("%(name)s is too large. A file may be at most 10 megabytes."),
    "active": _(
        "%(name)s runs something or carries other files in it. Save it as a plain PDF and send that."
    ),
    "wrong_type": _("%(name)s is of a kind that cannot be sent. Send a PDF, PNG or JPEG file."),
}


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is read from its content. Every file that is wrong is told."""

    def clean(self, data: Any, initial: Any = None) -> list[rules.File]:
        sent: list[UploadedFile] = [file for file in data or [] if file]
        if len(sent) > rules.MAX_FILES:
            raise forms.ValidationError(
                gettext("Send at most %(number)s files in one message.") % {"number": rules.MAX_FILES}
            )
        if sum(file.size or 0 for file in sent) > rules.MAX_TOGETHER:
            raise forms.ValidationError(
                gettext("The files are too large together: at most 25 megabytes in one message.")
            )
        files, errors = [], []
        for file in sent:
            try:
                # One byte more than is allowed is enough to know that it is too much.
                files.append(rules.read(file.name or "", file.read(rules.MAX_BYTES + 1)))
            except rules.BadAttachment as bad:
                errors.append(str(WRONG[bad.code]) % {"name": bad.name})
        if errors:
            raise forms.ValidationError(errors)
        return files


class MessageForm(OnceForm):
    text = forms.CharField(
        label=_("Message"),
        max_length=rules.MAX_TEXT,
        widget=forms.Textarea,
        error_messages={
            "required": _("Write your message."),
            "max_length": _("The message is too long. Shorten it to 5,000 characters."),
        },
    )
    attached = FilesField(
        label=_("Files"),
        required=False,
        widget=Files,
        help_text=_("PDF, PNG or JPEG, at most 10 megabytes each and 25 together, at most five files."),
    )
