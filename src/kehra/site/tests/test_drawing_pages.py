"""A page, and a block of it drawn alone, get the same request, token and shell."""

import pytest
from django.http import HttpRequest
from django.shortcuts import render
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template
from django.test import RequestFactory
from jinja2 import UndefinedError


@pytest.fixture
def request_of_nobody(rf: RequestFactory) -> HttpRequest:
    return rf.get("/gallery/")


def test_a_block_is_drawn_without_the_page_around_it(request_of_nobody: HttpRequest) -> None:
    drawn = _text(request_of_nobody, "errors/409.html#content", reason="A colleague took it.")
    assert "A colleague took it." in drawn
    assert "<html" not in drawn


def test_a_form_in_a_block_has_the_token(request_of_nobody: HttpRequest) -> None:
    assert 'name="csrfmiddlewaretoken"' in _text(request_of_nobody, "site/gallery.html#confirm")


def test_a_page_tells_htmx_the_token(request_of_nobody: HttpRequest) -> None:
    assert 'hx-headers="{&#34;X-CSRFToken&#34;: &#34;' in _text(request_of_nobody, "site/help.html")


def test_a_text_from_a_person_is_escaped(request_of_nobody: HttpRequest) -> None:
    drawn = _text(request_of_nobody, "errors/409.html", reason="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn


def test_a_text_from_a_person_is_escaped_by_the_macros_too() -> None:
    page = engines["pages"].from_string('{{ govuk.hint({"text": text}) }}{{ ui.notice(text) }}')
    drawn = page.render({"text": "<b>"})
    assert drawn.count("&lt;b&gt;") == 2


def test_a_name_that_nobody_gave_is_an_error(request_of_nobody: HttpRequest) -> None:
    with pytest.raises(UndefinedError, match="reason"):
        _text(request_of_nobody, "errors/409.html")


def test_a_block_that_no_page_has_does_not_exist() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template("errors/409.html#nothing")


def test_a_page_of_a_library_does_not_exist() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template("registration/password_reset_subject.txt")


def _text(request: HttpRequest, name: str, **context: str) -> str:
    return render(request, name, context).content.decode()
