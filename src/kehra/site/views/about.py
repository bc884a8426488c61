"""Pages that are the same for everybody: the choice of language, help, and what this service is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from kehra.kernel.access.guard import public


@public("a choice of language is nobody's data")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembers the language in a cookie and goes back to the page it was chosen on."""
    return set_language(request)


@public("documentation of the service")
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """How to get on: what to do here, and where to call."""
    return render(request, "site/help.html")


@public("documentation of the service")
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (laki digitaalisten palvelujen tarjoamisesta 306/2019, 9 §)."""
    return render(request, "site/accessibility.html")


@public("documentation of the service")
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is written down about a person, who sees it and what the person may ask."""
    return render(request, "site/privacy.html")


@public("documentation of the service")
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What Kehrä is."""
    return render(request, "site/about.html")
