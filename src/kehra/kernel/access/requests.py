"""A request as views see it, after the middleware."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from kehra.kernel.access.actors import Actor


class Request(HttpRequest):
    """Every view's first argument: who acts, and the one moment of this request."""

    actor: Actor
    now: datetime
    htmx: HtmxDetails
