from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Under a label of its own: "messages" is Django's."""

    name = "kehra.serve.messages"
    label = "threads"
